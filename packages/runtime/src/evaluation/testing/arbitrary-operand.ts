import * as fc from "fast-check";
import type { JsonValue } from "../../snapshot/model.ts";
import { operatorTable } from "../operators/operator-table.ts";

/** Texts that are nearly dates, versions, networks or words, made from the letters that such texts are made of. */
function madeOf(pieces: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength }).map((drawn) => drawn.join(""));
}

const number = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("0", "1", "2", "10") },
  { weight: 1, arbitrary: fc.constantFrom("01", "x", "*", "999999999999999", "9999999999999999") },
);
const suffix = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 3, arbitrary: fc.constantFrom("-0", "-1", "-rc.1", "-rc.x.y", "-10", "--", "-rc.1+b.2", "+b1") },
  { weight: 1, arbitrary: fc.constantFrom("-a.", "-rc.01", "+") },
);
const version = fc
  .oneof(
    { weight: 6, arbitrary: fc.tuple(fc.array(number, { minLength: 3, maxLength: 3 }), suffix) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.array(number, { minLength: 1, maxLength: 2 }),
        fc.constantFrom("", "", "", ".x", ".*", "-0"),
      ),
    },
    { weight: 1, arbitrary: fc.tuple(fc.array(number, { minLength: 4, maxLength: 4 }), suffix) },
  )
  .map(([core, end]) => core.join(".") + end);
const comparator = fc
  .tuple(fc.constantFrom("", "", "=", "<", "<=", ">", ">=", "~", "^", "> ", "^ ", "v"), version)
  .map(([sign, drawn]) => sign + drawn);
const range = fc
  .array(
    fc.oneof(
      comparator,
      fc.tuple(version, version).map(([a, b]) => `${a} - ${b}`),
      fc.constantFrom("*", ""),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .chain((parts) => fc.constantFrom(" ", " || ", "  ").map((between) => parts.join(between)));

const byte = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom("0", "1", "10", "127", "255") },
  { weight: 1, arbitrary: fc.constantFrom("256", "01") },
);
const ipv4 = fc
  .oneof(
    { weight: 20, arbitrary: fc.array(byte, { minLength: 4, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(byte, { minLength: 3, maxLength: 5 }) },
  )
  .map((parts) => parts.join("."));
const address = fc.oneof(
  ipv4,
  madeOf([":", "::", "0", "1", "ffff", "FFFF", "2001", "db8", "12345", "g", "1.2.3.4", "%eth0"], 12),
  ipv4.map((drawn) => `::ffff:${drawn}`),
  fc.constantFrom(
    "::",
    "::1",
    "2001:db8::1",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:1.2.3.4",
  ),
);
const prefix = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("", "/0", "/1", "/8", "/9", "/31", "/32") },
  { weight: 2, arbitrary: fc.constantFrom("/33", "/64", "/96", "/97", "/104", "/128") },
  { weight: 1, arbitrary: fc.constantFrom("/129", "/08", "/-1", "/", "/8/8", "/1e1") },
);
const network = fc.tuple(address, prefix).map(([drawn, length]) => drawn + length);

const two = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("01", "02", "11", "12") },
  { weight: 1, arbitrary: fc.constantFrom("00", "13", "23", "24", "28", "29", "30", "31", "59", "60") },
);
const date = fc
  .tuple(
    fc.constantFrom("0000", "0099", "1900", "1969", "1970", "2000", "2024", "2026", "9999", "99"),
    two,
    two,
    fc.constantFrom("", "T", "T", "T", "t", " "),
    two,
    two,
    fc.oneof(
      fc.constant(""),
      two.map((second) => `:${second}`),
      two.map((second) => `:${second}.5`),
      fc.constantFrom(":00.", ":00.123456789", ":00.1234567890"),
    ),
    fc.constantFrom("Z", "Z", "", "z", "+00:00", "-00:00", "+08:00", "-23:59", "+24:00", "+0800", "-05:30"),
  )
  .map(
    ([year, month, day, t, hour, minute, rest, zone]) =>
      `${year}-${month}-${day}${t === "" ? "" : `${t}${hour}:${minute}${rest}${zone}`}`,
  );
const relative = madeOf(["now", "+", "-", "1", "30", "1234567", "s", "m", "h", "d", "w", "y"], 4);
const time = fc.oneof(fc.constantFrom<string | number>(0, -1, 1.5, 8.64e15, 8.64e15 + 1, -8.64e15), date, relative);

const word = madeOf(
  [
    "a",
    "A",
    "ß",
    "SS",
    "ẞ",
    "Σ",
    "σ",
    "ς",
    "İ",
    "i",
    "ı",
    "I",
    "ﬁ",
    "é",
    "e\u0301",
    "😀",
    "\ud83d",
    "\ude00",
    "ǆ",
    "ǅ",
    "Ω",
    "\u2126",
    "K",
    "\u212a",
  ],
  4,
);

const scalar: fc.Arbitrary<string | number | boolean | null> = fc.oneof(
  word,
  fc.constantFrom(0, -0, 1, 0.1, 1e21, -5, 2 ** 53),
  fc.constantFrom(true, false, null),
);

const ofType: { readonly [type: string]: fc.Arbitrary<string | number | boolean | null> } = {
  date: time,
  string: word,
  number: fc.constantFrom(0, -0, 1, 0.1, 1e21, -5, 2 ** 53),
};
const lists = new Set(["in", "inIgnoreCase", "anyOf", "allOf"]);

/** The operand that an operator is likely to take, and the value that it is likely to be true of. */
function likely(name: string, attribute: string): readonly [fc.Arbitrary<JsonValue>, fc.Arbitrary<unknown>] {
  const list = fc.array(scalar, { maxLength: 4 });
  if (name === "semver") return [range, version];
  if (name === "cidr") return [fc.oneof(network, fc.array(network, { minLength: 1, maxLength: 3 })), address];
  if (name === "exists") return [fc.boolean(), scalar];
  if (name.startsWith("length")) return [fc.constantFrom(0, 1, 2, 3, 4), fc.oneof(word, list)];
  if (name === "some" || name === "every")
    return [fc.record({ operator: fc.constantFrom("equals", "startsWith", "exists", "atLeast"), value: scalar }), list];
  const near = ofType[attribute] ?? scalar;
  if (!lists.has(name)) return [near, near];
  const item = name === "inIgnoreCase" ? word : scalar;
  return [fc.array(item, { minLength: 1, maxLength: 3 }), attribute === "array" ? list : near];
}

/** An operator, an operand that it may take or not, and a value that it may be true of. */
export const questions: fc.Arbitrary<{
  readonly operator: string;
  readonly operand: JsonValue;
  readonly value: unknown;
}> = fc.constantFrom(...operatorTable).chain(({ name, attribute }) => {
  const [operand, value] = likely(name, attribute);
  return fc.record({
    operator: fc.constant<string>(name),
    operand: fc.oneof(
      { weight: 12, arbitrary: operand },
      { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
      { weight: 1, arbitrary: scalar },
    ),
    value: fc.oneof(
      { weight: 12, arbitrary: value },
      { weight: 1, arbitrary: scalar },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, {}, Number.NaN, 7n, new Date(0), [1]) },
    ),
  });
});

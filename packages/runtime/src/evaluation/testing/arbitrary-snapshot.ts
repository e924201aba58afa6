import * as fc from "fast-check";
import type { Condition, FlagConfiguration, JsonValue, Segment, Serve, Snapshot, Split } from "../../snapshot/model.ts";
import type { EvaluationContext } from "../details.ts";
import { operatorTable } from "../operators/operator-table.ts";

/**
 * Random snapshots and contexts. Names and values come from small pools, so that conditions hold about as often as
 * not; a few of everything are odd, so that odd things meet.
 */

export const start: number = Date.parse("2026-11-21T12:00:00Z");

const flagKeys = ["a", "b", "c", "d", "e", "f"];
const segmentKeys = ["s", "t", "u"];
const variantNames = ["on", "off", "other"];
const attributes = [
  "targetingKey",
  "region",
  "age",
  "email",
  "version",
  "ip",
  "roles",
  "seen",
  "__proto__",
  "constructor",
];

const texts = [
  "MY",
  "my",
  "SG",
  "",
  "u1",
  "u2",
  "u3",
  "Straße",
  "STRASSE",
  "ΟΔΟΣ",
  "οδος",
  "é",
  "e\u0301",
  "İ",
  "ı",
  "😀",
  "\ud800",
  "5",
  "true",
  "staff-1@acme.test",
  "Ann@ACME.test",
  "1.2.3",
  "v1.2",
  "1.2.3-rc.1",
  "2.0.0-0",
  "01.2.3",
  "10.1.2.3",
  "::ffff:10.1.2.3",
  "2001:db8::1",
  "::1",
  "1:2:3:4:5:6:7::",
  "2026-11-21",
  "2026-11-21T12:00:00Z",
  "2026-11-21T20:00:00.5+08:00",
  "2026-02-30",
  "2026-11-21T12:00:00",
  "now",
];
const numbers = [0, -0, 1, 5, 18, 18.5, -3, 1e21, 0.1, start, start - 86_400_000, 8.64e15, 9e15];

const scalar: fc.Arbitrary<string | number | boolean | null> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.constantFrom(...numbers) },
  { weight: 1, arbitrary: fc.constantFrom(true, false, null) },
);

const text = fc.constantFrom(...texts);
const oneOrMore = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const range = fc.constantFrom(
  "1.2.3",
  ">=1.2 <2",
  "^1.2",
  "~1",
  "^0.0",
  "1.x",
  "*",
  "<2.0.0",
  "1.0.0 - 1.2",
  "2 || >1.2.3-rc",
  ">= 1.2.3",
  "=1.2",
  "<=1.2",
  ">1",
  "~1.2.3-rc.0",
  "v1 || ",
  "^0.2.3",
);
const network = fc.constantFrom(
  "10.0.0.0/8",
  "10.1.2.3",
  "::/0",
  "::ffff:10.0.0.0/104",
  "2001:db8::/32",
  "0.0.0.0/0",
  "::1/128",
);
const date = fc.oneof(
  fc.constantFrom(
    "2026-11-21",
    "2026-11-21T12:00:00Z",
    "2026-11-21T19:59:59.999+08:00",
    "now",
    "now-1d",
    "now+12h",
    "now-0s",
  ),
  fc.constantFrom(...numbers.filter((each) => each <= 8.64e15)),
);
const patterns = fc.constantFrom("^u\\d$", "(?i)acme", "a|b", "(a+)+$", ".", "^$", "\\p{Greek}");
const length = fc.constantFrom(0, 1, 2, 4);

function operand(operator: string): fc.Arbitrary<JsonValue> {
  const { attribute } = operatorTable.find(({ name }) => name === operator) ?? { attribute: "any" };
  if (operator === "exists") return fc.boolean();
  if (operator === "semver") return range;
  if (operator === "cidr") return oneOrMore(network);
  if (operator === "matches") return patterns;
  if (operator === "equals") return scalar;
  if (operator === "equalsIgnoreCase") return text;
  if (operator === "inIgnoreCase") return fc.array(text, { minLength: 1, maxLength: 3 });
  if (operator.startsWith("length")) return length;
  if (operator === "some" || operator === "every")
    return itemOperator.chain((name) => operand(name).map((value) => ({ operator: name, value })));
  if (attribute === "number") return fc.constantFrom(...numbers);
  if (attribute === "date") return date;
  if (attribute === "string") return oneOrMore(text.filter((each) => each !== ""));
  return fc.array(scalar, { minLength: 1, maxLength: 4 });
}

const operatorNames = operatorTable.map(({ name }) => name);
const itemOperator = fc.constantFrom(...operatorNames.filter((name) => name !== "some" && name !== "every"));
const anyOperand = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 2 }),
  fc.constantFrom<JsonValue>(
    {},
    { operator: "some", value: 1 },
    "[",
    "10.0.0.0/33",
    "now+1y",
    "1.2-rc",
    "x.1",
    "1.x.2",
    -1,
    1.5,
  ),
);

const attributeCondition: fc.Arbitrary<Condition> = fc.constantFrom(...operatorNames).chain((operator) =>
  fc.record({
    attribute: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<string | string[]>(...attributes) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(["address", "city"], ["address", "length"], ["roles", "0"], ["__proto__", "city"]),
      },
    ),
    operator: fc.constant<string>(operator),
    value: fc.oneof({ weight: 80, arbitrary: operand(operator) }, { weight: 1, arbitrary: anyOperand }),
  }),
);

const reference = fc.record({
  flag: fc.constantFrom(...flagKeys, "unknown"),
  is: fc.oneof(fc.constant("on" as const), fc.array(fc.constantFrom(...variantNames), { maxLength: 2 })),
});

const bucketNumber = fc.constantFrom(0, 1, 20_000, 50_000, 80_000, 99_999, 100_000);
const by = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(["targetingKey"], ["region"], ["targetingKey", "region"], ["age"], ["__proto__"]),
  },
  { weight: 1, arbitrary: fc.constantFrom(["roles"], ["email", "age", "seen"]) },
);
const fallbackBy = fc.constantFrom("targetingKey", "region", "age");

const bucketCondition: fc.Arbitrary<Condition> = fc
  .record(
    { by, fallbackBy, salt: fc.constantFrom("x", "holdout"), from: bucketNumber, to: bucketNumber },
    { requiredKeys: ["by", "salt", "from", "to"] },
  )
  .map((bucket) => ({ bucket }));

const condition: fc.Memo<Condition> = fc.memo((depth) => {
  const leaf = fc.oneof(
    { weight: 12, arbitrary: attributeCondition },
    { weight: 1, arbitrary: bucketCondition },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("s", "s", "s", "s", "t", "t", "t", "t", "u")
        .map((segment): Condition => ({ segment })),
    },
    { weight: 1, arbitrary: reference },
  );
  if (depth <= 1) return leaf;
  const part = condition();
  return fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }).map((all): Condition => ({ all })) },
    { weight: 1, arbitrary: fc.array(part, { maxLength: 3 }).map((any): Condition => ({ any })) },
    { weight: 2, arbitrary: part.map((not): Condition => ({ not })) },
  );
});

const instants = [
  "2026-11-20T00:00:00Z",
  "2026-11-21T12:00:00Z",
  "2026-11-21T12:00:00.001Z",
  "2026-11-30T00:00:00Z",
] as const;
const instant = fc.constantFrom(...instants);

const ramp: fc.Arbitrary<NonNullable<Split["ramp"]>> = fc.record(
  {
    steps: fc
      .subarray([...instants])
      .chain((times) => fc.tuple(...times.map((at) => bucketNumber.map((share) => [at, share] as const)))),
    linear: fc.constant(true as const),
  },
  { requiredKeys: ["steps"] },
);

type Ranges = Split["ranges"];

const sliced: fc.Arbitrary<Ranges> = fc.uniqueArray(bucketNumber, { minLength: 2, maxLength: 5 }).chain((bounds) => {
  const sorted = bounds.toSorted((a, b) => a - b);
  return fc.tuple(
    ...sorted
      .slice(1)
      .map((to, index) => fc.constantFrom(...variantNames).map((name) => [name, sorted[index] ?? 0, to] as const)),
  );
});

const ranges: fc.Arbitrary<Ranges> = fc.oneof(
  { weight: 40, arbitrary: sliced },
  { weight: 40, arbitrary: sliced.map((drawn) => drawn.toReversed()) },
  {
    weight: 1,
    arbitrary: fc.array(fc.tuple(fc.constantFrom(...variantNames), bucketNumber, bucketNumber), { maxLength: 2 }),
  },
);

const plainSplit: fc.Arbitrary<Split> = fc.record(
  { by, fallbackBy, salt: fc.constantFrom("x", "shared"), algorithm: fc.constant("murmur3" as const), ranges },
  { requiredKeys: ["by", "algorithm", "ranges"] },
);
const split: fc.Arbitrary<Split> = fc.oneof(
  { weight: 3, arbitrary: plainSplit },
  { weight: 1, arbitrary: fc.tuple(plainSplit, ramp).map(([drawn, over]) => ({ ...drawn, ramp: over })) },
);

const serve: fc.Arbitrary<Serve> = fc.oneof(
  { weight: 100, arbitrary: fc.constantFrom(...variantNames).map((variant): Serve => ({ variant })) },
  { weight: 1, arbitrary: fc.constant<Serve>({ variant: "no such variant" }) },
  { weight: 10, arbitrary: fc.constant<Serve>({ default: true }) },
  { weight: 150, arbitrary: split.map((drawn): Serve => ({ split: drawn })) },
);

const target = fc.record({
  match: fc.array(
    fc.tuple(
      fc.constantFrom(...attributes),
      fc.array(
        scalar.filter((each) => each !== null),
        { maxLength: 3 },
      ),
    ),
    { maxLength: 2 },
  ),
  serve,
});

const rule = fc.record({
  id: fc.constantFrom("r1", "r2", "r3"),
  when: condition(3),
  serve,
  onMiss: fc.constantFrom("next" as const, "stop" as const),
});

/** Rules that all ask about one attribute, which the evaluator turns into a table. */
const choices = fc.constantFrom("region", "age", "__proto__").chain((attribute) =>
  fc.array(
    fc.record({
      id: fc.constantFrom("c1", "c2", "c3", "c4", "c5"),
      when: fc.oneof(
        scalar.map((value): Condition => ({ attribute, operator: "equals", value })),
        fc
          .array(scalar, { minLength: 1, maxLength: 4 })
          .map((value): Condition => ({ attribute: [attribute], operator: "in", value })),
      ),
      serve,
      onMiss: fc.constantFrom("next" as const, "stop" as const),
    }),
    { minLength: 2, maxLength: 6 },
  ),
);

type Odd = Pick<FlagConfiguration, "on" | "off" | "killed" | "autoOff" | "activeFrom" | "activeUntil">;

/** Nothing for most flags: half of them would else be killed, off or out of their time. */
const odd: fc.Arbitrary<Odd> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Odd>({ on: true }) },
  { weight: 1, arbitrary: fc.constant<Odd>({ on: true, killed: { at: instants[0], by: "ann", reason: "fire" } }) },
  { weight: 1, arbitrary: fc.constant<Odd>({ on: false, off: "off" }) },
  {
    weight: 3,
    arbitrary: fc.record(
      { on: fc.constant(true), off: fc.constant("other"), autoOff: instant, activeFrom: instant, activeUntil: instant },
      { requiredKeys: ["on"] },
    ),
  },
);

const few = <T>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.oneof(fc.constant<T[]>([]), fc.array(item, { minLength: 1, maxLength }));

function flag(key: string): fc.Arbitrary<FlagConfiguration> {
  return fc
    .record({
      state: odd,
      salt: fc.constantFrom(key, "shared"),
      prerequisites: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(reference, { minLength: 1, maxLength: 2 }) },
      ),
      targets: few(target, 2),
      rules: fc.oneof(
        { weight: 3, arbitrary: few(rule, 3) },
        { weight: 1, arbitrary: fc.tuple(few(rule, 1), choices, few(rule, 1)).map((all) => all.flat()) },
      ),
      otherwise: serve,
    })
    .map(({ state, ...rest }) => ({
      key,
      type: "any",
      schemaHash: "hash",
      visibility: "server",
      default: { safe: key },
      variants: variantNames.map((name) => [name, `${key}-${name}`]),
      bucketBy: "targetingKey",
      ...state,
      ...rest,
    }));
}

function segment(key: string): fc.Arbitrary<Segment> {
  return fc.record({
    key: fc.constant(key),
    include: fc.subarray(["u1", "u2", "MY"]),
    exclude: fc.subarray(["u2", "u3"]),
    when: condition(2),
  });
}

export const snapshots: fc.Arbitrary<Snapshot> = fc
  .tuple(fc.tuple(...flagKeys.slice(0, 4).map(flag)), fc.tuple(...segmentKeys.slice(0, 2).map(segment)))
  .map(([flags, segments]) => ({
    format: 1,
    organization: "org",
    project: "project",
    environment: "test",
    epoch: 1,
    revision: 1,
    flags,
    segments,
  }));

const attribute = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      undefined,
      Number.NaN,
      Infinity,
      5n,
      new Date(start),
      new Date(Number.NaN),
      {},
      [[1]],
    ),
  },
);

export const contexts: fc.Arbitrary<EvaluationContext> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...attributes), attribute) },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.constant("targetingKey"), fc.oneof(fc.constantFrom("u1", "u2", "u3"), fc.string())),
      },
      { weight: 1, arbitrary: fc.tuple(fc.constant("address"), fc.oneof(attribute, fc.record({ city: attribute }))) },
    ),
    { maxLength: 6 },
  )
  .map((entries) => {
    const context = {};
    for (const [name, value] of entries)
      Object.defineProperty(context, name, { value, enumerable: true, configurable: true, writable: true });
    return context;
  });

export const times: fc.Arbitrary<number> = fc.constantFrom(
  start,
  start - 1,
  start + 1,
  Date.parse("2026-11-20T00:00:00Z"),
  Date.parse("2026-11-25T06:30:00.123Z"),
  Date.parse("2027-01-01T00:00:00Z"),
  0,
);

import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { FlagDefinition, JsonSchema } from "@flagwright/schema";
import fc from "fast-check";
import { definition } from "./definitions.ts";

/** Text that has broken generators of code before. */
const HOSTILE = [
  "*/",
  "/*",
  "`",
  "${process.exit()}",
  "\n",
  "\r\n",
  "\u2028",
  "\u2029",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\u0000",
  "\ud800",
  '"',
  "'",
  "\\",
  "\\u0041",
  "</script>",
  "@deprecated",
  "{@link x}",
  "// @ts-nocheck",
  "# sourceMappingURL=x",
  "__proto__",
  "constructor",
  "toString",
  "😀‍👩‍🚀",
  "名前",
  "e\u0301",
  "use strict",
  "T1",
  "R1",
  "p1",
];

/** Strings made of hostile and of any other text. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 5 }), fc.string({ maxLength: 8 })),
    {
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(""));

const words = fc.constantFrom(
  "a",
  "b",
  "new",
  "class",
  "default",
  "then",
  "define",
  "flag",
  "type",
  "context",
  "v2",
  "x1",
  "value",
);

/** Keys as definitions may have them, many of which make reserved words and names that collide. */
export const flagKey: fc.Arbitrary<string> = fc
  .tuple(fc.array(words, { minLength: 1, maxLength: 3 }), fc.constantFrom("-", "."))
  .map(([parts, join]) => parts.join(join));

const primitive: fc.Arbitrary<JsonValue> = fc.oneof(
  hostileText,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(0, -1, 1.5, 1e21, 1e-7, 9_007_199_254_740_991),
);

const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    primitive,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(hostileText, tie("value")), { maxLength: 3 }).map(plainObject),
  ),
})).value;

/** Definitions whose every text is hostile; their values are allowed by their schemas. */
export const hostileDefinition: fc.Arbitrary<FlagDefinition> = fc
  .record({
    key: flagKey,
    version: fc.integer({ min: 1, max: 3 }),
    description: hostileText,
    owner: hostileText,
    tag: hostileText,
    reason: hostileText,
    renamedFrom: fc.option(flagKey, { nil: undefined }),
    property: hostileText,
    title: hostileText,
    values: fc.uniqueArray(jsonValue, { minLength: 1, maxLength: 3, selector: (value) => JSON.stringify(value) }),
    variant: hostileText,
    attribute: hostileText,
    shape: fc.constantFrom("enum", "object", "record", "any"),
  })
  .map(({ key, version, tag, reason, renamedFrom, property, title, values, variant, attribute, shape, ...text }) => {
    const [first = null] = values;
    const enumeration: JsonObject = { enum: values, description: title };
    const value: JsonSchema =
      shape === "any"
        ? true
        : shape === "enum"
          ? enumeration
          : shape === "record"
            ? { type: "object", description: title, additionalProperties: enumeration }
            : { type: "object", properties: plainObject([[property, enumeration]]), additionalProperties: false };
    const fallback = shape === "any" || shape === "enum" ? first : plainObject([[property, first]]);
    return definition({
      ...text,
      key,
      version,
      tags: [tag],
      lifecycle: { status: "deprecated", reason, replacement: key },
      ...(renamedFrom === undefined ? {} : { renamedFrom }),
      type: shape === "record" || shape === "object" ? "object" : "any",
      value,
      schemaHash: JSON.stringify(value),
      default: fallback,
      variants: [[variant, fallback]],
      context: { required: [attribute], optional: ["other"] },
    });
  });

/** A member named `__proto__` is a member like any other. */
export function plainObject(members: readonly (readonly [name: string, value: JsonValue])[]): JsonObject {
  const object: Record<string, JsonValue> = {};
  for (const [name, value] of members)
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  return object;
}

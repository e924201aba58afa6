import type { FlagDefinition } from "../definition/model.ts";
import { schemaHash } from "../definition/schema-hash.ts";
import { valueTypeOf } from "../definition/value-type.ts";
import { definitionFormat } from "../formats/canonical.ts";
import { sameJson } from "../json/canonical-json.ts";
import { below, problem, type StateProblem } from "./problem.ts";
import { checkShape } from "./shape.ts";
import { checkDate, checkInstant } from "./time.ts";
import { compileValueSchema } from "./value-schema.ts";

/**
 * Everything that is wrong with a definition in canonical form, which may come from anywhere, by itself. What it
 * refers to is checked by `validateBundle`.
 */
export function validateDefinition(definition: unknown): readonly StateProblem[] {
  const shape = checkShape(definitionFormat, definition);
  return shape.length > 0 ? shape : checkDefinition(definition as FlagDefinition);
}

/** As `validateDefinition`, for a definition that has the right form already. */
export function checkDefinition(definition: FlagDefinition): readonly StateProblem[] {
  return [...checkWritten(definition), ...checkDerived(definition)];
}

/** What is wrong with the members that somebody wrote; the others we have made of them. */
export function checkWritten(definition: FlagDefinition): readonly StateProblem[] {
  const { context, bucketBy } = definition;
  const both = context.required.filter((name) => context.optional.includes(name));
  return [
    ...checkValues(definition),
    ...checkVariantNames(definition),
    ...both.map((name) =>
      problem(
        "/context",
        "ATTRIBUTE_ONCE",
        `${name} is both required and optional.`,
        "Keep it in one of the two lists.",
      ),
    ),
    ...(bucketBy !== null && !context.required.includes(bucketBy)
      ? [
          problem(
            "/context/required",
            "BUCKETING_REQUIRED",
            `${bucketBy} decides splits, so the context must require it.`,
            `Add ${bucketBy} to \`context: required\`.`,
          ),
        ]
      : []),
    ...(["created", "expires"] as const).flatMap((name) => {
      const date = definition[name];
      return date === undefined ? [] : checkDate(date, `/${name}`);
    }),
    ...(definition.autoOff === undefined ? [] : checkInstant(definition.autoOff, "/autoOff")),
    ...("sunset" in definition.lifecycle && definition.lifecycle.sunset !== undefined
      ? checkDate(definition.lifecycle.sunset, "/lifecycle/sunset")
      : []),
  ];
}

function checkValues(definition: FlagDefinition): readonly StateProblem[] {
  const schema = compileValueSchema(definition.value);
  if (!schema.ok) return below("/value", schema.problems);
  return [
    ...below("/default", schema.validate(definition.default, "DEFAULT_MATCHES_SCHEMA")),
    ...definition.variants.flatMap(([, value], index) =>
      below(`/variants/${index}/1`, schema.validate(value, "VARIANTS_MATCH_SCHEMA")),
    ),
  ];
}

/** Members that follow from others; whoever sends them wrong has another idea of the flag. */
function checkDerived({ value, type, schemaHash: hash }: FlagDefinition): readonly StateProblem[] {
  const problems: StateProblem[] = [];
  if (type !== valueTypeOf(value))
    problems.push(
      problem(
        "/type",
        "TYPE_FOLLOWS_SCHEMA",
        `The type is ${type}, and the schema's is ${valueTypeOf(value)}.`,
        "Leave canonical definitions to `flagwright push`.",
      ),
    );
  if (hash !== schemaHash(value))
    problems.push(
      problem(
        "/schemaHash",
        "HASH_FOLLOWS_SCHEMA",
        "The hash is not that of the schema.",
        "Leave canonical definitions to `flagwright push`.",
      ),
    );
  return problems;
}

function checkVariantNames({ type, variants }: FlagDefinition): readonly StateProblem[] {
  if (type === "boolean" && !sameJson(Object.fromEntries(variants), { on: true, off: false }))
    return [
      problem(
        "/variants",
        "BOOLEAN_VARIANTS",
        "A boolean flag has the variants on and off, and no others.",
        "Remove `variants`.",
      ),
    ];
  const seen = new Set<string>();
  return variants.flatMap(([name], index) => {
    const repeated = seen.has(name);
    seen.add(name);
    if (repeated)
      return [
        problem(
          `/variants/${index}`,
          "VARIANT_UNIQUE",
          `The variant ${JSON.stringify(name)} exists already.`,
          "Give it another name.",
        ),
      ];
    return name === ""
      ? [problem(`/variants/${index}`, "VARIANT_NAMED", "A variant has no name.", "Give it one.")]
      : [];
  });
}

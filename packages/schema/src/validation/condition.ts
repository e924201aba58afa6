import { type AttributeCondition, checkOperand, type Condition, snapshotLimits } from "@flagwright/runtime";
import type { FlagDefinition, JsonSchema } from "../definition/model.ts";
import { operators } from "../definition/operators.ts";
import { suggestion } from "../json/nearest.ts";
import { impossible } from "./impossible.ts";
import { linearRegExp } from "./linear-regexp.ts";
import { problem, type StateProblem } from "./problem.ts";
import { segmentAttributes } from "./references.ts";
import { allowedAttributes, attributeName, attributeSchema, type Surroundings } from "./surroundings.ts";

/** Who asks: a flag's rule may read the flag's context only, a segment whatever the project has. */
export interface Asker {
  readonly surroundings: Surroundings;
  readonly definition?: FlagDefinition;
}

/** What is wrong with a condition of the right form. */
export function checkCondition(condition: Condition, pointer: string, asker: Asker): readonly StateProblem[] {
  return check(condition, pointer, asker, 1);
}

function check(condition: Condition, at: string, asker: Asker, depth: number): readonly StateProblem[] {
  if (depth > snapshotLimits.MAX_CONDITION_DEPTH)
    return [
      problem(
        at,
        "CONDITION_DEPTH",
        `Conditions are nested deeper than ${snapshotLimits.MAX_CONDITION_DEPTH} levels.`,
        "Move a part of it into a segment.",
      ),
    ];
  if ("all" in condition)
    return condition.all.flatMap((each, index) => check(each, `${at}/all/${index}`, asker, depth + 1));
  if ("any" in condition)
    return condition.any.flatMap((each, index) => check(each, `${at}/any/${index}`, asker, depth + 1));
  if ("not" in condition) return check(condition.not, `${at}/not`, asker, depth + 1);
  if ("segment" in condition) return checkSegmentReference(condition.segment, `${at}/segment`, asker);
  if ("flag" in condition) return checkFlagReference(condition.flag, condition.is, at, asker);
  if ("bucket" in condition) {
    const { by, fallbackBy, from, to } = condition.bucket;
    return [
      ...by.flatMap((name, index) => checkAttribute(name, `${at}/bucket/by/${index}`, asker)),
      ...(fallbackBy === undefined ? [] : checkAttribute(fallbackBy, `${at}/bucket/fallbackBy`, asker)),
      ...(from < to
        ? []
        : [problem(`${at}/bucket/to`, "RANGE_ORDER", "The bucket ends before it starts.", "Swap `from` and `to`.")]),
    ];
  }
  return checkComparison(condition, at, asker);
}

/** Whether the asker may read this attribute. */
export function checkAttribute(
  attribute: string | readonly string[],
  at: string,
  asker: Asker,
): readonly StateProblem[] {
  const { definition, surroundings } = asker;
  const name = attributeName(attribute);
  const shown = typeof attribute === "string" ? attribute : attribute.join(".");
  if (attributeSchema(surroundings.context, attribute) === undefined)
    return [
      problem(
        at,
        "ATTRIBUTE_IN_CONTEXT",
        `The project's context has no attribute ${JSON.stringify(shown)}.`,
        suggestion(name, ["targetingKey", ...Object.keys(surroundings.context.attributes)]) ??
          "Add it to `context` in flagwright.yaml.",
      ),
    ];
  if (definition === undefined || allowedAttributes(definition).has(name)) return [];
  return [
    problem(
      at,
      "ATTRIBUTE_IN_CONTEXT",
      `The context of ${definition.key} has no attribute ${JSON.stringify(name)}, so the app does not send it.`,
      suggestion(name, nearOnly(name, allowedAttributes(definition))) ??
        `Add ${name} to \`context: optional\` in the flag's definition.`,
    ),
  ];
}

/** Suggests only what is clearly a slip of the pen: another attribute of the project is more likely meant as it is. */
function nearOnly(name: string, candidates: ReadonlySet<string>): readonly string[] {
  return [...candidates].filter((each) => each.toLowerCase() === name.toLowerCase());
}

export function checkSegmentReference(
  key: string,
  at: string,
  { definition, surroundings }: Asker,
): readonly StateProblem[] {
  const { segments } = surroundings;
  if (!segments.has(key))
    return [
      problem(
        at,
        "SEGMENT_KNOWN",
        `There is no segment ${JSON.stringify(key)}.`,
        suggestion(key, segments.keys()) ?? "Write it into the folder `segments`.",
      ),
    ];
  if (definition === undefined) return [];
  const allowed = allowedAttributes(definition);
  const uncovered = [...segmentAttributes(key, segments)].filter((name) => !allowed.has(name));
  if (uncovered.length === 0) return [];
  return [
    problem(
      at,
      "SEGMENT_CONTEXT_COVERED",
      `The segment ${key} reads ${uncovered.join(", ")}, which the context of ${definition.key} does not have.`,
      `Add ${uncovered.join(", ")} to \`context: optional\` in the flag's definition.`,
    ),
  ];
}

/** A flag that another asks about: a prerequisite, or a condition. */
export function checkFlagReference(
  flag: string,
  is: readonly string[] | "on",
  at: string,
  { definition, surroundings }: Asker,
): readonly StateProblem[] {
  const target = surroundings.definitions.get(flag);
  if (target === undefined)
    return [
      problem(
        `${at}/flag`,
        "REQUIRES_KNOWN_FLAG",
        `There is no flag ${JSON.stringify(flag)}.`,
        suggestion(flag, surroundings.definitions.keys()) ?? "Write its definition first.",
      ),
    ];
  const problems: StateProblem[] = [];
  const names = target.variants.map(([name]) => name);
  for (const variant of is === "on" ? [] : is)
    // State may add variants to flags that are not boolean; they are not known here, so only a near miss is certain.
    if (!names.includes(variant) && target.type === "boolean")
      problems.push(
        problem(
          `${at}/is`,
          "VARIANT_KNOWN",
          `The flag ${flag} has no variant ${JSON.stringify(variant)}.`,
          suggestion(variant, names),
        ),
      );
    else if (!names.includes(variant))
      problems.push(
        problem(
          `${at}/is`,
          "VARIANT_KNOWN",
          `The definition of ${flag} has no variant ${JSON.stringify(variant)}.`,
          suggestion(variant, names) ?? "Add it to the flag's definition.",
        ),
      );
  if (definition === undefined) return problems;
  const allowed = allowedAttributes(definition);
  const uncovered = [...allowedAttributes(target)].filter((name) => !allowed.has(name));
  if (uncovered.length > 0)
    problems.push(
      problem(
        `${at}/flag`,
        "REQUIRES_CONTEXT_COVERED",
        `${flag} may read ${uncovered.join(", ")}, which the context of ${definition.key} does not have.`,
        `Add ${uncovered.join(", ")} to the context of ${definition.key}.`,
      ),
    );
  return problems;
}

function checkComparison(condition: AttributeCondition, at: string, asker: Asker): readonly StateProblem[] {
  const { attribute, operator, value } = condition;
  const problems = [...checkAttribute(attribute, `${at}/attribute`, asker)];
  if (!operators.has(operator))
    return [
      ...problems,
      problem(
        `${at}/operator`,
        "OPERATOR_KNOWN",
        `There is no operator ${JSON.stringify(operator)}.`,
        suggestion(operator, operators.keys()),
      ),
    ];
  const operand = checkOperand(operator, value, (pattern) => linearRegExp(pattern, "u"));
  if (operand !== undefined)
    return [...problems, problem(`${at}/value`, "OPERAND_TYPE", sentence(operand), exampleFor(operator))];
  const schema = attributeSchema(asker.surroundings.context, attribute);
  return schema === undefined ? problems : [...problems, ...checkPossible(condition, schema, at)];
}

function checkPossible(condition: AttributeCondition, schema: JsonSchema, at: string): readonly StateProblem[] {
  const found = impossible(condition, schema);
  return found === undefined ? [] : [problem(`${at}/value`, "CONDITION_POSSIBLE", found.message, found.help)];
}

function exampleFor(operator: string): string | undefined {
  const example = operators.get(operator)?.example;
  return example === undefined ? undefined : `For example ${JSON.stringify(example)}.`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

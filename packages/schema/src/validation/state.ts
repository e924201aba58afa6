import type { JsonValue } from "@flagwright/runtime";
import type { FlagDefinition, FlagState } from "../definition/model.ts";
import { stateFormat } from "../formats/canonical.ts";
import { type Asker, checkAttribute, checkCondition } from "./condition.ts";
import { impossible } from "./impossible.ts";
import { below, problem, type StateProblem } from "./problem.ts";
import { checkServe, checkVariant } from "./serve.ts";
import { checkShape } from "./shape.ts";
import { attributeSchema, type Surroundings } from "./surroundings.ts";
import { checkInstant } from "./time.ts";
import { compileValueSchema } from "./value-schema.ts";

/**
 * Everything that is wrong with a state, which may come from anywhere, for this flag in these surroundings. With a
 * problem of form only those are told, since the rest cannot be read. An empty list means that it may be stored.
 *
 * @example
 * ```ts
 * validateState(definition, body.state, { context, definitions, segments });
 * // [{ pointer: "/rules/0/serve/variant", code: "VARIANT_KNOWN", message: "There is no variant \"smal\".", help: … }]
 * ```
 */
export function validateState(
  definition: FlagDefinition,
  state: unknown,
  surroundings: Surroundings,
): readonly StateProblem[] {
  const shape = checkShape(stateFormat, state);
  return shape.length > 0 ? shape : checkState(definition, state as FlagState, surroundings);
}

/** As `validateState`, for a state that has the right form already. */
export function checkState(
  definition: FlagDefinition,
  state: FlagState,
  surroundings: Surroundings,
): readonly StateProblem[] {
  const asker = { surroundings, definition };
  const variants = new Set([...definition.variants, ...state.variants].map(([name]) => name));
  return [
    ...checkVariants(definition, state),
    ...(state.off === undefined ? [] : checkVariant(state.off, "/off", variants)),
    ...checkTimes(state),
    ...state.targets.flatMap((target, index) => [
      ...target.match.flatMap(([name, values], place) =>
        checkMatch(name, values, `/targets/${index}/match/${place}`, asker),
      ),
      ...checkServe(target.serve, `/targets/${index}/serve`, asker, variants),
    ]),
    ...state.rules.flatMap((rule, index) => [
      ...checkCondition(rule.when, `/rules/${index}/when`, asker),
      ...checkServe(rule.serve, `/rules/${index}/serve`, asker, variants),
    ]),
    ...checkRuleIds(state),
    ...checkServe(state.otherwise, "/otherwise", asker, variants),
  ];
}

function checkVariants(definition: FlagDefinition, state: FlagState): readonly StateProblem[] {
  if (definition.type === "boolean" && state.variants.length > 0)
    return [
      problem(
        "/variants",
        "BOOLEAN_VARIANTS",
        "A boolean flag has the variants on and off, and no others.",
        "Remove `variants`.",
      ),
    ];
  const taken = new Set(definition.variants.map(([name]) => name));
  const schema = compileValueSchema(definition.value);
  return state.variants.flatMap(([name, value], index) => {
    const at = `/variants/${index}`;
    const repeated = taken.has(name)
      ? [problem(at, "VARIANT_UNIQUE", `The variant ${JSON.stringify(name)} exists already.`, "Give it another name.")]
      : [];
    taken.add(name);
    return [...repeated, ...(schema.ok ? below(`${at}/1`, schema.validate(value, "VARIANTS_MATCH_SCHEMA")) : [])];
  });
}

function checkTimes(state: FlagState): readonly StateProblem[] {
  const problems = (["autoOff", "activeFrom", "activeUntil"] as const).flatMap((name) => {
    const instant = state[name];
    return instant === undefined ? [] : checkInstant(instant, `/${name}`);
  });
  const { activeFrom, activeUntil } = state;
  if (activeFrom !== undefined && activeUntil !== undefined && Date.parse(activeUntil) <= Date.parse(activeFrom))
    return [
      ...problems,
      problem(
        "/activeUntil",
        "WINDOW_ORDER",
        "The flag's window ends before it starts.",
        "Swap `activeFrom` and `activeUntil`.",
      ),
    ];
  return problems;
}

function checkMatch(name: string, values: readonly JsonValue[], at: string, asker: Asker): readonly StateProblem[] {
  const problems = checkAttribute(name, `${at}/0`, asker);
  const schema = attributeSchema(asker.surroundings.context, name);
  if (problems.length > 0 || schema === undefined) return problems;
  const never = impossible({ attribute: name, operator: "in", value: values }, schema);
  return never === undefined ? [] : [problem(`${at}/1`, "CONDITION_POSSIBLE", never.message, never.help)];
}

function checkRuleIds(state: FlagState): readonly StateProblem[] {
  const seen = new Set<string>();
  return state.rules.flatMap(({ id }, index) => {
    const repeated = seen.has(id);
    seen.add(id);
    return repeated
      ? [
          problem(
            `/rules/${index}/id`,
            "RULE_ID_UNIQUE",
            `Two rules have the id ${JSON.stringify(id)}.`,
            "Give each rule an id of its own.",
          ),
        ]
      : [];
  });
}

import { snapshotLimits } from "@flagwright/runtime";
import type { FlagDefinition } from "../definition/model.ts";
import { wireKey } from "../definition/identity.ts";
import { suggestion } from "../json/nearest.ts";
import { checkFlagReference } from "./condition.ts";
import { problem, type StateProblem } from "./problem.ts";
import type { Surroundings } from "./surroundings.ts";

type Definitions = ReadonlyMap<string, FlagDefinition>;

/** What is wrong with a definition, right by itself, among the others of its project. */
export function checkRelations(definition: FlagDefinition, surroundings: Surroundings): readonly StateProblem[] {
  const { context, definitions } = surroundings;
  const known = (name: string): boolean => name === "targetingKey" || Object.hasOwn(context.attributes, name);
  const problems = (["required", "optional"] as const).flatMap((list) =>
    definition.context[list].flatMap((name, index) =>
      known(name)
        ? []
        : [
            problem(
              `/context/${list}/${index}`,
              "CONTEXT_ATTRIBUTE_KNOWN",
              `The project's context has no attribute ${JSON.stringify(name)}.`,
              suggestion(name, ["targetingKey", ...Object.keys(context.attributes)]) ??
                "Add it to `context` in flagwright.yaml.",
            ),
          ],
    ),
  );
  for (const [index, { flag, is }] of definition.requires.entries())
    problems.push(...checkFlagReference(flag, is, `/requires/${index}`, { surroundings, definition }));
  const path = cycle(definition, definitions);
  if (path !== undefined)
    problems.push(
      problem(
        "/requires",
        "REQUIRES_NO_CYCLE",
        `The flag requires itself: ${path.join(" → ")}.`,
        "Remove one of these requirements.",
      ),
    );
  else if (tooDeep(definitions).has(wireKey(definition)))
    problems.push(
      problem(
        "/requires",
        "REQUIRES_NOT_DEEP",
        `More than ${MAX_DEPTH} flags require each other from here on, one after the other; clients could not read this one.`,
        "Let it require the end of the chain directly, or fewer of its links.",
      ),
    );
  return problems;
}

const { MAX_REFERENCE_DEPTH: MAX_DEPTH } = snapshotLimits;
const deep = new WeakMap<Definitions, ReadonlySet<string>>();

/** The flags that stand at the head of a longer chain than evaluation follows; those that require a circle as well. */
function tooDeep(definitions: Definitions): ReadonlySet<string> {
  const known = deep.get(definitions);
  if (known !== undefined) return known;
  const requiring = [...definitions].filter(([, { requires }]) => requires.length > 0);
  let heads: ReadonlySet<string> = new Set(definitions.keys());
  for (let length = 0; length <= MAX_DEPTH && heads.size > 0; length++) {
    const further = heads;
    heads = new Set(
      requiring.filter(([, { requires }]) => requires.some(({ flag }) => further.has(flag))).map(([key]) => key),
    );
  }
  deep.set(definitions, heads);
  return heads;
}

/** The way from the flag back to itself through what flags require, if there is one. */
function cycle(definition: FlagDefinition, definitions: Definitions): readonly string[] | undefined {
  const start = wireKey(definition);
  const seen = new Set<string>();
  const open: (readonly string[])[] = [[start]];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const key = path.at(-1) ?? "";
    const requires = key === start ? definition.requires : (definitions.get(key)?.requires ?? []);
    for (const { flag } of requires) {
      if (flag === start) return [...path, flag];
      if (seen.has(flag)) continue;
      seen.add(flag);
      open.push([...path, flag]);
    }
  }
  return undefined;
}

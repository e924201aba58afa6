import type { DefinitionBundle } from "../definition/model.ts";
import { wireKey } from "../definition/identity.ts";
import { bundleFormat } from "../formats/canonical.ts";
import { pointerTo } from "../json/pointer.ts";
import { checkDefinition } from "./definition.ts";
import { below, problem, type StateProblem } from "./problem.ts";
import { checkRelations } from "./relations.ts";
import { checkShape } from "./shape.ts";
import { compileValueSchema } from "./value-schema.ts";

/** Everything that is wrong with what a push sends, which may come from anywhere. Empty when it may be registered. */
export function validateBundle(bundle: unknown): readonly StateProblem[] {
  const shape = checkShape(bundleFormat, bundle);
  return shape.length > 0 ? shape : checkBundle(bundle as DefinitionBundle);
}

function checkBundle(bundle: DefinitionBundle): readonly StateProblem[] {
  const definitions = new Map(bundle.definitions.map((each) => [wireKey(each), each]));
  const segments = new Map(bundle.segments.map((key) => [key, {}]));
  const surroundings = { context: bundle.context, definitions, segments };
  const seen = new Set<string>();
  return [
    ...Object.entries(bundle.context.attributes).flatMap(([name, schema]) => {
      const compiled = compileValueSchema(schema);
      return compiled.ok ? [] : below(pointerTo("/context/attributes", name), compiled.problems);
    }),
    ...bundle.definitions.flatMap((definition, index) => {
      const key = wireKey(definition);
      const repeated = seen.has(key)
        ? [problem("/key", "KEY_UNIQUE", `${key} is defined twice.`, "Send each version of a flag once.")]
        : [];
      seen.add(key);
      const problems = [...repeated, ...checkDefinition(definition), ...checkRelations(definition, surroundings)];
      return below(`/definitions/${index}`, problems);
    }),
  ];
}

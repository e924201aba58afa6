import { wireKey } from "../definition/identity.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { pointerTo } from "../json/pointer.ts";
import { checkWritten } from "../validation/definition.ts";
import type { StateProblem } from "../validation/problem.ts";
import { checkRelations } from "../validation/relations.ts";
import { checkSegment } from "../validation/segment.ts";
import { checkState } from "../validation/state.ts";
import type { Surroundings } from "../validation/surroundings.ts";
import { compileValueSchema } from "../validation/value-schema.ts";
import type { Located, LocatedDefinition, Project } from "./model.ts";
import { CONFIG_FILE } from "./read-config.ts";

/** What is wrong with each part of a project beyond its form, and between them. */
export function checkProject(project: Project, locateConfig: Located<unknown>["locate"]): readonly Diagnostic[] {
  const surroundings = surroundingsOf(project);
  const config = { value: project.config, file: CONFIG_FILE, locate: locateConfig };
  return [
    ...Object.entries(project.config.context.attributes).flatMap(([name, schema]) => {
      const compiled = compileValueSchema(schema);
      const at = pointerTo("/context", name);
      return compiled.ok
        ? []
        : compiled.problems.map((each) => diagnosticAt(config, { ...each, pointer: at + each.pointer }));
    }),
    ...repeatedKeys(project.definitions),
    ...project.definitions.flatMap((definition) =>
      [...checkWritten(definition.value), ...checkRelations(definition.value, surroundings)].map((each) =>
        diagnosticAt(definition, each),
      ),
    ),
    ...project.segments.flatMap((segment) =>
      checkSegment(segment.value, surroundings).map((each) => diagnosticAt(segment, each)),
    ),
    ...project.environments.flatMap(({ states }) =>
      states.flatMap((state) => {
        const definition = surroundings.definitions.get(state.flag);
        if (definition === undefined) return [];
        return checkState(definition, state.value, surroundings).map((each) => diagnosticAt(state, each));
      }),
    ),
  ];
}

export function surroundingsOf(project: Project): Surroundings {
  return {
    context: project.config.context,
    definitions: new Map(project.definitions.map(({ value }) => [wireKey(value), value])),
    segments: new Map(project.segments.map(({ value }) => [value.key, value])),
  };
}

/** A problem of the canonical form, where somebody wrote it. */
function diagnosticAt(located: Located<unknown>, { pointer, code, message, help }: StateProblem): Diagnostic {
  return {
    code,
    severity: "error",
    message,
    file: located.file,
    range: located.locate(pointer),
    ...(help === undefined ? {} : { help }),
  };
}

function repeatedKeys(definitions: readonly LocatedDefinition[]): readonly Diagnostic[] {
  return definitions.flatMap((definition, index) => {
    const before = definitions[index - 1];
    if (before === undefined || wireKey(before.value) !== wireKey(definition.value)) return [];
    return [
      diagnosticAt(definition, {
        pointer: "/key",
        code: "KEY_UNIQUE",
        message: `${wireKey(definition.value)} is defined twice; ${before.file} has it as well.`,
        help: "Delete one of the two files, or give one another key or version.",
      }),
    ];
  });
}

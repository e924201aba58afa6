import type { FlagDefinition } from "../definition/model.ts";
import { suggestion } from "../json/nearest.ts";
import type { Part } from "../source/part.ts";
import type { LocatedState, ProjectConfig, ProjectEnvironment } from "./model.ts";
import { readState } from "./read-state.ts";

/** `environments/<name>.yaml`: the state of each flag it mentions. */
export function readEnvironment(
  root: Part,
  name: string,
  config: ProjectConfig,
  definitions: ReadonlyMap<string, FlagDefinition>,
): ProjectEnvironment {
  const file = root.reader.source.path;
  if (!config.environments.includes(name))
    root.warning(
      "ENVIRONMENT_KNOWN",
      `The project has no environment ${JSON.stringify(name)}.`,
      suggestion(name, config.environments) ?? "Add it to `environments` in flagwright.yaml, or rename the file.",
    );
  if (root.object("An environment file", ["$schema", "flags"]) === undefined) return { name, file, states: [] };
  const flags = root.child("flags");
  flags?.object("The list of flags");
  const states = (flags?.children() ?? []).flatMap(([flag, part]): readonly LocatedState[] => {
    const definition = definitions.get(flag);
    if (definition === undefined) {
      part.error(
        "STATE_OF_KNOWN_FLAG",
        `There is no flag ${JSON.stringify(flag)}.`,
        suggestion(flag, definitions.keys()) ?? "Write its definition first, or remove this state.",
        "key",
      );
      return [];
    }
    const state = readState(part, definition, config.context);
    return state === undefined ? [] : [{ ...part.reader.located(state, part.pointer), flag }];
  });
  return { name, file, states };
}

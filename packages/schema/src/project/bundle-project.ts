import type { DefinitionBundle } from "../definition/model.ts";
import { wireKey } from "../definition/identity.ts";
import type { Located, Project } from "./model.ts";
import { defaultConfig } from "./read-config.ts";

const nowhere: Located<unknown>["locate"] = () => ({ start: { line: 1, column: 1 }, end: { line: 1, column: 1 } });

/** What a server holds, as a project to compare with. It has no files, so its places are names. */
export function bundleProject(bundle: DefinitionBundle): Project {
  return {
    config: { ...defaultConfig, project: bundle.project, context: bundle.context },
    definitions: bundle.definitions.map((value) => ({
      value,
      file: `server/${wireKey(value)}`,
      locate: nowhere,
      suppressions: [],
    })),
    segments: bundle.segments.map((key) => ({
      value: { key, include: [], exclude: [], when: { any: [] } },
      file: `server/segments/${key}`,
      locate: nowhere,
    })),
    environments: [],
    sharedSchemas: new Map(),
    diagnostics: [],
    files: new Map(),
  };
}

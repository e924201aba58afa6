import { wireKey } from "../definition/identity.ts";
import type { JsonSchema } from "../definition/model.ts";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { compareDiagnostics } from "../diagnostic/order.ts";
import { isJsonObject } from "../json/json-object.ts";
import { LineIndex } from "../source/line-index.ts";
import { Part } from "../source/part.ts";
import { Reader } from "../source/reader.ts";
import { SourceFile } from "../source/source-file.ts";
import { checkProject } from "./check-project.ts";
import type {
  Located,
  LocatedDefinition,
  LocatedSegment,
  Project,
  ProjectConfig,
  ProjectEnvironment,
} from "./model.ts";
import { type FileRole, fileRole, stem } from "./project-files.ts";
import { CONFIG_FILE, defaultConfig, readConfig } from "./read-config.ts";
import { readEnvironment } from "./read-environment.ts";
import { readFlag } from "./read-flag.ts";
import { readSegment } from "./read-segment.ts";
import { trapDiagnostics } from "./traps.ts";
import { ValueSchemas } from "./value-schemas.ts";

/**
 * Reads all files of a project and checks them. Files are given by path, relative to the root and with forward
 * slashes; those that are not Flagwright's are left alone. Never throws: what is wrong is in `diagnostics`, all of it.
 * `onFlag` is called after each flag's file, for those who wait.
 *
 * @example
 * ```ts
 * const project = parseProject(new Map([["flagwright.yaml", "project: shop"], ["flags/a.yaml", text]]));
 * ```
 */
export function parseProject(files: ReadonlyMap<string, string>, onFlag?: () => void): Project {
  const reading = new ProjectReading();
  const configText = files.get(CONFIG_FILE);
  const config = configText === undefined ? missingConfig(reading) : reading.config(configText);
  const byRole = groupByRole(files, config.flags);
  const sharedSchemas = new Map(
    byRole.schema.flatMap(([path, text]) => {
      const schema = reading.sharedSchema(path, text);
      return schema === undefined ? [] : [[path, schema] as const];
    }),
  );
  const schemas = new ValueSchemas(sharedSchemas);
  const definitions = byRole.flag.flatMap(([path, text]) => {
    const definition = reading.flag(path, text, schemas);
    onFlag?.();
    return definition ?? [];
  });
  definitions.sort(byKeyAndVersion);
  const segments = byRole.segment.flatMap(([path, text]) => reading.segment(path, text, config) ?? []);
  const environments = byRole.environment.map(([path, text]) => reading.environment(path, text, config, definitions));
  const known = new Set([CONFIG_FILE, ...Object.values(byRole).flatMap((group) => group.map(([path]) => path))]);
  const read: Project = {
    config,
    definitions,
    segments,
    environments,
    sharedSchemas,
    diagnostics: [],
    files: new Map([...files].filter(([path]) => known.has(path))),
  };
  return {
    ...read,
    diagnostics: [...reading.diagnostics, ...checkProject(read, reading.locateConfig)].sort(compareDiagnostics),
  };
}

function missingConfig(reading: ProjectReading): ProjectConfig {
  reading.diagnostics.push({
    code: "PROJECT_FILE_PRESENT",
    severity: "error",
    message: `There is no ${CONFIG_FILE}.`,
    file: CONFIG_FILE,
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
    help: "Run `flagwright init` at the root of your repository, or write a file with `project: shop`.",
  });
  return defaultConfig;
}

type Files = readonly (readonly [path: string, text: string])[];

function groupByRole(files: ReadonlyMap<string, string>, folder: string): { readonly [R in FileRole]: Files } {
  const groups: { readonly [R in FileRole]: (readonly [string, string])[] } = {
    flag: [],
    segment: [],
    environment: [],
    schema: [],
  };
  for (const entry of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const role = entry[0] === CONFIG_FILE ? undefined : fileRole(entry[0], folder);
    if (role !== undefined) groups[role].push(entry);
  }
  return groups;
}

function byKeyAndVersion({ value: a }: LocatedDefinition, { value: b }: LocatedDefinition): number {
  return a.key === b.key ? a.version - b.version : a.key < b.key ? -1 : 1;
}

/** Reads file after file and keeps what is wrong with any of them. */
class ProjectReading {
  readonly diagnostics: Diagnostic[] = [];
  locateConfig: Located<unknown>["locate"] = () => new LineIndex("").range(0, 0);

  config(text: string): ProjectConfig {
    const part = this.#open(CONFIG_FILE, text);
    if (part === undefined) return defaultConfig;
    const { source } = part.reader;
    this.locateConfig = (pointer, of) => source.locate(pointer, of);
    return readConfig(part);
  }

  sharedSchema(path: string, text: string): JsonSchema | undefined {
    const part = this.#open(path, text);
    if (part === undefined) return undefined;
    if (isJsonObject(part.value) || typeof part.value === "boolean") return part.value;
    return part.error(
      "MEMBER_TYPE",
      "A shared schema must be a JSON Schema.",
      "Write an object such as { type: string }.",
    );
  }

  flag(path: string, text: string, schemas: ValueSchemas): LocatedDefinition | undefined {
    const part = this.#open(path, text);
    return part && readFlag(part, schemas);
  }

  segment(path: string, text: string, config: ProjectConfig): LocatedSegment | undefined {
    const part = this.#open(path, text);
    return part && readSegment(part, config.context);
  }

  environment(
    path: string,
    text: string,
    config: ProjectConfig,
    definitions: readonly LocatedDefinition[],
  ): ProjectEnvironment {
    const part = this.#open(path, text);
    const name = stem(path);
    if (part === undefined) return { name, file: path, states: [] };
    const byWireKey = new Map(definitions.map(({ value }) => [wireKey(value), value]));
    return readEnvironment(part, name, config, byWireKey);
  }

  #open(path: string, text: string): Part | undefined {
    const source = new SourceFile(path, text);
    this.diagnostics.push(...source.diagnostics, ...trapDiagnostics(source));
    if (source.value === undefined) return undefined;
    return new Part(new Reader(source, this.diagnostics), source.value);
  }
}

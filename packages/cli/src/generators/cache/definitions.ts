import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FlagDefinition, JsonSchema, Project } from "@flagwright/schema";
import { fileRole, parseProject } from "@flagwright/schema/definitions";
import { readIfThere } from "../../project/write-file.ts";
import { digest, readCache, writeCache } from "./cache-file.ts";
import type { FileState } from "./file-states.ts";
import { neighbourhood, requiredBy } from "./requirements.ts";

/** The definitions of one file that had no error. */
export type FileDefinitions = readonly [path: string, digest: string, definitions: readonly FlagDefinition[]];

interface Remembered {
  readonly folder: string;
  readonly files: readonly FileDefinitions[];
  /** What is no flag's file, with its digest: the project's own file, shared schemas, segments, environments. */
  readonly surroundings: readonly (readonly [path: string, digest: string])[];
}

/** As it is written: each value schema once, and in its place in a definition the index of it. */
interface Written extends Omit<Remembered, "files"> {
  readonly schemas: readonly JsonSchema[];
  readonly files: readonly (readonly [
    path: string,
    digest: string,
    definitions: readonly (Omit<FlagDefinition, "value"> & { readonly value: number })[],
  ])[];
}

const NAME = "definitions.json";

/** More changed files than this are read as a whole project. */
const MAX_CHANGED = 300;

/** Up to so many changed files are read again in the next run: that is quicker than to write all definitions anew. */
const MAX_READ_AGAIN = 20;

export interface ChangedDefinitions {
  readonly project: Project;
  readonly files: readonly FileDefinitions[];
  /** Whether so much has changed that it should be remembered. */
  readonly isNew: boolean;
}

/**
 * The definitions of a project of which few files have changed since it was last read without errors, or `undefined`
 * when the whole project must be read: to be sure, or to say what is wrong.
 */
export function changedDefinitions(
  root: string,
  tool: string,
  inputs: readonly FileState[],
): ChangedDefinitions | undefined {
  const before = readRemembered(root, tool);
  if (before === undefined) return undefined;
  const isFlag = (path: string): boolean => fileRole(path, before.folder) === "flag";
  const surroundings = surroundingsIn(before.folder, inputs);
  if (JSON.stringify(surroundings) !== JSON.stringify(before.surroundings)) return undefined;

  const known = new Map(before.files.map((each) => [each[0], each]));
  const flags = inputs.filter(([path]) => isFlag(path));
  const present = new Set(flags.map(([path]) => path));
  const changed = flags.filter(([path, , , , digest]) => known.get(path)?.[1] !== digest).map(([path]) => path);
  const gone = before.files.filter(([path]) => !present.has(path)).map(([path]) => path);
  if (changed.length + gone.length > MAX_CHANGED) return undefined;
  const touched = new Set([...changed, ...gone]);
  const kept = before.files.filter(([path]) => !touched.has(path));

  const digests = new Map(inputs.map(([path, , , , digest]) => [path, digest]));
  const context = surroundings.map(([path]) => path).filter((path) => fileRole(path, before.folder) !== "environment");
  const alone = readProjectOf(root, [...context, ...changed], digests);
  if (alone === undefined) return undefined;
  const keys = new Set([...touched].flatMap((path) => known.get(path)?.[2] ?? []).map(({ key }) => key));
  for (const { value } of alone.definitions) for (const key of [value.key, ...requiredBy(value)]) keys.add(key);
  if (
    mentions(
      root,
      surroundings.map(([path]) => path),
      before.folder,
      keys,
    )
  )
    return undefined;

  const neighbours = neighbourhood(
    kept.flatMap(([path, , own]) => own.map((value) => [path, value] as const)),
    keys,
  );
  const project =
    neighbours.length === 0 ? alone : readProjectOf(root, [...context, ...changed, ...neighbours], digests);
  if (project === undefined || project.diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const fresh = new Set(changed);
  const files = [...kept, ...filesOf(pairsOf(project), digests).filter(([path]) => fresh.has(path))];
  return { project, files, isNew: touched.size > MAX_READ_AGAIN };
}

/** Remembers the definitions of a project that had no errors. */
export function keepDefinitions(
  root: string,
  tool: string,
  folder: string,
  inputs: readonly FileState[],
  files: readonly FileDefinitions[],
): void {
  const surroundings = surroundingsIn(folder, inputs);
  const schemas = new Map<string, { readonly index: number; readonly schema: JsonSchema }>();
  const indexOf = (schema: JsonSchema): number => {
    const text = JSON.stringify(schema);
    const known = schemas.get(text) ?? { index: schemas.size, schema };
    schemas.set(text, known);
    return known.index;
  };
  const indexed = files.map(
    ([path, digest, own]) => [path, digest, own.map((each) => ({ ...each, value: indexOf(each.value) }))] as const,
  );
  const written: Written = {
    folder,
    surroundings,
    files: indexed,
    schemas: Array.from(schemas.values(), ({ schema }) => schema),
  };
  writeCache(root, NAME, tool, written);
}

function readRemembered(root: string, tool: string): Remembered | undefined {
  const written = readCache(root, NAME, tool) as Written | undefined;
  if (written === undefined) return undefined;
  const { schemas, files, ...rest } = written;
  return {
    ...rest,
    files: files.map(([path, digest, own]) => [
      path,
      digest,
      own.map((each) => ({ ...each, value: schemas[each.value] ?? true })),
    ]),
  };
}

export function pairsOf({ definitions }: Project): readonly (readonly [file: string, value: FlagDefinition])[] {
  return definitions.map(({ file, value }) => [file, value]);
}

/** What stands for each definition: where and what its file is, and the shared schemas that it may refer to. */
export function fingerprints(
  folder: string,
  inputs: readonly FileState[],
  files: readonly FileDefinitions[],
): ReadonlyMap<FlagDefinition, string> {
  const shared = surroundingsIn(folder, inputs).filter(([path]) => fileRole(path, folder) === "schema");
  const schemas = digest(JSON.stringify(shared));
  return new Map(
    files.flatMap(([path, text, own]) =>
      own.map((definition, at) => [definition, JSON.stringify([path, text, at, schemas])] as const),
    ),
  );
}

/** Which file holds which definitions. */
export function filesOf(
  definitions: readonly (readonly [file: string, value: FlagDefinition])[],
  digests: ReadonlyMap<string, string>,
): readonly FileDefinitions[] {
  const files = new Map<string, FlagDefinition[]>();
  for (const [file, value] of definitions) {
    const own = files.get(file);
    if (own === undefined) files.set(file, [value]);
    else own.push(value);
  }
  return [...files].map(([path, definitions]) => [path, digests.get(path) ?? "", definitions]);
}

function surroundingsIn(folder: string, inputs: readonly FileState[]): Remembered["surroundings"] {
  return inputs.filter(([path]) => fileRole(path, folder) !== "flag").map(([path, , , , digest]) => [path, digest]);
}

/** A project of these files alone; `undefined` when one of them is not as it was when it was looked at. */
function readProjectOf(
  root: string,
  paths: readonly string[],
  digests: ReadonlyMap<string, string>,
): Project | undefined {
  const texts = new Map<string, string>();
  for (const path of paths) {
    const text = readIfThere(join(root, path));
    if (text === undefined || digest(text) !== digests.get(path)) return undefined;
    texts.set(path, withoutMark(text));
  }
  return parseProject(texts);
}

/** A byte order mark is no part of a text. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

/** Whether an environment speaks of one of these flags: its states are checked against their definitions. */
function mentions(root: string, paths: readonly string[], folder: string, keys: ReadonlySet<string>): boolean {
  return paths
    .filter((path) => fileRole(path, folder) === "environment")
    .some((path) => {
      const text = readFileSync(join(root, path), "utf8");
      // Quotes can hold escapes, behind which a key is not seen.
      return text.includes("\\") || [...keys].some((key) => text.includes(key));
    });
}

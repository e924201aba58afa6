import { dirname, join, posix, relative, sep } from "node:path";
import { readCache, writeCache } from "./cache-file.ts";
import { definitionFiles, fileStates, sameTexts, type FileState } from "./file-states.ts";

/** What a run of `generate` read and wrote. When all of it is as it was, there is nothing to do. */
export interface Stamp {
  /** The folder of the definitions. */
  readonly folder: string;
  /** How many flags there were. */
  readonly flags: number;
  readonly inputs: readonly FileState[];
  /** Files that say how code is laid out, those that could be there included. */
  readonly styles: readonly FileState[];
  readonly outputs: readonly FileState[];
  /** A module of the project's own made some of it, and may read what nobody knows of: it is asked each time. */
  readonly asksModules?: true;
}

const NAME = "generate.json";

export function readStamp(root: string, tool: string): Stamp | undefined {
  return readCache(root, NAME, tool) as Stamp | undefined;
}

export function writeStamp(root: string, tool: string, stamp: Stamp): void {
  writeCache(root, NAME, tool, stamp);
}

/** What a project's files are now, and whether they and what was generated from them are as the stamp says. */
export function look(
  root: string,
  stamp: Stamp,
  now: number,
): { readonly inputs: readonly FileState[]; readonly isCurrent: boolean } {
  const inputs = lookAtInputs(root, stamp.folder, stamp.inputs, now);
  const isCurrent =
    stamp.asksModules !== true &&
    sameTexts(inputs, stamp.inputs) &&
    [stamp.styles, stamp.outputs].every((before) =>
      sameTexts(
        fileStates(
          root,
          before.map(([path]) => path),
          before,
          now,
        ),
        before,
      ),
    );
  return { inputs, isCurrent };
}

export function lookAtInputs(
  root: string,
  folder: string,
  before: readonly FileState[],
  now: number,
  onRead?: (path: string, text: string) => void,
): readonly FileState[] {
  return fileStates(root, ["flagwright.yaml", ...definitionFiles(root, folder)], before, now, onRead);
}

const STYLE_FILES = [
  ".editorconfig",
  ".prettierrc",
  ...["json", "json5", "yaml", "yml", "toml", "js", "cjs", "mjs", "ts", "cts", "mts"].map(
    (end) => `.prettierrc.${end}`,
  ),
  ...["js", "cjs", "mjs", "ts", "cts", "mts"].map((end) => `prettier.config.${end}`),
  "package.json",
  "package.yaml",
];

/** Every file that prettier would look for to lay these outputs out. */
export function styleFiles(root: string, outputs: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const output of outputs)
    for (let folder = dirname(join(root, output)); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  return [...folders]
    .map((folder) => relative(root, folder).split(sep).join("/"))
    .sort()
    .flatMap((folder) => STYLE_FILES.map((name) => posix.join(folder === "" ? "." : folder, name)));
}

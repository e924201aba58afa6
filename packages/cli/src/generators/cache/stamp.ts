import { dirname, join, posix, relative, sep } from "node:path";
import { orphansOf } from "../../project/orphans.ts";
import type { Style } from "../style.ts";
import { digest, readCache, writeCache } from "./cache-file.ts";
import type { Output } from "../../project/generate-project.ts";
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
  /** What those files say, by the place of the output. */
  readonly layout: readonly (readonly [place: string, style: Style])[];
  readonly outputs: readonly FileState[];
  /** Where `flagwright.yaml` has the outputs put. */
  readonly places: readonly string[];
  /** A module made some of it or says how it is laid out, and may read what nobody knows of: it is asked each time. */
  readonly asksModules?: true;
}

const NAME = "generate.json";

export function readStamp(root: string, tool: string): Stamp | undefined {
  return readCache(root, NAME, tool) as Stamp | undefined;
}

export function writeStamp(root: string, tool: string, stamp: Stamp): void {
  writeCache(root, NAME, tool, stamp);
}

/**
 * The outputs as they now are on the disk. One that is neither what was made nor what was found to be as good is of
 * another run, which wrote it meanwhile: it is not vouched for.
 */
export function outputStates(
  root: string,
  outputs: readonly Output[],
  changed: ReadonlySet<Output>,
  before: readonly FileState[],
  now: number,
): readonly FileState[] {
  const states = fileStates(
    root,
    outputs.map(({ path }) => path),
    before,
    now,
  );
  const untouched = new Set(before);
  return outputs.map((output, at): FileState => {
    const { path, content, current } = output;
    const state = states[at];
    // Found to be as good as what was made, and not written since the run before.
    if (state !== undefined && untouched.has(state) && !changed.has(output)) return state;
    const expected = digest(changed.has(output) || current === undefined ? content : current);
    return state?.[4] === expected ? state : [path, -1, 0, 0, expected];
  });
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
    ) &&
    orphansOf(root, stamp.places, new Set(stamp.outputs.map(([path]) => path))).length === 0;
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

import { rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { DefinitionBundle, Project } from "@flagwright/schema";
import { CONFIG_FILE, definitionBundle, flagsFolder } from "@flagwright/schema/definitions";
import { generateProject, writeOutputs, type Output } from "../../project/generate-project.ts";
import { parseFiles } from "../../project/load-project.ts";
import { orphansOf } from "../../project/orphans.ts";
import { NO_REPORT, type Report } from "../../output/progress.ts";
import { readIfThere } from "../../project/write-file.ts";
import { digest } from "./cache-file.ts";
import {
  changedDefinitions,
  filesOf,
  fingerprints,
  keepDefinitions,
  pairsOf,
  withoutMark,
  type FileDefinitions,
} from "./definitions.ts";
import { DiskMemory } from "./disk-memory.ts";
import { prettierStyle, type Style } from "../style.ts";
import { fileStates, sameTexts, type FileState } from "./file-states.ts";
import { asksModules } from "./style-modules.ts";
import { lookAtInputs, outputStates, styleFiles, writeStamp, type Stamp } from "./stamp.ts";

/** What a run of `generate` would write. */
export interface Generation {
  readonly flags: number;
  readonly inputs: readonly FileState[];
  /** What a push would send of these definitions, and the environments of the project. */
  readonly bundle: DefinitionBundle;
  readonly environments: readonly string[];
  readonly outputs: readonly Output[];
  /** Generated files that are nobody's any more; one that somebody has changed since is left alone. */
  readonly orphans: readonly string[];
  /** Writes what has changed, removes what is nobody's, and remembers all of it for the next run. */
  write(changed: readonly Output[]): void;
}

/** What is known of an earlier run, and what its files are now. */
export interface Before {
  readonly stamp: Stamp;
  readonly inputs: readonly FileState[];
}

/** A project that has errors, and so generates nothing. */
export interface Refused {
  readonly refused: Project;
}

export interface GenerationOptions {
  readonly tool: string;
  readonly before: Before | undefined;
  readonly now: () => number;
  readonly report: Report | undefined;
  /** Whether a project that names nothing to generate is a failure. */
  readonly needsOutputs: boolean;
}

/**
 * Generates a project, reading and making only what an earlier run does not know. The caches never change what comes
 * of it: what is damaged, of another tool or in doubt is made anew.
 */
export async function generation(root: string, options: GenerationOptions): Promise<Generation | Refused> {
  const { tool, before, now, needsOutputs, report = NO_REPORT } = options;
  const stamp = before?.stamp;
  const read = readDefinitions(root, tool, before, now(), report);
  if ("refused" in read) return read;
  const { config, definitions, inputs, files } = read;
  const memory = new DiskMemory(root, tool, stamp !== undefined, fingerprints(config.flags, inputs, files));
  const places = config.generate.map(({ output }) => output);
  // Looked at before they are read: a change in between is then found by the next run.
  const styles = fileStates(root, styleFiles(root, places), stamp?.styles ?? [], now());
  const asks = asksModules(root, styles);
  const layout = new Map<string, Style>();
  const known = new Map(stamp !== undefined && !asks && sameTexts(styles, stamp.styles) ? stamp.layout : []);
  const styleOf = async (output: string): Promise<Style> => {
    // Asking prettier takes longer than most of a run in which one flag has changed.
    const style = known.get(output) ?? (await prettierStyle(join(root, output)));
    if (isDeepStrictEqual(style, JSON.parse(JSON.stringify(style)))) layout.set(output, style);
    return style;
  };
  const nothing = config.generate.length === 0 && !needsOutputs;
  const outputs = nothing
    ? []
    : await generateProject({ root, project: { config, definitions } }, memory, report, styleOf);
  const paths = outputs.map(({ path }) => path);
  const made = new Set(paths);
  const former = (stamp?.outputs ?? []).filter((state) => !made.has(state[0]) && isAsWritten(root, state));
  const found = orphansOf(root, places, made);
  const orphans = [...new Set([...former.map(([path]) => path), ...found])];
  return {
    flags: definitions.length,
    inputs,
    bundle: definitionBundle(read),
    environments: config.environments,
    outputs,
    orphans,
    write: (changed) => {
      writeOutputs(root, changed, report);
      for (const path of orphans) rmSync(join(root, path), { force: true });
      if (read.isNew) keepDefinitions(root, tool, config.flags, inputs, files);
      memory.save();
      writeStamp(root, tool, {
        folder: config.flags,
        flags: definitions.length,
        inputs,
        styles,
        layout: [...layout],
        outputs: outputStates(root, outputs, new Set(changed), stamp?.outputs ?? [], now()),
        places,
        ...(config.generate.some(({ isModule }) => isModule) || asks ? { asksModules: true } : {}),
      });
    },
  };
}

interface Definitions {
  readonly config: Project["config"];
  readonly definitions: readonly Pick<Project["definitions"][number], "value" | "file">[];
  readonly segments: readonly Pick<Project["segments"][number], "value">[];
  readonly inputs: readonly FileState[];
  readonly files: readonly FileDefinitions[];
  /** Whether the definitions should be remembered. */
  readonly isNew: boolean;
}

/** What is read is what was looked at, so that no digest ever stands for another text. */
function readDefinitions(
  root: string,
  tool: string,
  before: Before | undefined,
  now: number,
  report: Report,
): Definitions | Refused {
  const known = before && changedDefinitions(root, tool, before.inputs);
  if (before !== undefined && known !== undefined) {
    const { inputs } = before;
    const definitions = known.files.flatMap(([file, , own]) => own.map((value) => ({ file, value })));
    const { config, segments } = known.project;
    return { config, definitions, segments, inputs, files: known.files, isNew: known.isNew };
  }
  const texts = new Map<string, string>();
  const folder = flagsFolder(readIfThere(join(root, CONFIG_FILE)) ?? "");
  const inputs = lookAtInputs(root, folder, [], now, (path, text) => texts.set(path, withoutMark(text)));
  const project = parseFiles(texts, report);
  if (project.diagnostics.some(({ severity }) => severity === "error")) return { refused: project };
  const { config, definitions, segments } = project;
  const digests = new Map(inputs.map(([path, , , , text]) => [path, text]));
  return { config, definitions, segments, inputs, files: filesOf(pairsOf(project), digests), isNew: true };
}

function isAsWritten(root: string, [path, , , , text]: FileState): boolean {
  const current = readIfThere(join(root, path));
  return current !== undefined && digest(current) === text;
}

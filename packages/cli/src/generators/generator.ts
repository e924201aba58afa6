import type { ContextSchema, FlagDefinition, GeneratorEntry } from "@flagwright/schema";
import type { Memory } from "./memory.ts";
import type { Report } from "../output/progress.ts";
import type { Style } from "./style.ts";

/** A file that a generator made. Generators never touch the disk. */
export interface GeneratedFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

/** What every generator reads. */
export interface GeneratorInput {
  readonly project: string;
  /** A module of the project's own has them in the order of their keys and versions. */
  readonly definitions: readonly FlagDefinition[];
  readonly context: ContextSchema;
  /** Wire key → the definition's file, relative to the flags folder. A flag that is not in here lies at the top. */
  readonly sources: ReadonlyMap<string, string>;
  /** The version of the command line tool; it appears in the header of each file. */
  readonly version: string;
  /** The layout of the project's own code; text that a generator lays out otherwise fails `prettier --check`. */
  readonly style: Style;
  /** What earlier runs found out. Nothing, for a module of the project's own: it is asked each time. */
  readonly memory: Memory;
  /** Tells somebody who waits how far it is: `report("Drawing", 3, 40, "flags")`. Costs little, so call it often. */
  readonly report: Report;
}

/** An output that cannot be generated as it is configured. `option` names the member of the output's entry. */
export interface OutputProblem {
  readonly option: string;
  readonly message: string;
  readonly help: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly OutputProblem[] };

/** Same input, same bytes: no clock, no randomness, no disk. Every file is the output itself, or in its folder. */
export type Generate = (input: GeneratorInput) => readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;

/** The version of the interface below. A module written for another one is refused, and never guessed at. */
export const INTERFACE_VERSION = 1;

/**
 * What `flagwright generate` makes an output with. The built-in targets are made of this interface, and so is a module
 * that `flagwright.yaml` names as `generator`, which has it as its default export.
 *
 * @example
 * ```ts
 * import type { Generator } from "@flagwright/cli";
 *
 * const keys: Generator = {
 *   interfaceVersion: 1,
 *   purpose: "The keys of all flags, one a line.",
 *   configure: ({ output }) => ({
 *     ok: true,
 *     value: ({ definitions }) => [{ path: output, content: definitions.map(({ key }) => `${key}\n`).join("") }],
 *   }),
 * };
 * export default keys;
 * ```
 */
export interface Generator {
  readonly interfaceVersion: typeof INTERFACE_VERSION;
  /** One sentence that says what it makes. */
  readonly purpose: string;
  /** Reads and checks the output's entry; every member that the generator does not know is a problem. */
  configure(entry: GeneratorEntry): Result<Generate>;
}

import type { ContextSchema, FlagDefinition, GeneratorEntry } from "@flagwright/schema";
import type { Memory } from "./memory.ts";
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
  readonly definitions: readonly FlagDefinition[];
  readonly context: ContextSchema;
  /** Wire key → the definition's file, relative to the flags folder. A flag that is not in here lies at the top. */
  readonly sources: ReadonlyMap<string, string>;
  /** The version of the command line tool; it appears in the header of each file. */
  readonly version: string;
  /** The layout of the project's own code; text that a generator lays out otherwise fails `prettier --check`. */
  readonly style: Style;
  /** What earlier runs found out. */
  readonly memory: Memory;
}

/** An output that cannot be generated as it is configured. `option` names the member of the output's entry. */
export interface OutputProblem {
  readonly option: string;
  readonly message: string;
  readonly help: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly OutputProblem[] };

/** Same input, same bytes: no clock, no randomness, no disk, and the order of `definitions` does not matter. */
export type Generate = (input: GeneratorInput) => Promise<readonly GeneratedFile[]>;

/**
 * A target of `flagwright generate`. The built-in ones are made of this interface too.
 *
 * @example
 * ```ts
 * export const keys: Generator = {
 *   target: "keys",
 *   purpose: "The keys of all flags, one a line.",
 *   configure: ({ output }) => ({
 *     ok: true,
 *     value: async ({ definitions }) => [{ path: output, content: definitions.map(({ key }) => `${key}\n`).sort().join("") }],
 *   }),
 * };
 * ```
 */
export interface Generator {
  /** What `target` says in `flagwright.yaml`. */
  readonly target: string;
  /** One sentence for `flagwright generate --help` and the docs. */
  readonly purpose: string;
  /** Reads and checks the output's entry; every member that the generator does not know is a problem. */
  configure(entry: GeneratorEntry): Result<Generate>;
}

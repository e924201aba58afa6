import type { JsonObject } from "@flagwright/runtime";
import type { ContextSchema, FlagDefinition, FlagState, JsonSchema, Segment } from "../definition/model.ts";
import type { Diagnostic, Range, Severity } from "../diagnostic/diagnostic.ts";

/** Everything that a project's files say, in canonical form, and whatever is wrong with them. Immutable. */
export interface Project {
  readonly config: ProjectConfig;
  /** By key, then version. */
  readonly definitions: readonly LocatedDefinition[];
  readonly segments: readonly LocatedSegment[];
  readonly environments: readonly ProjectEnvironment[];
  /** Path of the file → schema, as written. */
  readonly sharedSchemas: ReadonlyMap<string, JsonSchema>;
  /** In order of file and place. Something that has an error may be missing from the lists above. */
  readonly diagnostics: readonly Diagnostic[];
  /** The text of every file that was read, by path; the printers quote from it. */
  readonly files: ReadonlyMap<string, string>;
}

/** Something that stands in a file, shorthands expanded, and that still knows where each part of it was written. */
export interface Located<T> {
  readonly value: T;
  /** Relative to the project's root, with forward slashes. */
  readonly file: string;
  /**
   * Where a part of the canonical form was written, by JSON pointer; for a default that nobody wrote, where its
   * parent was. `key` asks for the member's name instead of its value.
   */
  locate(pointer: string, part?: "key" | "value"): Range;
}

export interface LocatedDefinition extends Located<FlagDefinition> {
  /** Overrides the project's for this flag. */
  readonly compatibility?: CompatibilityPolicy;
  readonly suppressions: readonly Suppression[];
}

export type LocatedSegment = Located<Segment>;

/** One `environments/<name>.yaml`. */
export interface ProjectEnvironment {
  readonly name: string;
  readonly file: string;
  readonly states: readonly LocatedState[];
}

export interface LocatedState extends Located<FlagState> {
  /** The wire key of the flag. */
  readonly flag: string;
}

/** `flagwright.yaml` */
export interface ProjectConfig {
  readonly project: string;
  /** The folder with the definitions, relative to the root. */
  readonly flags: string;
  readonly context: ContextSchema;
  readonly environments: readonly string[];
  readonly compatibility: ProjectCompatibility;
  readonly stale: StalePolicy;
  /** Rule id → severity, where it differs from the rule's own. */
  readonly lint: { readonly [rule: string]: Severity | "off" };
  readonly generate: readonly GeneratorEntry[];
}

export interface GeneratorEntry {
  /** The name of a generator, such as `typescript`; the CLI knows which there are. Or the module of another one. */
  readonly target: string;
  /** `target` is a module: a file of the project, which begins with `./`, or a package. The file says `generator`. */
  readonly isModule?: true;
  /** Relative to the root, with forward slashes. */
  readonly output: string;
  /** Whatever else the entry says. */
  readonly options: JsonObject;
}

/** Whose breaks fail `flagwright check`: old stored values in new code, new values in old readers, both, or none. */
export type CompatibilityMode = "backward" | "forward" | "full" | "none";

export interface CompatibilityPolicy {
  readonly mode: CompatibilityMode;
  /** Compare with every earlier version, not the last one alone. */
  readonly transitive: boolean;
}

/** The policy of a project, and where it differs. */
export interface ProjectCompatibility extends CompatibilityPolicy {
  /** Folder, relative to the root → mode of the flags below it; the deepest counts. */
  readonly folders: { readonly [folder: string]: CompatibilityMode };
  /** Breaks that somebody has approved, by fingerprint: of use where the file is gone, and with it its suppressions. */
  readonly approved: readonly Approval[];
}

export interface Approval {
  readonly fingerprint: string;
  readonly reason: string;
  /** A calendar date; from that day on the approval no longer counts. */
  readonly until: string;
}

/** Days after which something is called stale. */
export interface StalePolicy {
  /** Days past `expires` from which `check --ci` warns. Default 0. */
  readonly warnAfterDays: number;
  /** Days past `expires` from which `check --ci` fails. Default 30. */
  readonly failAfterDays: number;
}

/** A breaking change that somebody answers for, until a date. */
export interface Suppression {
  readonly rule: string;
  readonly reason: string;
  /** A calendar date; from that day on the suppression no longer counts. */
  readonly until: string;
  /** JSON pointer of the suppression in its file's canonical form. */
  readonly pointer: string;
}

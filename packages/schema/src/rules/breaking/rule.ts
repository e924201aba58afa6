import type { CalendarDate, FlagState } from "../../definition/model.ts";
import type { Range } from "../../diagnostic/diagnostic.ts";
import type { Located, LocatedDefinition, LocatedSegment, Project } from "../../project/model.ts";
import type { Surroundings } from "../../validation/surroundings.ts";
import type { RuleDocs } from "../lint/rule.ts";
import type { Contract } from "./contract.ts";

/**
 * Who breaks: SOURCE, callers of the regenerated module no longer compile; READERS, deployed clients; STORED, values
 * and rules that are saved; ASSIGNMENT, people who get another variant; POLICY, nobody, but an agreement is broken.
 */
export type BreakCategory = "SOURCE" | "READERS" | "STORED" | "ASSIGNMENT" | "POLICY";

export interface CheckContext {
  readonly previous: Project;
  readonly current: Project;
  /** Time is an input. */
  readonly today: CalendarDate;
}

/** One version of a flag, before and after. */
export interface VersionPair extends CheckContext {
  readonly before: LocatedDefinition;
  readonly after: LocatedDefinition;
  /** What the two value schemas say to each other; worked out once, when the first rule asks. */
  readonly values: Contract;
  /** Expiry dates that it had before `before`, newest first, as far as the history is known. */
  readonly expiries?: readonly CalendarDate[];
}

/** A version that was there and is not any more. */
export interface RemovedVersion extends CheckContext {
  readonly before: LocatedDefinition;
}

/** A version as it stands, changed or not. */
export interface StandingVersion extends CheckContext {
  readonly after: LocatedDefinition;
}

export interface RemovedSegment extends CheckContext {
  readonly before: LocatedSegment;
}

/** What an environment has stored for a version. */
export interface StoredState extends CheckContext {
  readonly after: LocatedDefinition;
  readonly environment: string;
  readonly state: FlagState;
  readonly surroundings: Surroundings;
}

/** Clients that run now and were generated from one schema of a version. */
export interface LiveReaders extends CheckContext {
  readonly environment: string;
  /** The version that they read, as it was. */
  readonly before: LocatedDefinition | undefined;
  /** `undefined` when it is gone. */
  readonly after: LocatedDefinition | undefined;
  /** Whose clients they are, in words: `2 of checkout 7`. */
  readonly services: readonly string[];
  readonly schemaHash: string;
  /** A definition with that schema, when somebody knows one. */
  readonly read: LocatedDefinition | undefined;
}

interface Rule<Pair extends string, Subject> {
  /** States the invariant, upper snake case. */
  readonly id: string;
  /** One sentence: what holds when the rule is content. */
  readonly purpose: string;
  readonly categories: readonly BreakCategory[];
  /** A warning is printed and does not fail the check. */
  readonly severity: "error" | "warning";
  readonly docs: RuleDocs;
  /** What the rule looks at; the walk over old and new is not its business. */
  readonly pair: Pair;
  readonly check: (subject: Subject) => Iterable<BreakFinding>;
}

export type BreakingRule =
  | Rule<"version", VersionPair>
  | Rule<"removed-version", RemovedVersion>
  | Rule<"standing-version", StandingVersion>
  | Rule<"removed-segment", RemovedSegment>
  | Rule<"stored-state", StoredState>
  | Rule<"live-readers", LiveReaders>
  | Rule<"project", CheckContext>;

export interface BreakFinding {
  readonly file: string;
  readonly range: Range;
  /** What was removed can only be shown in the previous text. */
  readonly side: "previous" | "current";
  readonly message: string;
  /** A value that shows it, as JSON text, and what it shows. */
  readonly witness?: { readonly text: string; readonly shows: string };
  /** Why it cannot be decided, and what to write so that it can. The finding then says what may break. */
  readonly undecided?: { readonly why: string; readonly rewrite: string };
  readonly help?: string;
  /** The command that makes the change safe. */
  readonly command?: string;
  /** When it differs from the rule's. */
  readonly severity?: "error" | "warning";
  /** What makes this change this one: the same text again is the same change, in whatever commit. */
  readonly identity: string;
}

/** A place in something located, for a finding about the current side. */
export function at(located: Located<unknown>, pointer: string): Pick<BreakFinding, "file" | "range" | "side"> {
  return { file: located.file, range: located.locate(pointer), side: "current" };
}

/** A place in the previous text. */
export function was(located: Located<unknown>, pointer: string): Pick<BreakFinding, "file" | "range" | "side"> {
  return { file: located.file, range: located.locate(pointer), side: "previous" };
}

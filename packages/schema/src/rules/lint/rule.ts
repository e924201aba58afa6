import type { CalendarDate } from "../../definition/model.ts";
import type { Fix, Range, Severity } from "../../diagnostic/diagnostic.ts";
import type { Located, Project } from "../../project/model.ts";

/** What a rule is about. */
export type LintCategory = "values" | "lifecycle" | "targeting" | "relations" | "naming" | "ownership" | "format";

/** One thing that lint looks for: data, with the documentation that its page is made from. */
export interface LintRule {
  /** States the invariant, upper snake case. */
  readonly id: string;
  /** One sentence: what holds when the rule is content. */
  readonly purpose: string;
  readonly categories: readonly LintCategory[];
  /** What would not work cannot be switched off, nor be called less than it is. */
  readonly needed?: true;
  /** Unless the project says otherwise. */
  readonly severity: Severity;
  readonly docs: RuleDocs;
  readonly check: (subject: LintSubject) => Iterable<LintFinding>;
}

export interface RuleDocs {
  /** What the rule looks for. */
  readonly what: string;
  /** Why that matters. */
  readonly why: string;
  /** YAML that the rule objects to. */
  readonly example: string;
  /** How to put it right. */
  readonly fix: string;
}

export interface LintSubject {
  readonly project: Project;
  /** Time is an input. */
  readonly today: CalendarDate;
}

export interface LintFinding {
  readonly file: string;
  readonly range: Range;
  readonly message: string;
  readonly help?: string;
  readonly fix?: Fix;
}

/** A finding about a part of something located. */
export function finding(
  located: Located<unknown>,
  pointer: string,
  message: string,
  help?: string | undefined,
): LintFinding {
  const place = { file: located.file, range: located.locate(pointer), message };
  return help === undefined ? place : { ...place, help };
}

/** The check of a rule whose problems are found while files are read and validated: they bear the rule's id. */
export function foundWhileReading(id: string): LintRule["check"] {
  return ({ project }) => project.diagnostics.filter(({ code }) => code === id);
}

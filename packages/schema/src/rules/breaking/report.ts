import type { CalendarDate } from "../../definition/model.ts";
import type { CompatibilityMode, Suppression } from "../../project/model.ts";
import type { BreakCategory, BreakFinding } from "./rule.ts";

/** A finding with everything that printers need. */
export interface Break extends BreakFinding {
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly categories: readonly BreakCategory[];
  /** The wire key of the flag, the key of the segment, or empty for the project. */
  readonly subject: string;
  /** The page of the rule, relative to `docs/`. */
  readonly docs: string;
  /** Names this change, in whatever commit: for approvals. */
  readonly fingerprint: string;
}

export interface SuppressedBreak {
  readonly finding: Break;
  readonly by: Pick<Suppression, "reason" | "until">;
}

export interface CheckReport {
  /** What is compared, in words: `origin/main`. */
  readonly against: string;
  readonly today: CalendarDate;
  readonly mode: CompatibilityMode;
  /** What somebody has to look at, by subject. A break that is undecided has `undecided`. */
  readonly breaks: readonly Break[];
  /** Suppressed or approved: printed, and of no effect. */
  readonly suppressed: readonly SuppressedBreak[];
  readonly changes: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
  /** `breaking` when one break is certain and no mere warning; `undecided` when one is uncertain. */
  readonly result: "clean" | "breaking" | "undecided";
  /** The texts to quote from, by side and path. */
  readonly texts: { readonly previous: ReadonlyMap<string, string>; readonly current: ReadonlyMap<string, string> };
}

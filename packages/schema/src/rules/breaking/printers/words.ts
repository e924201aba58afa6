import type { Break, CheckReport } from "../report.ts";
import type { BreakCategory } from "../rule.ts";

/** Who breaks, for people. */
export const whoBreaks: { readonly [category in BreakCategory]: string } = {
  SOURCE: "code that is generated again",
  READERS: "deployed clients",
  STORED: "stored values and rules",
  ASSIGNMENT: "people's variants",
  POLICY: "an agreement",
};

export function who({ categories }: Break): string {
  return categories.map((category) => whoBreaks[category]).join(", ");
}

/** Certain errors, uncertain ones, warnings. */
export function counts({ breaks }: CheckReport): {
  readonly breaking: number;
  readonly undecided: number;
  readonly warnings: number;
} {
  const errors = breaks.filter(({ severity }) => severity === "error");
  const undecided = errors.filter((each) => each.undecided !== undefined).length;
  return { breaking: errors.length - undecided, undecided, warnings: breaks.length - errors.length };
}

/** One line: `2 breaking changes, 1 warning; 3 flags changed, 1 added`. */
export function summary(report: CheckReport): string {
  const { breaking, undecided, warnings } = counts(report);
  const { added, changed, removed } = report.changes;
  const found = [
    ...(breaking > 0 ? [plural(breaking, "breaking change")] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
    ...(report.suppressed.length > 0 ? [`${report.suppressed.length} suppressed`] : []),
  ];
  const changes = [
    ...(changed.length > 0 ? [`${changed.length} changed`] : []),
    ...(added.length > 0 ? [`${added.length} added`] : []),
    ...(removed.length > 0 ? [`${removed.length} removed`] : []),
  ];
  const said = found.length === 0 ? "no breaking changes" : found.join(", ");
  return `${said}; flags: ${changes.length === 0 ? "none changed" : changes.join(", ")}`;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** Breaks by what they are about, in their order. */
export function bySubject(report: CheckReport): readonly (readonly [subject: string, breaks: readonly Break[]])[] {
  const groups = new Map<string, Break[]>();
  for (const each of report.breaks) groups.set(each.subject, [...(groups.get(each.subject) ?? []), each]);
  return [...groups];
}

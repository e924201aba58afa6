import type { CheckReport } from "../report.ts";
import { counts } from "./words.ts";

/** The report for programs; `format` is raised when a member changes its meaning. */
export function checkJson(report: CheckReport): string {
  const { against, today, mode, result, changes, breaks, suppressed } = report;
  const document = { format: 1, result, against, today, mode, counts: counts(report), changes, breaks, suppressed };
  return `${JSON.stringify(document, null, 2)}\n`;
}

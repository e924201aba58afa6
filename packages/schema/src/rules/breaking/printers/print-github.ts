import type { Break, CheckReport } from "../report.ts";

/** Workflow commands that GitHub shows beside the changed lines. */
export function checkGithub(report: CheckReport): string {
  return report.breaks.map(annotation).join("");
}

function annotation({ severity, undecided, rule, message, file, range, side, witness, help, command }: Break): string {
  const level = severity === "warning" || undecided !== undefined ? "warning" : "error";
  const text = [message, witness && `${witness.text}: ${witness.shows}`, undecided?.why, help, command]
    .filter((each) => each !== undefined)
    .join("\n");
  // A file that is gone has no lines to stand beside.
  const place =
    side === "previous" ? {} : { file, line: range.start.line, col: range.start.column, endLine: range.end.line };
  const properties = Object.entries({ ...place, title: rule }).map(
    ([name, value]) => `${name}=${property(String(value))}`,
  );
  return `::${level} ${properties.join(",")}::${data(text)}\n`;
}

/** See "Workflow commands for GitHub Actions": what would end a value or a line is percent-encoded. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

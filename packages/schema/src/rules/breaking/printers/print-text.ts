import { codeFrame, printable } from "../../../diagnostic/code-frame.ts";
import { type Paint, plainPaint } from "../../../diagnostic/paint.ts";
import type { Break, CheckReport } from "../report.ts";
import { bySubject, summary, who } from "./words.ts";

/** The report as a person reads it: what changed, who breaks, a value that shows it, the line, and what to do. */
export function checkText(report: CheckReport, paint: Paint = plainPaint): string {
  const sections = bySubject(report).map(([subject, breaks]) =>
    [
      `${paint.bold(printable(subject === "" ? "flagwright.yaml" : subject))}`,
      "",
      ...breaks.map((each) => block(each, report, paint)),
    ].join("\n"),
  );
  const suppressed = report.suppressed.map(
    ({ finding, by }) =>
      `${paint.dim("suppressed")} ${printable(finding.subject)}: ${printable(finding.message)}\n` +
      `  ${paint.dim(`${finding.rule} ${finding.fingerprint}, until ${by.until}: ${printable(by.reason)}`)}\n`,
  );
  const color = report.result === "breaking" ? paint.red : report.result === "undecided" ? paint.yellow : paint.green;
  const sign = report.result === "clean" ? "✓" : report.result === "undecided" ? "?" : "✗";
  const last = `${color(`${sign} ${summary(report)}`)} ${paint.dim(`against ${printable(report.against)}, mode ${report.mode}`)}\n`;
  return [...sections, ...suppressed, last].join("\n");
}

function block(found: Break, report: CheckReport, paint: Paint): string {
  const { severity, undecided, message, file, range, side, witness, help, command, rule, fingerprint } = found;
  const color = undecided !== undefined || severity === "warning" ? paint.yellow : paint.red;
  const label = severity === "warning" ? "warning" : undecided === undefined ? "breaking" : "undecided";
  const text = report.texts[side].get(file);
  const margin = " ".repeat(String(range.start.line).length + 2);
  const line = (sign: string, name: string, content: string): string =>
    `${margin} ${paint.dim(sign)} ${paint.green(name.padEnd(7))} ${content}`;
  return [
    `  ${color(paint.bold(label))} ${paint.bold(printable(message))}`,
    `${margin} ${paint.dim("╭─")} ${paint.cyan(`${file}:${range.start.line}:${range.start.column}`)}${side === "previous" ? paint.dim(" (before)") : ""}`,
    ...(text === undefined ? [] : codeFrame(text, range, paint, color).map((each) => `  ${each}`)),
    line("├─", "breaks", who(found)),
    ...(witness === undefined
      ? []
      : [line("├─", "value", `${paint.bold(printable(witness.text))} ${paint.dim(witness.shows)}`)]),
    ...(undecided === undefined
      ? []
      : [line("├─", "why", printable(undecided.why)), line("├─", "rewrite", printable(undecided.rewrite))]),
    ...(help === undefined ? [] : [line("├─", "do", printable(help))]),
    ...(command === undefined ? [] : [line("├─", "run", paint.bold(printable(command)))]),
    `${margin} ${paint.dim(`╰─ ${rule} ${fingerprint}`)}`,
    "",
  ].join("\n");
}

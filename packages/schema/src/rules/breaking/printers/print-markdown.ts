import type { Break, CheckReport } from "../report.ts";
import { bySubject, summary, who } from "./words.ts";

/** The report as a comment on a pull request. */
export function checkMarkdown(report: CheckReport): string {
  const sign = { clean: "✅", breaking: "❌", undecided: "❔" }[report.result];
  const sections = bySubject(report).flatMap(([subject, breaks]) => [
    `### ${subject === "" ? "The project" : code(subject)}`,
    "",
    ...breaks.flatMap(item),
  ]);
  const suppressed =
    report.suppressed.length === 0
      ? []
      : [
          "<details><summary>Suppressed</summary>",
          "",
          ...report.suppressed.map(
            ({ finding, by }) =>
              `- ${code(finding.subject)} ${escaped(finding.message)} ${code(finding.rule)}, until ${by.until}: ${escaped(by.reason)}`,
          ),
          "",
          "</details>",
          "",
        ];
  return [
    `## ${sign} flagwright check`,
    "",
    `${escaped(summary(report))} (against ${code(report.against)})`,
    "",
    ...sections,
    ...suppressed,
  ].join("\n");
}

function item({
  severity,
  undecided,
  message,
  file,
  range,
  witness,
  help,
  command,
  rule,
  fingerprint,
  ...rest
}: Break): readonly string[] {
  const label = severity === "warning" ? "⚠️" : undecided === undefined ? "❌" : "❔";
  return [
    `- ${label} **${escaped(message)}** ${code(`${file}:${range.start.line}`)}`,
    `  - breaks ${who({ severity, message, file, range, rule, fingerprint, ...rest })}`,
    ...(witness === undefined ? [] : [`  - ${code(witness.text)} is ${witness.shows}`]),
    ...(undecided === undefined ? [] : [`  - undecided: ${escaped(undecided.why)} ${escaped(undecided.rewrite)}`]),
    ...(help === undefined ? [] : [`  - ${escaped(help)}`]),
    ...(command === undefined ? [] : [`  - ${code(command)}`]),
    `  - ${code(rule)} ${code(fingerprint)}`,
    "",
  ];
}

/** Code that cannot end its own quotes, whatever it holds. */
function code(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, " ");
  const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const quote = "`".repeat(longest + 1);
  const gap = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${quote}${gap}${line}${gap}${quote}`;
}

/** Text in which nothing is markup, mentions of people included. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll(/[\\*_[\]<>|#~]/g, (character) => `\\${character}`)
    .replaceAll("@", "@\u200b");
}

import type { Break, CheckReport } from "../report.ts";
import { bySubject } from "./words.ts";

/** JUnit's XML: a test case per flag that changed; each certain break fails one. */
export function checkJunit(report: CheckReport): string {
  const found = new Map(bySubject(report));
  const { added, changed, removed } = report.changes;
  const subjects = [...new Set([...added, ...changed, ...removed, ...found.keys()])].sort();
  const cases = subjects.map((subject) => {
    const breaks = (found.get(subject) ?? []).filter(({ severity }) => severity === "error");
    const name = attribute(subject === "" ? "project" : subject);
    const open = `    <testcase classname="flagwright.check" name="${name}"`;
    if (breaks.length === 0) return { failed: false, xml: `${open}/>` };
    const failures = breaks.map(
      (each) =>
        `      <failure type="${each.rule}" message="${attribute(each.message)}">${content(body(each))}</failure>`,
    );
    return { failed: true, xml: [`${open}>`, ...failures, "    </testcase>"].join("\n") };
  });
  const failures = cases.filter(({ failed }) => failed).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="flagwright check" tests="${cases.length}" failures="${failures}">`,
    ...cases.map(({ xml }) => xml),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function body({ file, range, witness, undecided, help, fingerprint }: Break): string {
  return [
    `${file}:${range.start.line}:${range.start.column}`,
    witness && `${witness.text}: ${witness.shows}`,
    undecided?.why,
    help,
    fingerprint,
  ]
    .filter(Boolean)
    .join("\n");
}

function content(text: string): string {
  // XML 1.0 has no way to write most control characters.
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function attribute(text: string): string {
  return content(text)
    .replaceAll('"', "&quot;")
    .replaceAll(/[\n\r\t]/g, " ");
}

import type { Break, CheckReport } from "../report.ts";
import { breakingRules } from "../registry.ts";

/** SARIF 2.1.0, for code scanning. */
export function checkSarif(report: CheckReport): string {
  const rules = breakingRules.map(({ id, purpose, docs, severity }) => ({
    id,
    shortDescription: { text: purpose },
    fullDescription: { text: docs.what },
    help: { text: `${docs.why}\n\n${docs.fix}` },
    defaultConfiguration: { level: severity },
  }));
  const results = [
    ...report.breaks.map((each) => result(each)),
    ...report.suppressed.map(({ finding, by }) => ({
      ...result(finding),
      suppressions: [{ kind: "inSource", justification: `${by.reason} (until ${by.until})` }],
    })),
  ];
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "flagwright", rules } }, columnKind: "utf16CodeUnits", results }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function result({
  rule,
  severity,
  undecided,
  message,
  witness,
  help,
  file,
  range,
  fingerprint,
  subject,
  side,
}: Break): object {
  const text = [message, witness && `${witness.text}: ${witness.shows}.`, undecided?.why, help]
    .filter(Boolean)
    .join(" ");
  return {
    ruleId: rule,
    level: undecided === undefined ? severity : "warning",
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: "%SRCROOT%" },
          // What was removed has no line any more.
          ...(side === "previous"
            ? {}
            : {
                region: {
                  startLine: range.start.line,
                  startColumn: range.start.column,
                  endLine: range.end.line,
                  endColumn: range.end.column,
                },
              }),
        },
        logicalLocations: [{ name: subject }],
      },
    ],
    partialFingerprints: { "flagwright/v1": fingerprint },
  };
}

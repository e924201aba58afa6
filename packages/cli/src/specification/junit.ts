import { xmlAttribute, xmlText } from "../output/xml.ts";
import type { SpecificationResult } from "./specification.ts";

/** JUnit's XML: a suite for each file, a test case for each case. */
export function junit(results: readonly SpecificationResult[]): string {
  const files = [...new Set(results.map((result) => result.case.file))];
  const failures = results.filter(({ differences }) => differences.length > 0).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${results.length}" failures="${failures}">`,
    ...files.flatMap((file) =>
      suite(
        file,
        results.filter((result) => result.case.file === file),
      ),
    ),
    "</testsuites>",
    "",
  ].join("\n");
}

function suite(file: string, results: readonly SpecificationResult[]): readonly string[] {
  const failures = results.filter(({ differences }) => differences.length > 0).length;
  return [
    `  <testsuite name="${xmlAttribute(file)}" tests="${results.length}" failures="${failures}">`,
    ...results.map(testCase),
    "  </testsuite>",
  ];
}

function testCase({ case: { name, flag, file, line }, differences, explanation }: SpecificationResult): string {
  const open = `    <testcase classname="${xmlAttribute(flag)}" name="${xmlAttribute(name)}" file="${xmlAttribute(file)}" line="${line}"`;
  if (differences.length === 0) return `${open}/>`;
  const message = xmlAttribute(differences.join("; "));
  return `${open}><failure message="${message}">${xmlText(explanation.join("\n"))}</failure></testcase>`;
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { type Operator, operatorTable } from "@flagwright/runtime";

/**
 * The table of operators in `docs/guide/evaluation.md`, made from the table in the runtime.
 * `node conformance/src/operators-page.ts` writes it anew.
 */
export const pagePath: string = join(import.meta.dirname, "../../docs/guide/evaluation.md");

const begin = "<!-- operators:begin -->";
const end = "<!-- operators:end -->";

/** The page with the table as it should be. */
export async function withOperators(page: string): Promise<string> {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`The page lacks ${begin} or ${end}.`);
  const rows = operatorTable.map(row);
  const table = ["| operator | attribute | example operand | true when |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  return format(`${before}${begin}\n\n${table}\n\n${end}${after}`, { parser: "markdown", printWidth: 120 });
}

function row({ name, attribute, example, summary }: Operator): string {
  return `| \`${name}\` | ${attribute} | \`${JSON.stringify(example).replaceAll("|", "\\|")}\` | ${summary} |`;
}

if (import.meta.main) writeFileSync(pagePath, await withOperators(readFileSync(pagePath, "utf8")));

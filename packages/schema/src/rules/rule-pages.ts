import { docsPage } from "./docs-page.ts";
import { breakingRules } from "./breaking/registry.ts";
import { lintRules } from "./lint/registry.ts";
import type { RuleDocs } from "./lint/rule.ts";

export interface RulePage {
  /** Relative to `docs/`. */
  readonly path: string;
  readonly content: string;
}

interface Documented {
  readonly id: string;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly severity: string;
  readonly docs: RuleDocs;
}

/** The documentation of every rule, made from the rule itself, with an index. Nothing is written here. */
export function rulePages(): readonly RulePage[] {
  return [
    ...lintRules.map((rule) => ({
      path: docsPage(rule.id),
      content: page(
        rule,
        rule.needed === true
          ? `Found by \`flagwright lint\`, always as an ${rule.severity}: the flag would not work.`
          : `Found by \`flagwright lint\`, as ${article(rule.severity)} unless \`lint:\` in flagwright.yaml says otherwise.`,
      ),
    })),
    ...breakingRules.map((rule) => ({
      path: docsPage(rule.id),
      content: page(
        rule,
        `Found by \`flagwright check\`, as ${article(rule.severity)}. Who breaks: ${rule.categories.join(", ")}.`,
      ),
    })),
    { path: "rules/README.md", content: index() },
  ];
}

function page({ id, purpose, categories, docs }: Documented, found: string): string {
  return [
    `# ${id}`,
    purpose,
    found,
    "## What it looks for",
    docs.what,
    "## Why it matters",
    docs.why,
    "## Example",
    `\`\`\`text\n${docs.example}\n\`\`\``,
    "## How to put it right",
    docs.fix,
    `Categories: ${categories.join(", ")}.\n`,
  ].join("\n\n");
}

function index(): string {
  return [
    "# Rules",
    "These pages are made from the rules themselves.",
    "## Lint",
    "What `flagwright lint` looks for. Severities are set under `lint:` in flagwright.yaml.",
    list(lintRules),
    "## Breaking changes",
    "What `flagwright check` looks for. Each rule says who breaks: SOURCE, code that is generated again; READERS, deployed clients; STORED, saved values and rules; ASSIGNMENT, people who get another variant; POLICY, an agreement.",
    `${list(breakingRules)}\n`,
  ].join("\n\n");
}

function list(rules: readonly Documented[]): string {
  return rules
    .map(({ id, purpose, severity }) => `- [${id}](${docsPage(id).replace("rules/", "")}), ${severity}: ${purpose}`)
    .join("\n");
}

function article(severity: string): string {
  return severity === "error" ? "an error" : `a ${severity}`;
}

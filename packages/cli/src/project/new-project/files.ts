/** What the person, or `--yes`, has decided. */
export interface Answers {
  readonly project: string;
  readonly output: string;
  readonly importExtension: ".ts" | ".js" | "";
  /** Milliseconds since 1970; the example's dates count from here. */
  readonly now: number;
}

/** The files of a new project, by path. */
export function newProjectFiles({ project, output, importExtension, now }: Answers): ReadonlyMap<string, string> {
  return new Map([
    [
      "flagwright.yaml",
      `# What this project's flags share. \`flagwright schema project\` prints the JSON Schema of this file.
project: ${project}
flags: flags

# Everything that a rule may ask about. Each flag names the attributes that it uses.
context:
  region: string
  plan: { enum: [free, pro] }

environments: [development, staging, production]

generate:
  - target: typescript
    output: ${JSON.stringify(output)}
    importExtension: ${JSON.stringify(importExtension)}
`,
    ],
    [
      "flags/welcome-banner.yaml",
      `# One flag. \`flagwright lint\` checks it, \`flagwright generate\` makes welcomeBanner() of it.
flag: welcome-banner
version: 1
description: The banner on the start page.
owner: ${project}-team
kind: release
created: ${day(now)}
expires: ${day(now + EXAMPLE_LIFE_MS)}
value:
  type: object
  required: [show]
  properties:
    show: { type: boolean }
    text: { type: string, maxLength: 80 }
  # Closed: nothing but these members. A member can then be added in a new version without surprising anybody.
  additionalProperties: false
# Served while the flag is killed, or no server has answered yet.
default: { show: false }
variants:
  hidden: { show: false }
  greeting: { show: true, text: Welcome }
context: { optional: [region, plan] }
`,
    ],
  ]);
}

/** What git should not take: the embedded server's data and keys. */
export const IGNORED = ".flagwright/";

const EXAMPLE_LIFE_MS = 90 * 24 * 60 * 60 * 1000;

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

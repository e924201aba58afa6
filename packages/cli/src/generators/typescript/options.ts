import type { GeneratorEntry } from "@flagwright/schema";
import type { OutputProblem, Result } from "../generator.ts";

export interface TypeScriptOptions {
  /** A file, or a folder when the output is split. */
  readonly output: string;
  /** What relative imports end in. */
  readonly importExtension: ".ts" | ".js" | "";
  readonly split: "none" | "folder" | "flag";
  /** `js` writes `.js` with a `.d.ts` beside it, which costs the compiler least. */
  readonly language: "ts" | "js";
  /** `client` holds client-visible flags only, and its flags take no context. */
  readonly audience: "server" | "client";
  /** Whether to write the index for code that has flag keys at run time. */
  readonly index: boolean;
  /** Whether to augment `@openfeature/core` with the keys of the flags. */
  readonly openfeature: boolean;
}

const CHOICES = {
  importExtension: [".ts", ".js", ""],
  split: ["none", "folder", "flag"],
  language: ["ts", "js"],
  audience: ["server", "client"],
  index: [true, false],
  openfeature: [true, false],
} as const;

const DEFAULTS = {
  importExtension: ".js",
  split: "none",
  language: "ts",
  audience: "server",
  index: false,
  openfeature: false,
} as const;

/** Reads the entry of a TypeScript output; the client's differs by its audience alone. */
export function typescriptOptions(config: GeneratorEntry): Result<TypeScriptOptions> {
  const problems: OutputProblem[] = [];
  const chosen: Record<string, unknown> = { ...DEFAULTS };
  for (const [option, value] of Object.entries(config.options)) {
    if (!isOption(option))
      problems.push({
        option,
        message: `The target \`${config.target}\` has no option \`${option}\`.`,
        help: `Its options are ${Object.keys(CHOICES).join(", ")}.`,
      });
    else if (!(CHOICES[option] as readonly unknown[]).includes(value))
      problems.push({
        option,
        message: `\`${option}\` cannot be ${JSON.stringify(value)}.`,
        help: `Choose one of ${CHOICES[option].map((each) => JSON.stringify(each)).join(", ")}.`,
      });
    else chosen[option] = value;
  }
  const options = { ...chosen, output: config.output.replace(/\/+$/, "") } as TypeScriptOptions;
  const extension = `.${options.language}`;
  if (options.split === "none" && !options.output.endsWith(extension))
    problems.push({
      option: "output",
      message: `\`${config.output}\` is not the name of a ${extension} file.`,
      help: `Name a file such as \`src/flags.gen${extension}\`, or split the output into a folder with \`split: folder\`.`,
    });
  if (options.split !== "none" && /\.[cm]?[jt]s$/.test(options.output))
    problems.push({
      option: "output",
      message: `\`${config.output}\` is the name of a file, but a split output is a folder.`,
      help: "Name a folder such as `src/flags`, or leave out `split`.",
    });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: options };
}

function isOption(name: string): name is keyof typeof CHOICES {
  return Object.hasOwn(CHOICES, name);
}

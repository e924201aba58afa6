import type { Document, YAMLError } from "yaml";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { LineIndex } from "./line-index.ts";
import { MAX_DEPTH, MAX_SYNTAX_PROBLEMS } from "./limits.ts";

interface Words {
  readonly code: string;
  readonly message: string;
  readonly help: string;
  /** After this the tree cannot be trusted, and what it says would only confuse. */
  readonly fatal: boolean;
}

/** What the parser found, in our words. */
export function syntaxDiagnostics(
  path: string,
  text: string,
  document: Document,
): { readonly diagnostics: readonly Diagnostic[]; readonly fatal: boolean } {
  const errors = [...document.errors, ...document.warnings];
  if (errors.length === 0) return { diagnostics: [], fatal: false };
  const lines = new LineIndex(text);
  const nesting = errors.some(({ code }) => code === "RESOURCE_EXHAUSTION");
  const worded = (nesting ? errors.slice(0, 1) : errors.slice(0, MAX_SYNTAX_PROBLEMS)).map((error) => ({
    error,
    words: nesting ? tooDeep : wordsFor(error, text),
  }));
  // Of what the parser says after it has lost its way, the first explains the rest.
  const first = worded.findIndex(({ words }) => words.fatal);
  return {
    diagnostics: worded
      .filter(({ words }, index) => !words.fatal || index === first)
      .map(({ error, words: { code, message, help } }) => {
        const start = nesting ? deepPlace(text) : error.pos[0];
        return {
          code,
          severity: "error",
          message,
          file: path,
          range: lines.range(start, Math.max(error.pos[1], start + wordAt(text, start).length)),
          help,
        };
      }),
    fatal: worded.some(({ words }) => words.fatal),
  };
}

const tooDeep: Words = {
  code: "FILE_NESTING",
  message: `Values are nested deeper than the ${MAX_DEPTH} levels that are read.`,
  help: "Flatten the value, or move parts of its schema to flags/schemas.",
  fatal: true,
};

function wordsFor(error: YAMLError, text: string): Words {
  const word = wordAt(text, error.pos[0]);
  switch (error.code) {
    case "DUPLICATE_KEY":
      return {
        code: "YAML_KEY_UNIQUE",
        message: `The key ${word} is there twice; only one of the two can count.`,
        help: "Delete one of them, or rename it.",
        fatal: false,
      };
    case "TAB_AS_INDENT":
      return {
        code: "YAML_NO_TABS",
        message: "A tab is used for indentation, which YAML does not allow.",
        help: "Indent with spaces; two per level is usual.",
        fatal: true,
      };
    case "NON_STRING_KEY":
      return {
        code: "YAML_KEY_TEXT",
        message: "A key is not plain text.",
        help: "Write the key as one word, or in quotes.",
        fatal: true,
      };
    case "MULTIPLE_DOCS":
      return {
        code: "YAML_ONE_DOCUMENT",
        message: "The file holds more than one YAML document.",
        help: "Put each into a file of its own, and remove the line `---`.",
        fatal: true,
      };
    case "BAD_ALIAS":
      return {
        code: "YAML_ALIAS_KNOWN",
        message: `The alias ${word} has no anchor before it.`,
        help: "Write `&name` at the value that the alias stands for.",
        fatal: true,
      };
    case "TAG_RESOLVE_FAILED":
      return {
        code: "YAML_NO_TAGS",
        message: `The tag ${word} is not read; values are plain JSON.`,
        help: "Remove the tag, and quote the value if it is meant as text.",
        fatal: false,
      };
    default:
      return {
        code: "YAML_SYNTAX",
        message: `${error.message.replace(/\.?$/, "")}.`,
        help: hints.find(([pattern]) => pattern.test(error.message))?.[1] ?? "Correct the YAML here or just above.",
        fatal: true,
      };
  }
}

const hints: readonly (readonly [pattern: RegExp, help: string])[] = [
  [/closing|expected flow .* to end|must end with/i, "Close what was opened: a bracket, a brace or a quote."],
  [/same column|indent/i, "Start the keys of one object in the same column."],
  [
    /implicit keys? need to be on a single line|missing , or :/i,
    "Put a colon and a space between a key and its value.",
  ],
  [/nested mappings/i, "Quote the text if it contains a colon followed by a space."],
  [/plain value cannot start with/i, "Put the text into quotes."],
];

function wordAt(text: string, offset: number): string {
  return /^[^\s,:{}[\]]+/.exec(text.slice(offset, offset + 120))?.[0] ?? "";
}

/** The first place that is deeper than we read, by brackets or by indentation. */
function deepPlace(text: string): number {
  let depth = 0;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > MAX_DEPTH) return offset;
  }
  const indented = new RegExp(`^[ -]{${MAX_DEPTH},}`, "m").exec(text);
  return indented === null ? 0 : indented.index + MAX_DEPTH;
}

import type { Style } from "../style.ts";

/** What the quick layout needs to know of a style. */
export interface Layout {
  readonly printWidth: number;
  readonly tabWidth: number;
}

/** Text of a declaration, and whether it already is as prettier would have it. */
export interface Declaration {
  readonly text: string;
  readonly laidOut: boolean;
}

/** Options that change nothing in generated code, or that the quick layout follows. */
const HARMLESS: ReadonlySet<string> = new Set([
  "arrowParens",
  "bracketSameLine",
  "embeddedLanguageFormatting",
  "htmlWhitespaceSensitivity",
  "jsxSingleQuote",
  "parser",
  "printWidth",
  "proseWrap",
  "singleAttributePerLine",
  "tabWidth",
  "vueIndentScriptAndStyle",
]);

const DEFAULTS: Readonly<Record<string, unknown>> = {
  bracketSpacing: true,
  endOfLine: "lf",
  experimentalOperatorPosition: "end",
  experimentalTernaries: false,
  objectWrap: "preserve",
  quoteProps: "as-needed",
  semi: true,
  singleQuote: false,
  trailingComma: "all",
  useTabs: false,
};

/** `undefined` when a style asks for something that only prettier itself does. */
export function layoutOf(style: Style): Layout | undefined {
  const quick = Object.entries(style).every(
    ([option, value]) => value === undefined || HARMLESS.has(option) || DEFAULTS[option] === value,
  );
  const { printWidth = 80, tabWidth = 2 } = style;
  return quick ? { printWidth, tabWidth } : undefined;
}

/** Whether the width of this text is its length. How wide other characters are is prettier's to know. */
export function hasPlainWidth(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** Whether a line is known to fit. */
export function fits(line: string, { printWidth }: Layout): boolean {
  return line.length <= printWidth && hasPlainWidth(line);
}

/** Raw text, for prettier to lay out. */
export function raw(text: string): Declaration {
  return { text, laidOut: false };
}

export function laidOut(lines: readonly string[]): Declaration {
  return { text: lines.join("\n"), laidOut: true };
}

import { stripVTControlCharacters } from "node:util";

/** Every line after the first moved to the right. */
export function indent(text: string, columns: number): string {
  return text.replaceAll("\n", `\n${" ".repeat(columns)}`);
}

/**
 * Text from elsewhere (a definition, a server) made safe to print: without escape sequences, which could rewrite the
 * screen, and without control characters and direction marks, which could make a line say something else.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, "�");
}

/** `1 flag`, `2 flags`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

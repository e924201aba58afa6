import { visible } from "./literal.ts";

/**
 * A JSDoc comment, or nothing when there is nothing to say. No text can end the comment, start a line of its own or
 * hide: `*\/` is taken apart, line ends of every kind become lines, characters that cannot be seen become escapes, and
 * lines that come from a definition have gone through `prose`, so that no `@` in them starts a tag.
 */
export function commentLines(lines: readonly string[]): readonly string[] {
  const safe = lines.flatMap((line) => line.split(/\r\n|[\n\r\u2028\u2029]/)).map(safeLine);
  const [only] = safe;
  if (only === undefined) return [];
  return safe.length === 1 ? [`/** ${only} */`] : ["/**", ...safe.map((line) => ` * ${line}`.trimEnd()), " */"];
}

/** One line of text in a comment. */
export function safeLine(line: string): string {
  return visible(line.trimEnd()).replaceAll("*/", "*\\/");
}

/** Text from a definition: what looks like a tag is not one. */
export function prose(text: string): readonly string[] {
  const lines = text.trim().split(/\r\n|[\n\r\u2028\u2029]/);
  return text.trim() === "" ? [] : lines.map((line) => line.replaceAll(/(^|[\s{])@/g, "$1\\@"));
}

/**
 * Joins what a comment says: an empty line between paragraphs, except that a single line which ends its sentence goes
 * on with the next one, as a person would write it.
 */
export function paragraphs(parts: readonly (readonly string[])[]): readonly string[] {
  const lines: string[] = [];
  for (const part of parts.filter((each) => each.length > 0)) {
    const [first = "", ...rest] = part;
    const last = lines.at(-1);
    if (last === undefined) lines.push(...part);
    else if (
      lines.length === 1 &&
      /[.!?]$/.test(last) &&
      !first.startsWith("@") &&
      last.length + first.length < ONE_LINE
    )
      lines.splice(0, 1, `${last} ${first}`, ...rest);
    else lines.push("", ...part);
  }
  return lines;
}

/** Longer than this, a comment's sentences get lines of their own. */
const ONE_LINE = 70;

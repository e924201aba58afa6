import type { Range } from "./diagnostic.ts";
import type { Paint } from "./paint.ts";

/** Wider than this a line is cut around the place that matters. */
const MAX_WIDTH = 100;
/** What stays visible before the place when the line is cut. */
const LEAD = 30;

/** The lines around a place, the place itself underlined. Empty when the file has no such line. */
export function codeFrame(text: string, range: Range, paint: Paint, mark: (text: string) => string): readonly string[] {
  const lines = linesAround(text, range.start.line);
  const at = lines.find(({ number }) => number === range.start.line);
  if (at === undefined) return [];
  const gutter = Math.max(...lines.map(({ number }) => String(number).length));
  const row = (label: string, content: string): string =>
    `${paint.dim(`${label.padStart(gutter)} │`)}${content === "" ? "" : ` ${content}`}`;
  const endColumn = range.end.line === range.start.line ? range.end.column : at.text.length + 1;
  const from = Math.max(0, Math.min(range.start.column - 1, at.text.length) - (at.text.length > MAX_WIDTH ? LEAD : 0));
  const shown = at.text.length > MAX_WIDTH ? cut(at.text, from) : at.text;
  const offset = from > 0 && at.text.length > MAX_WIDTH ? 1 - from : 0;
  const start = range.start.column - 1 + offset;
  const end = Math.max(start + 1, Math.min(endColumn - 1 + offset, shown.length));
  const frame = lines.map(({ number, text: line }) =>
    row(String(number), number === at.number ? printable(shown) : printable(cut(line, 0))),
  );
  const marks =
    " ".repeat(width(shown.slice(0, start))) + mark("^".repeat(Math.max(1, width(shown.slice(start, end)))));
  frame.splice(lines.indexOf(at) + 1, 0, row("", marks));
  return frame;
}

/** The line, and the one before it for orientation when that has something to say. */
function linesAround(text: string, line: number): readonly { readonly number: number; readonly text: string }[] {
  const all = text.split(/\r\n|\n|\r/);
  return [line - 1, line].flatMap((number) => {
    const content = all[number - 1];
    return content === undefined || (number !== line && content.trim() === "") ? [] : [{ number, text: content }];
  });
}

function cut(line: string, from: number): string {
  const piece = line.slice(from, from + MAX_WIDTH);
  return (from > 0 ? "…" : "") + piece + (from + MAX_WIDTH < line.length ? "…" : "");
}

/** What a terminal would take for a command becomes a visible sign, and a tab one space, so that columns hold. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => (character === "\t" ? " " : "\ufffd"));
}

/** Columns on a terminal: ideographs, Hangul and emoji take two, what combines with the letter before takes none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

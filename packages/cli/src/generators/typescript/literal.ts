import type { JsonValue } from "@flagwright/runtime";

/** Characters that a reader cannot see, that reorder what a reader sees, or that end a line. */
const UNSAFE = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** What joins and colours emoji: harmless where people read. */
const EMOJI_PARTS: ReadonlySet<string> = new Set(["\u200d", "\ufe0f"]);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
]);

/** A string literal, in the quotes that prettier would choose, with everything escaped that could mislead. */
export function stringLiteral(text: string): string {
  const quote = count(text, '"') > count(text, "'") ? "'" : '"';
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll(UNSAFE, (character) => ESCAPES.get(character) ?? unicodeEscape(character));
  return `${quote}${escaped}${quote}`;
}

/** The same characters as visible escapes, for comments. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (character) => {
    if (EMOJI_PARTS.has(character)) return character;
    return character === "\t" ? " " : unicodeEscape(character);
  });
}

export function numberLiteral(value: number): string {
  return JSON.stringify(value).replace("e+", "e");
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** The key of a member in a type. */
export function typeKey(name: string): string {
  return IDENTIFIER.test(name) ? name : stringLiteral(name);
}

/** The key of a member in an object literal, where a plain `__proto__` would set the prototype. */
export function valueKey(name: string, language: "ts" | "js"): string {
  if (name === "__proto__") return '["__proto__"]';
  // Prettier takes the quotes off numbers in JavaScript, and leaves them on in TypeScript.
  return language === "js" && /^\d+(?:\.\d+)?$/.test(name) && String(Number(name)) === name ? name : typeKey(name);
}

/** A JSON value as an expression on one line. */
export function valueLiteral(value: JsonValue, language: "ts" | "js" = "ts"): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value !== "object" || value === null) return String(value);
  const print = (each: JsonValue): string => valueLiteral(each, language);
  if (isArray(value)) return `[${value.map(print).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => memberLiteral(name, member, language));
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/**
 * A member of an object literal. Under a name that every object inherits TypeScript looks for what that is, finds no
 * type for a member of a record, and would take `"a"` for any string.
 */
export function memberLiteral(name: string, value: JsonValue, language: "ts" | "js"): string {
  const text = `${valueKey(name, language)}: ${valueLiteral(value, language)}`;
  return language === "ts" && name in Object.prototype && value !== null ? `${text}${AS_CONST}` : text;
}

export const AS_CONST = " as const";

/** `Array.isArray` does not narrow a readonly array. */
export function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function unicodeEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

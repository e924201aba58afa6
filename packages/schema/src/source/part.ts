import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { isJsonObject, member } from "../json/json-object.ts";
import { suggestion } from "../json/nearest.ts";
import { pointerTo } from "../json/pointer.ts";
import type { Reader } from "./reader.ts";

/** One value in a file, read by what it is meant to be. What it is not is reported, and reads as `undefined`. */
export class Part {
  readonly value: JsonValue;
  readonly pointer: string;
  readonly reader: Reader;

  constructor(reader: Reader, value: JsonValue, pointer = "") {
    this.reader = reader;
    this.value = value;
    this.pointer = pointer;
  }

  error(code: string, message: string, help?: string, part: "key" | "value" = "value"): undefined {
    this.reader.report({ pointer: this.pointer, part, code, message, help });
    return undefined;
  }

  warning(code: string, message: string, help?: string, part: "key" | "value" = "value"): void {
    this.reader.report({ pointer: this.pointer, part, code, message, help, severity: "warning" });
  }

  /** The value as an object. With `members`, any other member is reported, and left alone. */
  object(what: string, members?: readonly string[]): JsonObject | undefined {
    if (!isJsonObject(this.value)) return this.#mismatch(what, "an object, that is, keys with values");
    if (members !== undefined)
      for (const name of Object.keys(this.value))
        if (!members.includes(name))
          this.child(name)?.error(
            "MEMBER_KNOWN",
            `${what} has no member ${JSON.stringify(name)}.`,
            suggestion(name, members) ?? `Remove it; ${what.toLowerCase()} has ${members.join(", ")}.`,
            "key",
          );
    return this.value;
  }

  /** A member that is there and not empty. `null` is what YAML makes of a key without a value. */
  child(name: string): Part | undefined {
    const value = isJsonObject(this.value) ? member(this.value, name) : undefined;
    return value === undefined ? undefined : new Part(this.reader, value, pointerTo(this.pointer, name));
  }

  children(): readonly (readonly [name: string, part: Part])[] {
    if (!isJsonObject(this.value)) return [];
    return Object.entries(this.value).map(([name, value]) => [
      name,
      new Part(this.reader, value, pointerTo(this.pointer, name)),
    ]);
  }

  items(what: string): readonly Part[] | undefined {
    if (!Array.isArray(this.value)) return this.#mismatch(what, "a list");
    return this.value.map((item: JsonValue, index) => new Part(this.reader, item, pointerTo(this.pointer, index)));
  }

  text(what: string): string | undefined {
    if (typeof this.value === "string") return this.value;
    return this.#mismatch(
      what,
      "text",
      typeof this.value === "number" || typeof this.value === "boolean"
        ? `Put it into quotes: ${JSON.stringify(String(this.value))}.`
        : undefined,
    );
  }

  boolean(what: string): boolean | undefined {
    if (typeof this.value === "boolean") return this.value;
    const word = typeof this.value === "string" ? this.value.toLowerCase() : "";
    const meant = /^(?:on|yes|y|true)$/.test(word) ? "true" : /^(?:off|no|n|false)$/.test(word) ? "false" : undefined;
    return this.#mismatch(what, "true or false", meant && `Write ${meant}; ${JSON.stringify(this.value)} is text.`);
  }

  integer(what: string, minimum: number, maximum: number): number | undefined {
    const { value } = this;
    if (typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    return this.#mismatch(
      what,
      `a whole number from ${minimum} to ${maximum}`,
      typeof value === "string" && /^\d+$/.test(value) ? `Remove the quotes: ${value}.` : undefined,
    );
  }

  oneOf<const T extends string>(what: string, allowed: readonly T[]): T | undefined {
    const found = allowed.find((each) => each === this.value);
    if (found !== undefined) return found;
    return this.#mismatch(
      what,
      allowed.map((each) => JSON.stringify(each)).join(", "),
      typeof this.value === "string" ? suggestion(this.value, allowed) : undefined,
    );
  }

  /** A list of texts. One text alone is a list of one. */
  texts(what: string): readonly string[] | undefined {
    if (typeof this.value === "string") return [this.value];
    return this.items(what)?.flatMap((item) => item.text(`Each of ${what.toLowerCase()}`) ?? []);
  }

  #mismatch(what: string, expected: string, help?: string): undefined {
    return this.error(
      "MEMBER_TYPE",
      `${what} must be ${expected}, and is ${describe(this.value)}.`,
      help ?? `Write ${expected}.`,
    );
  }
}

/** A value in a sentence, cut short. */
export function describe(value: JsonValue): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

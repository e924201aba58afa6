import type { JsonValue } from "@flagwright/runtime";

/**
 * The YAML that definitions are mostly written in, read at once: block maps and lists, flow collections, and scalars
 * that stand on one line. `yaml` decides what a text says; this reader answers only where the two cannot differ, and
 * `undefined` means that `yaml` must be asked, be it for the value or for what is wrong. Of places it knows nothing.
 *
 * @example
 * ```ts
 * readPlainYaml("flag: new-checkout\nvalue: boolean\n"); // { flag: "new-checkout", value: "boolean" }
 * readPlainYaml("default: &safe off"); // undefined
 * ```
 */
export function readPlainYaml(text: string): JsonValue | undefined {
  if (text.length > MAX_PLAIN_LENGTH) return undefined;
  const lines = text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
  if (UNUSUAL.test(lines)) return undefined;
  try {
    return new PlainYaml(lines).document();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Longer files are few. A text of this length has no room for more values than a file may hold. */
const MAX_PLAIN_LENGTH = 50_000;
/** Half of what a file may have, and far from the end of the stack. */
const MAX_PLAIN_DEPTH = 50;

/** Tabs and other control characters, further line ends, byte order marks. */
const UNUSUAL = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\uffff]/;

/** A key and its colon. No key here is a number, or anything else with a second meaning. */
const KEY = /(?:([A-Za-z_$][\w$./@-]{0,200})|"([^"\\\n]{0,200})"|'([^'\n]{0,200})'):(?=[ \n]|$)/y;
/** Text in quotes that means what is between them. */
const QUOTED = /"([^"\\\n]*)"|'([^'\n]*)'(?!')/y;
/** A scalar without quotes and whatever follows it on its line, in a block and in a flow collection. */
const BLOCK_SCALAR = /[\w(/$^\xa0-\uffff-][^\n]*/y;
const FLOW_SCALAR = /[\w(/$^\xa0-\uffff-][^\n,[\]{}]*/y;

/** Words that are no text, or that some take for something else. */
const WORD = /^(?:null|true|false|on|off|yes|no|y|n)$/i;
/** Anything that may be a number in some notation; then those that are the same number in all. */
const NUMERIC = /^-?\d[\da-fox.+-]*$/i;
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Thrown where the text holds something that is not plain. */
const notPlain = new Error("The text is more than plain YAML.");

interface Members {
  [name: string]: JsonValue;
}

/** One pass over a text. Each method begins at the first character of what it reads. */
class PlainYaml {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** How far the line is indented that blocks go on with; -1 when there is none. */
  #indent = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    this.#nextLine();
    const value = this.#indent === 0 ? this.#map(0) : refuse();
    if (this.#indent !== -1) throw notPlain;
    return value;
  }

  /** A block map whose keys stand in this column, and all white space and comments after it. */
  #map(column: number): JsonValue {
    this.#enter();
    const map: Members = {};
    do addMember(map, this.#key(), this.#memberValue(column));
    while (this.#indent === column);
    return this.#leave(map, column);
  }

  #list(column: number): JsonValue {
    this.#enter();
    const list: JsonValue[] = [];
    do {
      const dash = this.#at++;
      this.#skipSpaces();
      KEY.lastIndex = this.#at;
      list.push(KEY.test(this.#text) ? this.#map(column + this.#at - dash) : this.#lineValue(column));
    } while (this.#indent === column && this.#isItem());
    return this.#leave(list, column);
  }

  #memberValue(column: number): JsonValue {
    this.#skipSpaces();
    const first = this.#text[this.#at];
    if (first !== undefined && first !== "\n" && first !== "#") return this.#lineValue(column);
    this.#nextLine();
    if (this.#indent >= column && this.#isItem()) return this.#list(this.#indent);
    return this.#indent > column ? this.#map(this.#indent) : refuse();
  }

  /** A value that begins on this line, to the end of its last line. */
  #lineValue(column: number): JsonValue {
    const value = this.#value(BLOCK_SCALAR, column);
    this.#endLine();
    return value;
  }

  #value(scalar: RegExp, column: number): JsonValue {
    const first = this.#text[this.#at];
    if (first === "{") return this.#flowMap(column);
    if (first === "[") return this.#flowList(column);
    const match = this.#match(first === '"' || first === "'" ? QUOTED : scalar);
    const quoted = match[1] ?? match[2];
    if (quoted !== undefined) return quoted;
    const comment = match[0].indexOf(" #");
    const text = withoutSpaces(comment === -1 ? match[0] : match[0].slice(0, comment));
    this.#at += text.length - match[0].length;
    return plainValue(text);
  }

  #flowMap(column: number): JsonValue {
    this.#enter();
    const map: Members = {};
    for (let ended = this.#opens("}", column); !ended; ended = this.#ends("}", column)) {
      const key = this.#key();
      this.#skipFlowSpace(column);
      addMember(map, key, this.#value(FLOW_SCALAR, column));
    }
    this.#depth--;
    return map;
  }

  #flowList(column: number): JsonValue {
    this.#enter();
    const list: JsonValue[] = [];
    for (let ended = this.#opens("]", column); !ended; ended = this.#ends("]", column))
      list.push(this.#value(FLOW_SCALAR, column));
    this.#depth--;
    return list;
  }

  /** Whether a flow collection ends where it has begun. */
  #opens(close: string, column: number): boolean {
    this.#at++;
    this.#skipFlowSpace(column);
    if (this.#text[this.#at] !== close) return false;
    this.#at++;
    return true;
  }

  /** Whether a flow collection ends after this member, or goes on with another one. */
  #ends(close: string, column: number): boolean {
    this.#skipFlowSpace(column);
    const found = this.#text[this.#at++];
    if (found === close) return true;
    if (found !== ",") throw notPlain;
    this.#skipFlowSpace(column);
    return false;
  }

  #key(): string {
    const match = this.#match(KEY);
    return match[1] ?? match[2] ?? match[3] ?? refuse();
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? refuse();
    this.#at += match[0].length;
    return match;
  }

  #isItem(): boolean {
    return this.#text[this.#at] === "-" && this.#text[this.#at + 1] === " ";
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === " ") this.#at++;
  }

  /** Lines of a flow collection are indented further than the block that it stands in. */
  #skipFlowSpace(column: number): void {
    this.#skipSpaces();
    while (this.#text[this.#at] === "\n") {
      const start = ++this.#at;
      this.#skipSpaces();
      if (this.#at - start <= column) throw notPlain;
    }
  }

  /** What may follow a value on its line, and all lines that say nothing. */
  #endLine(): void {
    const end = this.#at;
    this.#skipSpaces();
    const next = this.#text[this.#at];
    if (next !== undefined && next !== "\n" && (next !== "#" || end === this.#at)) throw notPlain;
    this.#nextLine();
  }

  /** Goes to the first character of the next text, over the rest of this line if it is a comment. */
  #nextLine(): void {
    const text = this.#text;
    for (let start = this.#at; ; start = this.#at) {
      this.#skipSpaces();
      this.#indent = this.#at - start;
      if (text[this.#at] === "#") this.#at = lineEnd(text, this.#at);
      if (this.#at >= text.length) {
        this.#indent = -1;
        return;
      }
      if (text[this.#at] !== "\n") return;
      this.#at++;
    }
  }

  #enter(): void {
    if (++this.#depth > MAX_PLAIN_DEPTH) throw notPlain;
  }

  /** A block ends at a line that is indented less, or where the list ends that stands in its column. */
  #leave(value: JsonValue, column: number): JsonValue {
    if (this.#indent > column) throw notPlain;
    this.#depth--;
    return value;
  }
}

function addMember(map: Members, name: string, value: JsonValue): void {
  if (name === "__proto__" || WORD.test(name) || Object.hasOwn(map, name)) throw notPlain;
  map[name] = value;
}

function plainValue(text: string): JsonValue {
  if (text === "true") return true;
  if (text === "false") return false;
  if (WORD.test(text) || text.includes(": ") || text.endsWith(":")) throw notPlain;
  if (NUMBER.test(text)) return Number(text);
  if (DATE.test(text)) return text;
  if (NUMERIC.test(text) || /^-\D|^-$/.test(text)) throw notPlain;
  return text;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** Only spaces: others belong to the text. */
function withoutSpaces(text: string): string {
  let end = text.length;
  while (text[end - 1] === " ") end--;
  return text.slice(0, end);
}

function refuse(): never {
  throw notPlain;
}

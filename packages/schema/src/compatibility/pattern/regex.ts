import { CharBase, type CharSet } from "refa";
import { anyCharacter, anySymbol, mostReadable, noSymbol } from "./alphabet.ts";

/** A regular language over symbols, with intersection and complement. Interned: equal ones are the same object. */
export type Regex = {
  readonly id: number;
  /** Whether it holds the empty word. */
  readonly nullable: boolean;
} & (
  | { readonly kind: "empty" | "epsilon" }
  | { readonly kind: "symbols"; readonly symbols: CharSet }
  | { readonly kind: "concat"; readonly head: Regex; readonly tail: Regex }
  | { readonly kind: "union" | "intersection"; readonly parts: readonly Regex[] }
  | { readonly kind: "complement"; readonly inner: Regex }
  | { readonly kind: "repeat"; readonly inner: Regex; readonly min: number; readonly max: number }
);

type Draft<R> = R extends Regex ? Omit<R, "id"> : never;

/** Makes regular expressions and their derivatives (Brzozowski 1964), with enough algebra to keep those finite. */
export class RegexStore {
  readonly #interned = new Map<string, Regex>();
  readonly #derivatives: Map<number, Regex>[] = [];
  readonly #representatives = new Map<Regex, readonly number[]>();
  readonly #charge: () => void;
  readonly empty: Regex;
  readonly epsilon: Regex;
  /** Every word. */
  readonly all: Regex;

  /** `charge` is called for each expression that is made; it may throw to stop the work. */
  constructor(charge: () => void) {
    this.#charge = charge;
    this.empty = this.#intern("0", { kind: "empty", nullable: false });
    this.epsilon = this.#intern("1", { kind: "epsilon", nullable: true });
    this.all = this.repeat(this.symbols(anySymbol), 0, Infinity);
  }

  symbols(symbols: CharSet): Regex {
    if (symbols.isEmpty) return this.empty;
    return this.#intern(`s${symbols.toRangesString()}`, { kind: "symbols", nullable: false, symbols });
  }

  concat(head: Regex, tail: Regex): Regex {
    if (head === this.empty || tail === this.empty) return this.empty;
    if (head === this.epsilon) return tail;
    if (tail === this.epsilon) return head;
    if (head.kind === "concat") return this.concat(head.head, this.concat(head.tail, tail));
    if (head === this.all && tail.kind === "concat" && tail.head === this.all) return tail;
    if (head === this.all && tail === this.all) return tail;
    const nullable = head.nullable && tail.nullable;
    return this.#intern(`c${head.id},${tail.id}`, { kind: "concat", nullable, head, tail });
  }

  union(parts: Iterable<Regex>): Regex {
    const flat = new Set<Regex>();
    let symbols = noSymbol;
    const add = (part: Regex): void => {
      if (part.kind === "union") part.parts.forEach(add);
      else if (part.kind === "symbols") symbols = symbols.union(part.symbols);
      else if (part.kind !== "empty") flat.add(part);
    };
    for (const part of parts) add(part);
    if (flat.has(this.all)) return this.all;
    if (!symbols.isEmpty) flat.add(this.symbols(symbols));
    for (const part of flat) {
      if (part.kind === "complement" && flat.has(part.inner)) return this.all;
      if (part === this.epsilon && [...flat].some((other) => other !== part && other.nullable)) flat.delete(part);
    }
    return this.#combined("union", flat, this.empty);
  }

  intersection(parts: Iterable<Regex>): Regex {
    const flat = new Set<Regex>();
    const add = (part: Regex): void => {
      if (part.kind === "intersection") part.parts.forEach(add);
      else if (part !== this.all) flat.add(part);
    };
    for (const part of parts) add(part);
    if (flat.has(this.empty)) return this.empty;
    for (const part of flat) if (part.kind === "complement" && flat.has(part.inner)) return this.empty;
    return this.#combined("intersection", flat, this.all);
  }

  complement(inner: Regex): Regex {
    if (inner.kind === "complement") return inner.inner;
    if (inner === this.empty) return this.all;
    if (inner === this.all) return this.empty;
    return this.#intern(`n${inner.id}`, { kind: "complement", nullable: !inner.nullable, inner });
  }

  repeat(inner: Regex, min: number, max: number): Regex {
    if (max === 0 || inner === this.epsilon) return this.epsilon;
    if (inner === this.empty) return min === 0 ? this.epsilon : this.empty;
    if (min === 1 && max === 1) return inner;
    if (inner.kind === "repeat" && inner.min === 0 && inner.max === Infinity) return inner;
    const least = inner.nullable ? 0 : min;
    const nullable = least === 0;
    return this.#intern(`r${inner.id},${least},${max}`, { kind: "repeat", nullable, inner, min: least, max });
  }

  /** What may follow that symbol. */
  after(regex: Regex, symbol: number): Regex {
    const memo = (this.#derivatives[regex.id] ??= new Map<number, Regex>());
    let next = memo.get(symbol);
    if (next === undefined) memo.set(symbol, (next = this.#derive(regex, symbol)));
    return next;
  }

  /** One character of each kind that the expression, and whatever follows from it, tells apart. */
  representatives(regex: Regex): readonly number[] {
    let codes = this.#representatives.get(regex);
    if (codes === undefined) {
      const sets = new Map<string, CharSet>();
      collectSymbols(regex, sets, new Set());
      const base = new CharBase([anyCharacter, ...sets.values()]);
      codes = base.sets.flatMap((set) => mostReadable(set.intersect(anyCharacter)) ?? []);
      this.#representatives.set(regex, codes);
    }
    return codes;
  }

  #derive(regex: Regex, symbol: number): Regex {
    switch (regex.kind) {
      case "empty":
      case "epsilon":
        return this.empty;
      case "symbols":
        return regex.symbols.has(symbol) ? this.epsilon : this.empty;
      case "concat": {
        const first = this.concat(this.after(regex.head, symbol), regex.tail);
        return regex.head.nullable ? this.union([first, this.after(regex.tail, symbol)]) : first;
      }
      case "union":
        return this.union(regex.parts.map((part) => this.after(part, symbol)));
      case "intersection":
        return this.intersection(regex.parts.map((part) => this.after(part, symbol)));
      case "complement":
        return this.complement(this.after(regex.inner, symbol));
      case "repeat": {
        const rest = this.repeat(regex.inner, Math.max(regex.min - 1, 0), regex.max - 1);
        return this.concat(this.after(regex.inner, symbol), rest);
      }
    }
  }

  #combined(kind: "union" | "intersection", parts: ReadonlySet<Regex>, neutral: Regex): Regex {
    if (parts.size === 0) return neutral;
    const sorted = [...parts].sort((a, b) => a.id - b.id);
    if (sorted.length === 1) return sorted[0]!;
    const nullable = kind === "union" ? sorted.some((each) => each.nullable) : sorted.every((each) => each.nullable);
    return this.#intern(`${kind[0]}${sorted.map((each) => each.id).join(",")}`, { kind, nullable, parts: sorted });
  }

  #intern(key: string, draft: Draft<Regex>): Regex {
    let regex = this.#interned.get(key);
    if (regex === undefined) {
      this.#charge();
      regex = { ...draft, id: this.#interned.size } as Regex;
      this.#interned.set(key, regex);
    }
    return regex;
  }
}

function collectSymbols(regex: Regex, sets: Map<string, CharSet>, seen: Set<Regex>): void {
  if (seen.has(regex)) return;
  seen.add(regex);
  switch (regex.kind) {
    case "symbols":
      sets.set(regex.symbols.toRangesString(), regex.symbols);
      break;
    case "concat":
      collectSymbols(regex.head, sets, seen);
      collectSymbols(regex.tail, sets, seen);
      break;
    case "union":
    case "intersection":
      for (const part of regex.parts) collectSymbols(part, sets, seen);
      break;
    case "complement":
    case "repeat":
      collectSymbols(regex.inner, sets, seen);
      break;
    default:
      break;
  }
}

import { RE2JS } from "re2js";
import { BudgetExceeded } from "../budget.ts";
import { normalizePattern } from "./normalize-pattern.ts";

export interface TextMatcher {
  test(text: string): boolean;
}

const compiled = new Map<string, TextMatcher>();
const maximumCompiled = 10_000;
/** Backtracking through so many characters ends within milliseconds, whatever the pattern. */
const harmlessLength = 20;

/** Whether the pattern is found in the text. One text is matched by an engine, whatever our automata can follow. */
export function matchesPattern(source: string, text: string): boolean {
  return compilePattern(source).test(text);
}

/** Never takes exponential time: where backtracking might, a linear-time engine is asked, or `BudgetExceeded` thrown. */
export function compilePattern(source: string): TextMatcher {
  let matcher = compiled.get(source);
  if (matcher === undefined) {
    const normal = normalizePattern(source);
    const native = new RegExp(normal?.source ?? source, normal?.flags ?? "u");
    matcher = mayBacktrack(source) ? new GuardedMatcher(native) : native;
    if (compiled.size >= maximumCompiled) compiled.clear();
    compiled.set(source, matcher);
  }
  return matcher;
}

/** A repeated group may hold another repetition. */
function mayBacktrack(source: string): boolean {
  return /\)[*+{]/.test(source);
}

class GuardedMatcher implements TextMatcher {
  readonly #native: RegExp;
  #linear: RE2JS | undefined;

  constructor(native: RegExp) {
    this.#native = native;
  }

  /** ajv tells patterns apart by their text. */
  toString(): string {
    return String(this.#native);
  }

  test(text: string): boolean {
    if (text.length <= harmlessLength) return this.#native.test(text);
    try {
      this.#linear ??= RE2JS.compile(RE2JS.translateRegExp(this.#native.source));
    } catch {
      throw new BudgetExceeded("A pattern may take exponential time.");
    }
    return this.#linear.matcher(text).find();
  }
}

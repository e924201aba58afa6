import type { Formula } from "../formula/formula.ts";
import { none, type Outcome } from "./outcome.ts";

interface Frame {
  readonly depth: number;
  /** Whether somebody below has taken it for empty. */
  assumed: boolean;
}

/**
 * The questions on the way to the one at hand. Met again on its own path, a question adds nothing: a smallest value
 * never contains one that answers the same question. So it is taken for empty there (the least fixpoint).
 *
 * "Nothing found" under such an assumption holds only as long as the question above is open: it is kept in a
 * provisional memory until that question is answered.
 */
export class OpenCases {
  #frames = new Map<Formula, Frame>();
  readonly #final = new Map<Formula, Outcome>();
  #provisional: { readonly formula: Formula; readonly outcome: Outcome; readonly dependsOn: number }[] = [];
  #provisionalIndex = new Map<Formula, { readonly outcome: Outcome; readonly dependsOn: number }>();
  /** The least depth whose openness the outcome at hand rests on. */
  #dependsOn = Infinity;

  visit(formula: Formula, compute: () => Outcome): Outcome {
    const known = this.#final.get(formula);
    if (known !== undefined) return known;
    const frame = this.#frames.get(formula);
    if (frame !== undefined) {
      frame.assumed = true;
      this.#dependsOn = Math.min(this.#dependsOn, frame.depth);
      return none;
    }
    const provisional = this.#provisionalIndex.get(formula);
    if (provisional !== undefined) {
      this.#dependsOn = Math.min(this.#dependsOn, provisional.dependsOn);
      for (const each of this.#frames.values()) if (each.depth >= provisional.dependsOn) each.assumed = true;
      return provisional.outcome;
    }
    return this.#enter(formula, compute);
  }

  /** Keeps an outcome in a memory if it rests on nothing that is still open. */
  remember(memo: Map<Formula, Outcome>, formula: Formula, compute: () => Outcome): Outcome {
    const outer = this.#dependsOn;
    this.#dependsOn = Infinity;
    const outcome = compute();
    if (outcome.kind === "value" || this.#dependsOn === Infinity) memo.set(formula, outcome);
    // A value stands by itself, whatever was tried before it was found.
    this.#dependsOn = outcome.kind === "value" ? outer : Math.min(outer, this.#dependsOn);
    return outcome;
  }

  /** Asks something that has nothing to do with the questions above. */
  aside(compute: () => Outcome): Outcome {
    const kept = [this.#frames, this.#provisional, this.#provisionalIndex, this.#dependsOn] as const;
    this.#frames = new Map();
    this.#provisional = [];
    this.#provisionalIndex = new Map();
    this.#dependsOn = Infinity;
    try {
      return compute();
    } finally {
      [this.#frames, this.#provisional, this.#provisionalIndex, this.#dependsOn] = kept;
    }
  }

  #enter(formula: Formula, compute: () => Outcome): Outcome {
    const frame: Frame = { depth: this.#frames.size, assumed: false };
    const outer = this.#dependsOn;
    const firstProvisional = this.#provisional.length;
    this.#frames.set(formula, frame);
    this.#dependsOn = Infinity;
    const outcome = compute();
    this.#frames.delete(formula);

    if (outcome.kind === "value") {
      if (frame.assumed) this.#forget(firstProvisional);
      this.#final.set(formula, outcome);
      this.#dependsOn = outer;
      return outcome;
    }
    if (this.#dependsOn >= frame.depth) {
      // Nothing above was assumed: what was found below stands.
      for (const each of this.#provisional.slice(firstProvisional)) this.#final.set(each.formula, each.outcome);
      this.#forget(firstProvisional);
      this.#final.set(formula, outcome);
      this.#dependsOn = outer;
      return outcome;
    }
    const entry = { formula, outcome, dependsOn: this.#dependsOn };
    this.#provisional.push(entry);
    this.#provisionalIndex.set(formula, entry);
    this.#dependsOn = Math.min(outer, this.#dependsOn);
    return outcome;
  }

  #forget(from: number): void {
    for (const { formula } of this.#provisional.splice(from)) this.#provisionalIndex.delete(formula);
  }
}

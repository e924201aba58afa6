import type { JsonValue } from "@flagwright/runtime";
import { validatorFor, type Validator } from "./ajv-validator.ts";
import { Budget, BudgetExceeded, defaultLimits, type Limits } from "./budget.ts";
import { evaluate } from "./evaluate.ts";
import { fitsDoubles, toJson, toText, isBeyondAjv, type Exact } from "./exact-json.ts";
import type { Formula } from "./formula/formula.ts";
import { ARRAY, FALSE, NULL, NUMBER, OBJECT, singleTypes, STRING, TRUE, type SingleType } from "./formula/type-mask.ts";
import { FormulaStore } from "./formula/formula-store.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { Resources } from "./schema/resources.ts";
import { SchemaReader, type ReadOptions } from "./schema/schema-reader.ts";
import { SchemaError } from "./schema-error.ts";
import { shrink } from "./shrink.ts";
import type { Outcome } from "./solver/outcome.ts";
import { Solver } from "./solver/solver.ts";
import { unknown, yes, type Comparison, type No, type Verdict } from "./verdict.ts";

export interface CompareOptions extends ReadOptions {
  /** What one direction may cost; more turns into `unknown`. */
  readonly limits?: Limits;
  /** Milliseconds, for `limits.milliseconds`. Default: the clock of the platform. */
  readonly now?: () => number;
}

/** Others are looked for when ajv, which has bugs and calculates with doubles, reads the first in another way. */
const witnessesPerOrder = 3;
const otherOrder: readonly SingleType[] = [OBJECT, TRUE, STRING, NUMBER, ARRAY, NULL, FALSE];

/** One schema of a comparison, read. */
interface Side {
  readonly formula: Formula;
  readonly document: SchemaDocument;
  readonly validator: () => Validator;
}

/** Two schemas, read into one store of formulas. */
export class SchemaPair {
  readonly #store = new FormulaStore();
  readonly #solvers = new Map<readonly SingleType[], Solver>();
  readonly #options: CompareOptions;
  readonly #previous: Side;
  readonly #current: Side;

  constructor(previous: SchemaDocument, current: SchemaDocument, options: CompareOptions = {}) {
    this.#options = options;
    this.#previous = this.#read(previous, "previous");
    this.#current = previous.key === current.key ? this.#previous : this.#read(current, "current");
  }

  compare(): Comparison {
    return {
      previousInCurrent: this.#isSubset(this.#previous, this.#current),
      currentInPrevious: this.#isSubset(this.#current, this.#previous),
    };
  }

  previousInCurrent(): Verdict {
    return this.#isSubset(this.#previous, this.#current);
  }

  #read(document: SchemaDocument, name: string): Side {
    const resources = new Resources(document.exact, document.dialect);
    let formula: Formula;
    try {
      formula = new SchemaReader(this.#store, resources, name, this.#options).readRoot();
    } catch (error) {
      throw isStackOverflow(error) ? new SchemaError("", "The schema is nested too deeply") : error;
    }
    const { key, json, dialect } = document;
    return { formula, document, validator: () => validatorFor(key, json, dialect, this.#options.formatAssertion) };
  }

  #isSubset(a: Side, b: Side): Verdict {
    if (a === b) return yes;
    try {
      return this.#decide(a, b);
    } catch (error) {
      this.#solvers.clear();
      if (error instanceof BudgetExceeded) {
        return unknown("", error.message, "Split the schema, or write its branches so that they exclude each other.");
      }
      if (isStackOverflow(error)) {
        return unknown("", "The schema is nested too deeply.", "Nest it less deeply.");
      }
      if (error instanceof SchemaError) throw error;
      return unknown(
        "",
        `${(error as Error).message}: this is a bug in Flagwright.`,
        "Please report it with both schemas.",
      );
    }
  }

  #decide(a: Side, b: Side): Verdict {
    const store = this.#store;
    const difference = store.and([a.formula, store.negate(b.formula)]);
    let first: Exact | undefined;
    for (const order of [singleTypes, otherOrder]) {
      const solver = this.#solver(order);
      let question = difference;
      for (let attempt = 0; attempt < witnessesPerOrder; attempt += 1) {
        const outcome: Outcome = solver.solve([question]);
        if (outcome.kind === "unknown" && first === undefined) return { answer: "unknown", reason: outcome.reason };
        if (outcome.kind === "none" && first === undefined) return yes;
        if (outcome.kind !== "value") break;
        const witness = shrink(outcome.value, (value) => evaluate(difference, value) === true);
        const verdict = this.#certify(witness, a, b) ?? this.#certify(outcome.value, a, b);
        if (verdict !== undefined) return verdict;
        first ??= witness;
        question = store.and([question, store.negate(store.constant(outcome.value))]);
      }
    }
    return this.#uncertified(first!, a, b);
  }

  /** Both directions share what they find out, unless one was stopped in the middle. */
  #solver(order: readonly SingleType[]): Solver {
    const budget = new Budget(this.#options.limits ?? defaultLimits, this.#options.now);
    let solver = this.#solvers.get(order);
    if (solver === undefined) this.#solvers.set(order, (solver = new Solver(this.#store, budget, order)));
    return solver.renew(budget);
  }

  #certify(witness: Exact, a: Side, b: Side): No | undefined {
    if (!fitsDoubles(witness)) return undefined;
    const value = toJson(witness);
    if (!judge(a, value) || judge(b, value) !== false) return undefined;
    return { answer: "no", witness: value, witnessText: toText(witness), certifiedBy: "ajv" };
  }

  /** ajv is no judge of numbers that doubles cannot hold, or of `__proto__`; anything else is a mistake of ours. */
  #uncertified(witness: Exact, a: Side, b: Side): Verdict {
    const value = toJson(witness);
    const isExact = evaluate(a.formula, witness) === true && evaluate(b.formula, witness) === false;
    const isBroken = judge(a, value) === undefined || judge(b, value) === undefined;
    if (isExact && (isBroken || [witness, a.document.exact, b.document.exact].some(isBeyondAjv))) {
      return { answer: "no", witness: value, witnessText: toText(witness), certifiedBy: "exact" };
    }
    return unknown(
      "",
      `We found ${toText(witness)}, but ajv reads it in another way: this is a bug in Flagwright.`,
      "Please report it with both schemas.",
    );
  }
}

/** `undefined` when ajv cannot compile the schema, or its code breaks, as for some uses of `unevaluatedProperties`. */
function judge(side: Side, value: JsonValue): boolean | undefined {
  try {
    return side.validator()(value);
  } catch {
    return undefined;
  }
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

import type { RegisteredFlag } from "../codegen/v1/registry.ts";
import type { CompiledFlag, CompiledSnapshot, Outcome } from "../evaluation/compiled-snapshot.ts";
import type { ErrorCode, EvaluationContext, EvaluationDetails } from "../evaluation/details.ts";
import type { Counter } from "./counter.ts";
import { reasonOf } from "./client-error.ts";
import type { Reading } from "./reading.ts";

const NO_CONTEXT: EvaluationContext = Object.freeze({});

/** One flag of the code, tied to its configuration in one snapshot. Lives until the next snapshot. */
export class Binding {
  /** False when the clock need not be asked: it costs more than most answers. */
  readonly timed: boolean;
  readonly #flag: RegisteredFlag;
  readonly #snapshot: CompiledSnapshot | undefined;
  readonly #compiled: CompiledFlag | undefined;
  /** Present only when the served schema is not the compiled one. */
  readonly #reading: Reading | undefined;
  readonly #counter: Counter;
  /** The only answer there is without a configuration. */
  readonly #unbound: Outcome;
  /** A flag that always answers the same is counted and served without a look at anything. */
  readonly #isConstant: boolean;
  readonly #constant: unknown;

  constructor(
    flag: RegisteredFlag,
    snapshot: CompiledSnapshot | undefined,
    compiled: CompiledFlag | undefined,
    reading: Reading | undefined,
    counter: Counter,
  ) {
    this.#flag = flag;
    this.#snapshot = snapshot;
    this.#compiled = compiled;
    this.timed = compiled?.timed ?? false;
    this.#reading = reading;
    this.#counter = counter;
    this.#unbound =
      snapshot === undefined
        ? this.#safe("PROVIDER_NOT_READY", "No flags have arrived yet.")
        : this.#safe("FLAG_NOT_FOUND", `The environment has no flag ${JSON.stringify(flag.data.key)}.`);
    const only = compiled === undefined ? this.#unbound : compiled.always;
    this.#isConstant = only !== undefined;
    this.#constant = only === undefined || reading === undefined ? only?.value : served(reading, only);
    counter.expect(only);
  }

  value(context: unknown, at: number): unknown {
    if (this.#isConstant) {
      this.#counter.addOnly();
      return this.#constant;
    }
    const outcome = this.#outcome(context, at);
    this.#counter.add(outcome);
    return this.#reading === undefined ? outcome.value : served(this.#reading, outcome);
  }

  details(context: unknown, at: number, stale: boolean): EvaluationDetails<unknown> {
    const outcome = this.#outcome(context, at);
    this.#counter.add(outcome);
    const { variant, ruleId, errorCode, errorMessage } = outcome;
    return {
      flagKey: this.#flag.data.key,
      value: this.#reading === undefined ? outcome.value : served(this.#reading, outcome),
      ...(variant === undefined ? {} : { variant }),
      reason: stale && errorCode === undefined ? "STALE" : outcome.reason,
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(errorMessage === undefined ? {} : { errorMessage }),
      ...(ruleId === undefined ? {} : { ruleId }),
      ...(this.#snapshot === undefined ? {} : { epoch: this.#snapshot.epoch, revision: this.#snapshot.revision }),
      flagMetadata: this.#compiled?.configuration.metadata ?? {},
    };
  }

  /** `evaluate` promises not to throw; the catch keeps the promise of this client whatever happens in there. */
  #outcome(context: unknown, at: number): Outcome {
    const compiled = this.#compiled;
    if (compiled === undefined) return this.#unbound;
    try {
      return compiled.evaluate(context === undefined ? NO_CONTEXT : (context as EvaluationContext), at);
    } catch (thrown) {
      return this.#safe("GENERAL", reasonOf(thrown));
    }
  }

  #safe(errorCode: ErrorCode, errorMessage: string): Outcome {
    const value = (
      this.#compiled === undefined ? this.#flag.data.default : this.#compiled.configuration.default
    ) as Outcome["value"];
    return { value, variant: undefined, reason: "ERROR", ruleId: undefined, errorCode, errorMessage };
  }
}

function served(reading: Reading, { variant }: Outcome): unknown {
  return variant !== undefined && reading.variants.has(variant) ? reading.variants.get(variant) : reading.default;
}

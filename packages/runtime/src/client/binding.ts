import type { RegisteredFlag } from "../codegen/v1/registry.ts";
import type { CompiledFlag, CompiledSnapshot, Outcome } from "../evaluation/compiled-snapshot.ts";
import type { ErrorCode, EvaluationContext, EvaluationDetails } from "../evaluation/details.ts";
import type { Counter } from "./counter.ts";
import { reasonOf } from "./client-error.ts";
import type { Host } from "./host.ts";
import { type Reading, served } from "./reading.ts";

const NO_CONTEXT: EvaluationContext = Object.freeze({});

/** One flag of the code, tied to its configuration in one snapshot. Lives until the next snapshot. */
export class Binding {
  readonly #flag: RegisteredFlag;
  readonly #snapshot: CompiledSnapshot | undefined;
  readonly #compiled: CompiledFlag | undefined;
  /** Present only when the served schema is not the compiled one. */
  readonly #reading: Reading | undefined;
  readonly #counter: Counter;
  readonly #timed: boolean;
  /** The only answer there is without a configuration. */
  readonly #unbound: Outcome;
  /** A flag that always answers the same is counted and served without a look at anything: -1 for all others. */
  readonly #onlyNumber: number;
  readonly #onlyValue: unknown;

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
    this.#timed = compiled?.timed ?? false;
    this.#reading = reading;
    this.#counter = counter;
    this.#unbound =
      snapshot === undefined
        ? this.#safe("PROVIDER_NOT_READY", "No flags have arrived yet.")
        : this.#safe("FLAG_NOT_FOUND", `The environment has no flag ${JSON.stringify(flag.data.key)}.`);
    const only = compiled === undefined ? this.#unbound : compiled.always;
    this.#onlyNumber = only === undefined ? -1 : only.variantNumber;
    this.#onlyValue = only === undefined || reading === undefined ? only?.value : served(reading, only);
    counter.expect(compiled?.configuration.variants ?? []);
  }

  value(context: unknown, host: Host): unknown {
    if (this.#onlyNumber >= 0) {
      this.#counter.add(this.#onlyNumber);
      return this.#onlyValue;
    }
    // The clock costs more than most answers.
    const outcome = this.#outcome(context, this.#timed ? host.now() : 0);
    this.#counter.add(outcome.variantNumber);
    return this.#reading === undefined ? outcome.value : served(this.#reading, outcome);
  }

  details(context: unknown, at: number, stale: boolean): EvaluationDetails<unknown> {
    const outcome = this.#outcome(context, at);
    this.#counter.add(outcome.variantNumber);
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
    return { value, variant: undefined, variantNumber: 0, reason: "ERROR", ruleId: undefined, errorCode, errorMessage };
  }
}

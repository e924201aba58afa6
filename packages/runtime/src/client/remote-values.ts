import type { RegisteredFlag } from "../codegen/v1/registry.ts";
import type { ErrorCode, EvaluationDetails, Reason } from "../evaluation/details.ts";
import { canRead } from "./reading.ts";
import type { RemoteEvents } from "./remote-options.ts";

/** One flag as the server evaluated it: OFREP's `evaluationSuccess` or `evaluationFailure`. */
export interface Evaluated {
  readonly key: string;
  /** Absent when the code's default is meant. */
  readonly value?: unknown;
  readonly variant?: string;
  readonly reason?: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorDetails?: string;
  readonly metadata?: EvaluationDetails["flagMetadata"];
}

/** The values of one context, and what of them this code can read. */
export class RemoteValues {
  readonly #onDrift: (drift: RemoteEvents["drift"]) => void;
  #values = new Map<string, Evaluated>();
  /** What was served last, by the flag's index: also the last good value when the next cannot be read. */
  readonly #served = new Map<number, { readonly from: Evaluated; readonly value: unknown }>();

  constructor(onDrift: (drift: RemoteEvents["drift"]) => void) {
    this.#onDrift = onDrift;
  }

  get(key: string): Evaluated | undefined {
    return this.#values.get(key);
  }

  /** Takes the place of what was there, and returns the keys whose evaluation is another. */
  replace(flags: readonly Evaluated[], sameContext: boolean): readonly string[] {
    const before = this.#values;
    this.#values = new Map(flags.map((flag) => [flag.key, flag]));
    // What was good for somebody else is not good.
    if (!sameContext) this.#served.clear();
    return [...new Set([...before.keys(), ...this.#values.keys()])].filter((key) => {
      const [old, now] = [before.get(key), this.#values.get(key)];
      if (old === undefined || JSON.stringify(old) !== JSON.stringify(now)) return true;
      // The same object stays, so that what did not change is the same to whoever compares it.
      this.#values.set(key, old);
      return false;
    });
  }

  value({ index, data, validate }: RegisteredFlag): unknown {
    const from = this.#values.get(data.key);
    if (from === undefined) return data.default;
    const served = this.#served.get(index);
    if (served?.from === from) return served.value;
    let { value = data.default } = from;
    if (from.value !== undefined && !canRead({ index, data, validate }, value)) {
      value = served === undefined ? data.default : served.value;
      this.#onDrift({ flag: data.key, replacedBy: served === undefined ? "default" : "last good value" });
    }
    this.#served.set(index, { from, value });
    return value;
  }
}

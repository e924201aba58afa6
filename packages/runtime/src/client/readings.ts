import type { RegisteredFlag } from "../codegen/v1/registry.ts";
import type { CompiledFlag } from "../evaluation/compiled-snapshot.ts";
import type { ErrorCode, EvaluationContext } from "../evaluation/details.ts";
import type { FlagConfiguration, Snapshot } from "../snapshot/model.ts";
import type { DriftEvent } from "./events.ts";
import { readValues, type Reading, served, trustedValues } from "./reading.ts";

/** A flag that answers, compiled by either evaluator. */
interface Answering extends Pick<CompiledFlag, "configuration" | "unreadable"> {
  evaluate(context: EvaluationContext, at: number): { readonly errorCode?: ErrorCode | undefined };
}

/**
 * The client's side of the schema handshake. Everyone is sent the same flags, and each client withholds what its code
 * cannot read: it knows the schema that its code was generated from, and a snapshot names the schema that it serves.
 */
export class Readings {
  readonly #flags: readonly RegisteredFlag[];
  readonly #onDrift: (drift: Omit<DriftEvent, "epoch" | "revision">) => void;
  /** Of flags whose served schema is not the compiled one, by the flag's index. Also the last good values. */
  readonly #readings = new Map<number, Reading>();
  /** Why a flag's configuration cannot be read, as told last, by the flag's index. */
  readonly #problems = new Map<number, string | undefined>();

  readonly #byKey = new Map<string, RegisteredFlag[]>();
  /** How many flags of the registry are in there. */
  #known = 0;

  /** `flags` are those of the registry. */
  constructor(flags: readonly RegisteredFlag[], onDrift: (drift: Omit<DriftEvent, "epoch" | "revision">) => void) {
    this.#flags = flags;
    this.#onDrift = onDrift;
  }

  /** Forgets what was good, as a purge asks. */
  clear(): void {
    this.#readings.clear();
    this.#problems.clear();
  }

  /** Reads the new configurations of flags that the code knows, with what was served before at hand. */
  check(put: readonly FlagConfiguration[], before: Snapshot | undefined): void {
    const known = this.#flagsByKey();
    for (const configuration of put)
      for (const flag of known.get(configuration.key) ?? []) this.#read(flag, configuration, before);
  }

  /** Flags register as their modules are loaded, so there may be more of them each time. */
  #flagsByKey(): ReadonlyMap<string, readonly RegisteredFlag[]> {
    for (; this.#known < this.#flags.length; this.#known++) {
      const flag = this.#flags[this.#known] as RegisteredFlag;
      const same = this.#byKey.get(flag.data.key);
      if (same === undefined) this.#byKey.set(flag.data.key, [flag]);
      else same.push(flag);
    }
    return this.#byKey;
  }

  /** What to look values up in, or nothing when the configuration that answers has the schema compiled in. */
  of(flag: RegisteredFlag, compiled: Answering): Reading | undefined {
    this.#tellUnreadable(flag, compiled);
    const { configuration } = compiled;
    if (configuration.schemaHash === flag.data.hash) return undefined;
    const reading = this.#readings.get(flag.index);
    // What answers is not what the snapshot says when that cannot be read, or when the flag's code came later.
    if (reading?.source !== configuration.variants) this.#read(flag, configuration, undefined);
    return this.#readings.get(flag.index);
  }

  /** What is served of what evaluation says. */
  served(
    flag: RegisteredFlag,
    compiled: Answering,
    answer: { readonly value?: unknown; readonly variant?: string | undefined },
  ): unknown {
    const reading = this.of(flag, compiled);
    return reading === undefined ? answer.value : served(reading, answer);
  }

  #read(flag: RegisteredFlag, configuration: FlagConfiguration, before: Snapshot | undefined): void {
    const { key, hash } = flag.data;
    if (configuration.schemaHash === hash) {
      this.#readings.delete(flag.index);
      return;
    }
    const earlier = before?.flags.find((each) => each.key === key && each.schemaHash === hash);
    const lastGood = this.#readings.get(flag.index) ?? (earlier === undefined ? undefined : trustedValues(earlier));
    const reading = readValues(flag, configuration, lastGood);
    this.#readings.set(flag.index, reading);
    for (const drift of reading.drift) this.#onDrift({ flag: key, expected: hash, actual: reading.hash, ...drift });
  }

  /** A rule that this code does not know, say. The last readable configuration answers, else the default. */
  #tellUnreadable(flag: RegisteredFlag, compiled: Answering): void {
    const { unreadable: problem, configuration } = compiled;
    if (this.#problems.get(flag.index) === problem) return;
    this.#problems.set(flag.index, problem);
    if (problem === undefined) return;
    const { key, hash } = flag.data;
    const replacedBy = compiled.evaluate({}, 0).errorCode === "PARSE_ERROR" ? "default" : "last good value";
    this.#onDrift({ flag: key, expected: hash, actual: configuration.schemaHash, problem, replacedBy });
  }
}

/// <reference lib="esnext.disposable" preserve="true" />
import type { Flag } from "../codegen/v1/flag.ts";
import { type DefaultClient, registry, type RegisteredFlag } from "../codegen/v1/registry.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import { canRead } from "./reading.ts";
import { registered } from "./registered.ts";

export interface TestFlagsOptions {
  /** Reading a flag that no override names throws, so that a test says which flags it depends on. Default false. */
  readonly strict?: boolean;
}

export interface TestFlags {
  /**
   * Serves this value, or what this function makes of the context. Returns what takes it back.
   *
   * @throws {TypeError} when the value is not one that the flag's schema allows.
   */
  override<V, C>(flag: Flag<V, C>, value: V | ((context: C) => V)): () => void;
  /** The wire keys that were read since the start, in order of their first reading. */
  readonly read: readonly string[];
  /** Forgets all overrides. */
  reset(): void;
  /** Gives the default client back to whoever had it. */
  restore(): void;
  [Symbol.dispose](): void;
}

/**
 * Flags for a test. Until `restore` they answer instead of the default client, from memory: the default in the code, or
 * what the test wants.
 *
 * @example
 * ```ts
 * using flags = testFlags({ strict: true });
 * flags.override(newCheckout, true);
 * ```
 */
export function testFlags({ strict = false }: TestFlagsOptions = {}): TestFlags {
  const overrides = new Map<string, { readonly value: unknown }>();
  const read = new Set<string>();
  const answer = ({ data }: RegisteredFlag, context: unknown): { value: unknown; overridden: boolean } => {
    read.add(data.key);
    const found = overrides.get(data.key);
    if (found !== undefined) {
      const { value } = found;
      return { value: typeof value === "function" ? value(context) : value, overridden: true };
    }
    if (strict) throw new Error(`The test reads the flag ${data.key}, which it does not override.`);
    return { value: data.default, overridden: false };
  };
  const client: DefaultClient = {
    value: (flag, context) => answer(flag, context).value,
    details: (flag, context): EvaluationDetails<unknown> => {
      const { value, overridden } = answer(flag, context);
      return { flagKey: flag.data.key, value, reason: overridden ? "STATIC" : "DEFAULT", flagMetadata: {} };
    },
  };
  const before = registry.client;
  registry.client = client;
  const restore = (): void => {
    if (registry.client === client) registry.client = before;
  };
  return {
    override(flag, value) {
      const { data, validate, index } = registered(flag);
      if (typeof value !== "function" && !canRead({ data, validate, index }, value))
        throw new TypeError(`${JSON.stringify(value)} is not a value of the flag ${data.key}.`);
      const entry = { value };
      const earlier = overrides.get(data.key);
      overrides.set(data.key, entry);
      return () => {
        if (overrides.get(data.key) !== entry) return;
        if (earlier === undefined) overrides.delete(data.key);
        else overrides.set(data.key, earlier);
      };
    },
    get read() {
      return [...read];
    },
    reset: () => overrides.clear(),
    restore,
    [Symbol.dispose]: restore,
  };
}

/** Combinations beyond this are a mistake: nobody waits for them. */
const MAX_COMBINATIONS = 10_000;

type AnyFlag = Flag<unknown, never>;
type Combination<Flags> = { readonly [Name in keyof Flags]: Flags[Name] extends Flag<infer V, never> ? V : never };

/**
 * Every combination of the variants of these flags, and of their defaults.
 *
 * @example
 * ```ts
 * test.each(variantMatrix({ newCheckout, searchRanking }))("$newCheckout, $searchRanking", (values) => …);
 * ```
 * @throws {RangeError} when there are more than 10,000.
 */
export function variantMatrix<const Flags extends { readonly [name: string]: AnyFlag }>(
  flags: Flags,
): readonly Combination<Flags>[] {
  let combinations: readonly object[] = [{}];
  for (const [name, flag] of Object.entries(flags)) {
    const values = distinct([...Object.values(flag.variants), flag.default]);
    if (combinations.length * values.length > MAX_COMBINATIONS)
      throw new RangeError(`These flags have more than ${MAX_COMBINATIONS} combinations of variants.`);
    combinations = combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value })));
  }
  return combinations as readonly Combination<Flags>[];
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  const texts = values.map((value) => JSON.stringify(value));
  return values.filter((_value, index) => texts.indexOf(texts[index] ?? "") === index);
}

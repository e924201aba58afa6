/// <reference lib="esnext.disposable" preserve="true" />
import type { ContextArguments, Flag, ValueOf } from "../codegen/v1/flag.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import { type ContextClient, contextClient } from "./context-client.ts";
import type { ClientEvents } from "./events.ts";
import type { FlagClient } from "./flag-client.ts";
import { registered } from "./registered.ts";
import type { ClientStatus } from "./status.ts";

/** Wire keys and their flags, as the generated index lists them. */
export interface FlagIndex {
  readonly [key: string]: Flag<unknown, never>;
}

/** The context type of a flag: `ContextOf<typeof regionalDiscount>`. */
export type ContextOf<F> = F extends Flag<infer _V, infer C> ? C : never;

/**
 * Answers from memory, and keeps what it answers from up to date. Nothing here throws or waits, but `getFlag` and
 * `ready`, which wait for a bounded time, and `close`.
 */
export interface Client<Flags = object> {
  /**
   * The value of a flag. The same as calling the flag, for a client that is not the default one.
   *
   * @example
   * ```ts
   * const { percent } = client.get(regionalDiscount, { targetingKey: user.id, region: "MY" });
   * ```
   */
  get<V, C>(flag: Flag<V, C>, ...context: ContextArguments<C>): V;
  /** As `get`, with variant, reason, error, rule and revision. */
  details<V, C>(flag: Flag<V, C>, ...context: ContextArguments<C>): EvaluationDetails<V>;
  /**
   * Reads many flags for one context. Reading a flag compiles only if the context has what the flag requires.
   *
   * @example
   * ```ts
   * const flags = client.forContext({ targetingKey: user.id, region: "MY" });
   * if (flags.get(newCheckout)) …
   * ```
   */
  forContext<const C extends object>(context: C): ContextClient<C>;
  /**
   * Reads a flag by its key, out of the index that the client was created with. Waits for the first flags, as `ready`.
   *
   * @example
   * ```ts
   * const client = createClient({ url, key, flags: index });
   * const value = await client.getFlag("regional-discount", { targetingKey: user.id, region: "MY" });
   * ```
   */
  getFlag<K extends keyof Flags & string>(
    key: K,
    ...context: ContextArguments<ContextOf<Flags[K]>>
  ): Promise<ValueOf<Flags[K]>>;
  /**
   * Settles when the first flags are there, when waiting has become pointless, or after `readyTimeoutMs`. Never
   * rejects: the status says what happened. Flags that come later still take over.
   */
  readonly ready: Promise<ClientStatus>;
  readonly status: ClientStatus;
  /** Returns what takes the listener off again. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void;
  /** Asks the source for news now. */
  refresh(): void;
  /** Ends everything that the client has running. Flags go on answering from what it last had, as stale. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A client as apps see it, over what does the work. */
export function clientOf<Flags>(core: FlagClient, index: Flags): Client<Flags> {
  return {
    get: <V, C>(flag: Flag<V, C>, ...[context]: ContextArguments<C>) => core.value(registered(flag), context) as V,
    details: <V, C>(flag: Flag<V, C>, ...[context]: ContextArguments<C>) =>
      core.details(registered(flag), context) as EvaluationDetails<V>,
    forContext: <const C extends object>(context: C) => contextClient(core, context),
    getFlag: async <K extends keyof Flags & string>(key: K, ...[context]: unknown[]) => {
      const flag = Object.hasOwn(index as object, key) ? index[key] : undefined;
      if (flag === undefined) throw new RangeError(`The index of flags has no ${JSON.stringify(key)}.`);
      await core.ready;
      return core.value(registered(flag), context) as ValueOf<Flags[K]>;
    },
    get ready() {
      return core.ready;
    },
    get status() {
      return core.status;
    },
    on: (name, listener) => core.events.on(name, listener),
    refresh: () => core.refresh(),
    close: () => core.close(),
    [Symbol.asyncDispose]: () => core.close(),
  };
}

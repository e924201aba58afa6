import type { ContextArguments, Flag } from "../codegen/v1/flag.ts";
import { type DefaultClient, registry, type RegisteredFlag } from "../codegen/v1/registry.ts";
import { type CompactFlag, type CompactFlags, compactFlags } from "../evaluation/compact/snapshot.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import { environmentOf } from "../evaluation/operators/compile-operator.ts";
import { coreOperators } from "../evaluation/operators/core.ts";
import type { Operators, RegularExpressions } from "../evaluation/operators/operator.ts";
import type { Snapshot } from "../snapshot/model.ts";
import { becomeDefault } from "./become-default.ts";
import { BoundedWait } from "./bounded-wait.ts";
import { Emitter } from "./emitter.ts";
import { type Host, systemHost } from "./host.ts";
import type { LocalSource } from "./local-source.ts";
import { canRead } from "./reading.ts";
import { registered } from "./registered.ts";

export interface LocalOptions {
  /** Flags that are there from the start: a part of the app, and trusted like it. */
  readonly snapshot?: Snapshot;
  /** Where newer ones come from. */
  readonly source?: LocalSource;
  /** Operators beyond the core that need not be loaded: `{ semver }`. */
  readonly operators?: Operators;
  /** The linear-time engine behind `matches`. Without one, a flag that uses `matches` is unreadable. */
  readonly regularExpressions?: RegularExpressions;
  /** How long `ready` waits at the most, in milliseconds. Default 5,000. */
  readonly readyTimeoutMs?: number;
  /** Clock, randomness and timers, for tests. */
  readonly host?: Host;
}

export interface LocalStatus {
  readonly state: "connecting" | "ready" | "stale" | "closed";
  /** The order of the snapshot that answers; absent when there is none. */
  readonly epoch?: number;
  readonly revision?: number;
  /** What went wrong last, until something goes well. */
  readonly error?: string;
}

export interface LocalEvents {
  /** Flags may answer otherwise than before. */
  readonly changed: LocalStatus;
  /** Something else of the status is new: the flags are stale, or no longer. */
  readonly status: LocalStatus;
  /** A value that this code cannot read was replaced; with `problem`, which says why, the whole configuration was. */
  readonly drift: {
    readonly flag: string;
    readonly variant?: string | undefined;
    readonly problem?: string;
    readonly replacedBy: "last good value" | "default";
  };
}

/** Answers from memory. Nothing here throws or waits, but `ready`, which waits for a bounded time, and `close`. */
export interface LocalClient {
  get<V, C>(flag: Flag<V, C>, ...context: ContextArguments<C>): V;
  details<V, C>(flag: Flag<V, C>, ...context: ContextArguments<C>): EvaluationDetails<V>;
  /** Settles when the first flags are there, or after `readyTimeoutMs`. Never rejects. */
  readonly ready: Promise<LocalStatus>;
  readonly status: LocalStatus;
  /** Returns what takes the listener off again. */
  on<Name extends keyof LocalEvents>(name: Name, listener: (event: LocalEvents[Name]) => void): () => void;
  /** Asks the source for news now. */
  refresh(): void;
  /** Flags go on answering from what was last there, as stale. */
  close(): Promise<void>;
}

/** What this code can read of a flag's values, by variant; the default has no name. */
interface Readable {
  readonly from: CompactFlag["configuration"];
  readonly values: Map<string | undefined, unknown>;
}

const READY_MS = 5_000;
/** A snapshot at hand whose operators could not be loaded is tried again after this. */
const RELOAD_MS = 10_000;

/** Modules with operators that few projects use; what is in none of the first is in the last, or unknown. */
const further = (): Promise<Operators> => import("../evaluation/operators/further.ts");
const modules: ReadonlyMap<unknown, () => Promise<Operators>> = new Map<unknown, () => Promise<Operators>>([
  ["semver", () => import("../evaluation/operators/semantic-version.ts")],
  ["cidr", () => import("../evaluation/operators/network.ts")],
]);

/**
 * Makes a client that evaluates where it runs, and is nobody's default.
 *
 * @example
 * ```ts
 * const client = createClient({ snapshot });
 * client.get(newCheckout, { targetingKey: "user-1" });
 * ```
 */
export function createClient(options: LocalOptions): LocalClient {
  return start(options);
}

/** As `createClient`, and makes it the default client, which answers when a flag is called. Waits as `ready`. */
export async function connect(options: LocalOptions): Promise<LocalClient> {
  const client = start(options);
  await becomeDefault(client);
  return client;
}

function start(options: LocalOptions): LocalClient & DefaultClient {
  const { source, host = systemHost } = options;
  const operators = { ...coreOperators, ...options.operators };
  const environment = environmentOf(operators, options.regularExpressions);
  const loaded = new Set<unknown>();
  // A listener's fault is shown as if nobody had caught it, and harms nobody.
  const events = new Emitter<LocalEvents>(console.error);
  const wait = new BoundedWait(host, options.readyTimeoutMs ?? READY_MS);
  const readable: (Readable | undefined)[] = [];
  let state: LocalStatus["state"] = "connecting";
  let error: string | undefined;
  let snapshot: Snapshot | undefined;
  let flags: CompactFlags | undefined;

  const order = (): Pick<LocalStatus, "epoch" | "revision"> =>
    (snapshot && { epoch: snapshot.epoch, revision: snapshot.revision }) ?? {};
  const statusNow = (): LocalStatus => ({ state, ...order(), ...(error !== undefined && { error }) });

  const become = (next: typeof state, problem?: string): void => {
    if (state === "closed") return;
    const isNew = state !== next;
    state = next;
    error = problem;
    if (isNew) events.emit("status", statusNow());
  };

  const confirm = (): void => {
    wait.settle();
    become("ready");
  };

  const fail = (message: string): void => become(flags === undefined ? "connecting" : "stale", message);

  const take = (next: Snapshot): Promise<void> | undefined => {
    const missing = new Set<() => Promise<Operators>>();
    JSON.stringify(next, (name, value: unknown) => {
      const load = modules.get(value) ?? further;
      if (name === "operator" && !Object.hasOwn(operators, String(value)) && !loaded.has(load)) missing.add(load);
      // Values are shared by all callers: a caller that changes one would change it for all.
      return Object.freeze(value);
    });
    const apply = (): void => {
      flags = compactFlags(next, environment, flags);
      snapshot = next;
      for (const flag of registry.flags) {
        const entry = flags.get(flag.data.key);
        if (entry !== undefined) valuesOf(flag, entry);
        if (entry?.problem !== undefined)
          events.emit("drift", {
            flag: flag.data.key,
            problem: entry.problem,
            replacedBy: entry.evaluate({}, 0).errorCode === "PARSE_ERROR" ? "default" : "last good value",
          });
      }
      confirm();
      events.emit("changed", statusNow());
    };
    if (missing.size === 0) return void apply();
    const loading = Array.from(missing, async (load) => {
      Object.assign(operators, await load());
      loaded.add(load);
    });
    return Promise.all(loading).then(apply);
  };

  /** What fails the compiled check gives way to the last good value of the same variant, else to the default. */
  const valuesOf = (flag: RegisteredFlag, { configuration }: CompactFlag): Readable["values"] => {
    const { data, index } = flag;
    const known = readable[index];
    const values = known?.values ?? new Map<string | undefined, unknown>();
    if (known?.from !== configuration) {
      readable[index] = { from: configuration, values };
      for (const [variant, value] of [[undefined, configuration.default] as const, ...configuration.variants])
        if (configuration.schemaHash === data.hash || canRead(flag, value)) values.set(variant, value);
        else {
          events.emit("drift", {
            flag: data.key,
            variant,
            replacedBy: values.has(variant) ? "last good value" : "default",
          });
          if (!values.has(variant)) values.set(variant, values.has(undefined) ? values.get(undefined) : data.default);
        }
    }
    return values;
  };

  const details = (flag: unknown, context: unknown = {}): EvaluationDetails<unknown> => {
    const found = registered(flag);
    const { data } = found;
    const entry = flags?.get(data.key);
    const answer = entry?.evaluate(context, host.now()) ?? {
      reason: "ERROR" as const,
      errorCode: flags === undefined ? ("PROVIDER_NOT_READY" as const) : ("FLAG_NOT_FOUND" as const),
    };
    return {
      flagKey: data.key,
      ...answer,
      ...(answer.errorCode === undefined && state !== "ready" && { reason: "STALE" }),
      value: entry === undefined ? data.default : valuesOf(found, entry).get((answer as { variant?: string }).variant),
      ...order(),
      flagMetadata: entry?.configuration.metadata ?? {},
    };
  };
  const value = (flag: unknown, context: unknown): unknown => details(flag, context).value;

  const client = {
    value,
    get: value,
    details,
    get ready() {
      return wait.done.then(statusNow);
    },
    get status() {
      return statusNow();
    },
    on: events.on.bind(events),
    refresh: () => source?.refresh(),
    async close() {
      wait.settle();
      events.clear();
      state = "closed";
      await source?.close();
    },
  };
  const begin = (at: Snapshot): void =>
    void take(at)?.catch((thrown: unknown) => {
      fail(String(thrown));
      host.after(RELOAD_MS, () => begin(at));
    });
  if (options.snapshot !== undefined) begin(options.snapshot);
  source?.start({ current: () => snapshot, take, confirm, fail });
  return client as LocalClient & DefaultClient;
}

import type { ContextArguments, Flag } from "../codegen/v1/flag.ts";
import { type DefaultClient, registry, type RegisteredFlag } from "../codegen/v1/registry.ts";
import type { Answer } from "../evaluation/compact/answer.ts";
import { type CompactFlag, type CompactFlags, compactFlags } from "../evaluation/compact/snapshot.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import { environmentOf } from "../evaluation/operators/compile-operator.ts";
import { coreOperators } from "../evaluation/operators/core.ts";
import type { CompileOperator, RegularExpressions } from "../evaluation/operators/operator.ts";
import type { Snapshot } from "../snapshot/model.ts";
import { becomeDefault } from "./become-default.ts";
import { BoundedWait } from "./bounded-wait.ts";
import { Emitter } from "./emitter.ts";
import type { DriftEvent } from "./events.ts";
import { type Host, systemHost } from "./host.ts";
import type { LocalSource } from "./local-source.ts";
import type { Readings } from "./readings.ts";
import { registered } from "./registered.ts";

export interface LocalOptions {
  /** Flags that are there from the start: a part of the app, and trusted like it. */
  readonly snapshot?: Snapshot;
  /** Where newer ones come from. */
  readonly source?: LocalSource;
  /** Operators beyond the core that need not be loaded: `{ semver }` of `@flagwright/runtime/operators`. */
  readonly operators?: OperatorModule;
  /** The linear-time engine behind `matches`, of `@flagwright/runtime/operators`. Without one, a flag that uses `matches` is unreadable. */
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
  /** A value that this code cannot read was replaced, or a whole configuration. */
  readonly drift: Omit<DriftEvent, "epoch" | "revision">;
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

const READY_MS = 5_000;
/** A snapshot at hand whose operators could not be loaded is tried again after this. */
const RELOAD_MS = 10_000;

interface OperatorModule {
  readonly [name: string]: CompileOperator;
}

/** Modules with operators that few projects use; what is in none of the first is in the last, or unknown. */
const further = (): Promise<OperatorModule> => import("../evaluation/operators/further.ts");
const modules: ReadonlyMap<unknown, () => Promise<OperatorModule>> = new Map<unknown, () => Promise<OperatorModule>>([
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
  const operators = new Map<string, CompileOperator>(Object.entries({ ...coreOperators, ...options.operators }));
  const environment = environmentOf(operators, options.regularExpressions);
  const loaded = new Set<unknown>();
  // A listener's fault is shown as if nobody had caught it, and harms nobody.
  const events = new Emitter<LocalEvents>(console.error);
  let state: LocalStatus["state"] = "connecting";
  let error: string | undefined;
  let snapshot: Snapshot | undefined;
  let flags: CompactFlags | undefined;
  let readings: Readings | undefined;
  let late: Promise<void> | undefined;
  let turn = 0;
  let wait: BoundedWait | undefined;

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

  const changed = (): void => events.emit("changed", statusNow());

  const confirm = (): void => {
    wait?.settle();
    become("ready");
  };

  const fail = (message: string): void => become(flags === undefined ? "connecting" : "stale", message);

  /** What a value is checked with whose schema is not the one compiled in: rarely needed, so it is loaded. */
  const loadReadings = async (): Promise<void> => {
    const { Readings } = await import("./readings.ts");
    readings ??= new Readings(registry.flags, (drift) => events.emit("drift", drift));
  };

  const take = (next: Snapshot): Promise<void> | undefined => {
    const mine = ++turn;
    const missing = new Set<() => Promise<OperatorModule>>();
    JSON.stringify(next, (name, value: unknown) => {
      const load = modules.get(value) ?? further;
      if (name === "operator" && !operators.has(value as string) && !loaded.has(load)) missing.add(load);
      // Values are shared by all callers: a caller that changes one would change it for all.
      return Object.freeze(value);
    });
    const loading = Array.from(missing, async (load) => {
      for (const [name, operator] of Object.entries(await load())) operators.set(name, operator);
      loaded.add(load);
    });
    const compiled = loading.length > 0 ? undefined : compactFlags(next, environment, flags);
    if (readings === undefined && registry.flags.some((flag) => isStrange(flag, compiled?.get(flag.data.key))))
      loading.push(loadReadings());
    // Whatever was asked for last is what holds.
    if (compiled === undefined || loading.length > 0)
      return Promise.all(loading).then(() => (mine === turn ? take(next) : undefined));
    readings?.check(next.flags, snapshot);
    flags = compiled;
    snapshot = next;
    confirm();
    changed();
    return undefined;
  };

  const details = (named: unknown, context: unknown = {}): EvaluationDetails<unknown> => {
    const flag = registered(named);
    const { data } = flag;
    const entry = flags?.get(data.key);
    const answer: Partial<Answer> = entry?.evaluate(context, host.now()) ?? {
      errorCode: flags === undefined ? "PROVIDER_NOT_READY" : "FLAG_NOT_FOUND",
    };
    // The code of a flag may come after its snapshot: what is to be checked is not served before it can be.
    const isWithheld = readings === undefined && isStrange(flag, entry);
    if (isWithheld) late ??= loadReadings().then(changed, () => undefined);
    return {
      flagKey: data.key,
      reason: "ERROR",
      ...answer,
      ...(answer.errorCode === undefined && state !== "ready" && { reason: "STALE" }),
      value:
        entry === undefined || isWithheld
          ? data.default
          : readings === undefined
            ? answer.value
            : readings.served(flag, entry, answer),
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
      return Promise.resolve(wait?.done).then(statusNow);
    },
    get status() {
      return statusNow();
    },
    on: events.on.bind(events),
    refresh: () => source?.refresh(),
    async close() {
      wait?.settle();
      events.clear();
      state = "closed";
      await source?.close();
    },
  };
  // It is an asynchronous function so that whatever is thrown is caught; what needs no loading is there at once.
  const begin = async (): Promise<void> => {
    try {
      if (snapshot === undefined && options.snapshot !== undefined) await take(options.snapshot);
    } catch (thrown) {
      fail(String(thrown));
      host.after(RELOAD_MS, () => void begin());
    }
  };
  void begin();
  // Some platforms allow no timer while a module is loaded, and flags at hand need none.
  if (flags === undefined) wait = new BoundedWait(host, options.readyTimeoutMs ?? READY_MS);
  source?.start({ current: () => snapshot, take, confirm, fail });
  return client as LocalClient & DefaultClient;
}

/** True when something has to be found out before a value of the flag may be served. */
function isStrange({ data }: RegisteredFlag, entry: CompactFlag | undefined): boolean {
  return entry !== undefined && (entry.configuration.schemaHash !== data.hash || entry.unreadable !== undefined);
}

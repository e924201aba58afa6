import { registry, type DefaultClient, type RegisteredFlag } from "../codegen/v1/registry.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import type { Overlay, Snapshot } from "../snapshot/model.ts";
import type { Source, SourceEvent, SourceSink, Verdict } from "../sources/source.ts";
import { Binding } from "./binding.ts";
import { type ClientError, reasonOf } from "./client-error.ts";
import { Counter } from "./counter.ts";
import { Emitter } from "./emitter.ts";
import type { ClientEvents } from "./events.ts";
import { Freshness } from "./freshness.ts";
import type { Hook } from "./hook.ts";
import { type Host, systemHost } from "./host.ts";
import { FailureLog, type Logger } from "./logger.ts";
import { BoundedWait } from "./bounded-wait.ts";
import { Readings } from "./readings.ts";
import { type Compile, type Outcome, Replica } from "./replica.ts";
import type { ClientStatus } from "./status.ts";

export interface FlagClientOptions {
  readonly source: Source;
  readonly compile: Compile;
  /** How long `ready` waits at the most, in milliseconds. Default 5,000. */
  readonly readyTimeoutMs?: number | undefined;
  /** After this long without confirmation flags count as stale, in milliseconds. Default 60,000; files never age. */
  readonly ttlMs?: number | undefined;
  /** Default `console`; `null` for silence. */
  readonly logger?: Logger | null | undefined;
  readonly host?: Host | undefined;
  readonly attachments?: readonly Attachment[];
  readonly hooks?: readonly Hook[] | undefined;
}

/** Something that lives and ends with a client, in the order in which it was given: the disk cache, the reporter. */
export interface Attachment {
  start(client: FlagClient): void;
  close(): Promise<void>;
}

export const DEFAULT_READY_TIMEOUT_MS = 5_000;
/** Four heartbeats: three may be lost before anybody is told. */
export const DEFAULT_TTL_MS = 60_000;

/** How long the parts of a client may take to end, in milliseconds: the last report, a write to the disk. */
const CLOSE_TIMEOUT_MS = 5_000;

/** Holds one environment's flags and answers from memory. What apps see of it is `Client`. */
export class FlagClient implements DefaultClient {
  readonly host: Host;
  readonly log: FailureLog;
  readonly events: Emitter<ClientEvents>;
  readonly #source: Source;
  readonly #attachments: readonly Attachment[];
  readonly #hooks: readonly Hook[] | undefined;
  readonly #replica: Replica;
  readonly #ready: BoundedWait;
  readonly #freshness: Freshness;
  readonly #counters: (Counter | undefined)[] = [];
  readonly #readings: Readings;
  #bindings: (Binding | undefined)[] = [];
  #error: ClientError | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: FlagClientOptions) {
    this.host = options.host ?? systemHost;
    this.log = new FailureLog(options.logger);
    this.events = new Emitter((thrown) => this.log.tell(`a listener failed: ${reasonOf(thrown)}`));
    this.#source = options.source;
    this.#attachments = options.attachments ?? [];
    this.#hooks = options.hooks?.length === 0 ? undefined : options.hooks;
    this.#replica = new Replica(options.compile);
    this.#readings = new Readings(registry.flags, (drift) => {
      const { epoch, revision } = this.#replica.order ?? { epoch: 0, revision: 0 };
      this.log.tell(
        `the flag ${drift.flag} has a value that this code cannot read; the ${drift.replacedBy} is served instead.`,
      );
      this.events.emit("drift", { ...drift, epoch, revision });
    });
    this.#ready = new BoundedWait(this.host, options.readyTimeoutMs ?? DEFAULT_READY_TIMEOUT_MS);
    this.#freshness = new Freshness(this.host, options.ttlMs ?? DEFAULT_TTL_MS, () => this.#becameStale());
    for (const attachment of this.#attachments) attachment.start(this);
    this.#source.start(this.#sink());
  }

  get ready(): Promise<ClientStatus> {
    return this.#ready.done.then(() => this.status);
  }

  get status(): ClientStatus {
    const current = this.#replica.current;
    return {
      state: this.#state(),
      ...(current === undefined ? {} : { epoch: current.epoch, revision: current.revision }),
      ...(this.#freshness.currentAt === 0 ? {} : { currentAt: this.#freshness.currentAt }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  /** The base and the kills over it, for whoever keeps or reports them. */
  get held(): { readonly snapshot: Snapshot | undefined; readonly overlays: readonly Overlay[] } {
    return { snapshot: this.#replica.base, overlays: this.#replica.overlays };
  }

  value(flag: RegisteredFlag, context: unknown): unknown {
    if (this.#hooks !== undefined) return this.details(flag, context).value;
    return (this.#bindings[flag.index] ?? this.#bind(flag)).value(context, this.host);
  }

  details(flag: RegisteredFlag, context: unknown): EvaluationDetails<unknown> {
    const stale = this.#freshness.isStale || this.#closed !== undefined;
    const binding = this.#bindings[flag.index] ?? this.#bind(flag);
    const details = binding.details(context, this.host.now(), stale);
    if (this.#hooks !== undefined) this.#tellHooks(this.#hooks, details, context);
    return details;
  }

  #tellHooks(hooks: readonly Hook[], details: EvaluationDetails<unknown>, context: unknown): void {
    for (const hook of hooks)
      try {
        hook.evaluated(details, context, this.#replica.base);
      } catch (thrown) {
        this.log.failed({ code: "HOOK_FAILED", message: `A hook failed: ${reasonOf(thrown)}.` });
      }
  }

  /** What was counted since the last call: per wire key, how often which variant (the empty name: the default). */
  takeCounts(): ReadonlyMap<string, readonly (readonly [variant: string, count: number])[]> {
    const counts = new Map<string, readonly (readonly [string, number])[]>();
    for (const [index, counter] of this.#counters.entries()) {
      const taken = counter?.take() ?? [];
      const key = registry.flags[index]?.data.key;
      if (taken.length > 0 && key !== undefined) counts.set(key, [...(counts.get(key) ?? []), ...taken]);
    }
    return counts;
  }

  /** Serves what was kept from an earlier run, until something newer comes. */
  warm(snapshot: unknown, overlays: readonly unknown[], currentAt: number): void {
    if (this.#replica.current !== undefined || this.#closed !== undefined) return;
    const outcome = this.#replica.snapshot(snapshot);
    if (outcome.verdict === "refused") return this.log.tell(`the cached flags are not readable: ${outcome.message}`);
    for (const overlay of overlays) this.#replica.kill(overlay);
    this.#freshness.startStale(currentAt);
    this.#bindings = [];
    this.#readings.check(outcome.verdict === "applied" ? outcome.put : [], undefined);
    if (this.#error !== undefined) this.#ready.settle();
    this.#tellReady();
  }

  /** Asks the source for news. */
  refresh(): void {
    this.#source.refresh();
  }

  close(): Promise<void> {
    this.#closed ??= this.#stop();
    return this.#closed;
  }

  async #stop(): Promise<void> {
    this.#freshness.stop();
    this.#ready.settle();
    const wait = new BoundedWait(this.host, CLOSE_TIMEOUT_MS);
    void this.#closeParts().then(() => wait.settle());
    await wait.done;
    this.events.clear();
  }

  /** One after the other, whatever one of them throws. */
  async #closeParts(): Promise<void> {
    for (const part of [this.#source, ...this.#attachments])
      await Promise.allSettled([Promise.resolve().then(() => part.close())]);
  }

  #state(): ClientStatus["state"] {
    if (this.#closed !== undefined) return "closed";
    if (this.#replica.current === undefined) return "connecting";
    return this.#freshness.isStale ? "stale" : "ready";
  }

  #sink(): SourceSink {
    return {
      accept: (event) => {
        if (this.#closed !== undefined) return "unchanged";
        try {
          return this.#accept(event);
        } catch (thrown) {
          this.#failed({ code: "PAYLOAD_INVALID", message: `The flags could not be used: ${reasonOf(thrown)}` });
          return "refused";
        }
      },
      order: () => this.#replica.order,
    };
  }

  #accept(event: SourceEvent): Verdict {
    switch (event.type) {
      case "connected":
        return "unchanged";
      case "failed":
        this.#failed(event.error);
        return "unchanged";
      case "current": {
        const outcome = event.order === undefined ? undefined : this.#replica.compare(event.order);
        if (outcome?.verdict === "gap") return "gap";
        if (outcome === undefined || (outcome.verdict === "unchanged" && !outcome.older)) this.#confirmed();
        return "unchanged";
      }
      default:
        return this.#data(event);
    }
  }

  #data(event: DataEvent): Verdict {
    const before = this.#replica.current;
    const outcome = this.#take(event);
    if (outcome.verdict === "refused") this.#failed({ code: "PAYLOAD_INVALID", message: outcome.message });
    if (outcome.verdict === "unchanged" && !outcome.older && event.type !== "kill") this.#confirmed();
    if (outcome.verdict !== "applied") return outcome.verdict;

    const { change } = outcome;
    if (change.cause === "purge") this.#readings.clear();
    this.#bindings = [];
    // A kill changes no values, and that it came ahead of its patch says nothing about how old the base is.
    if (change.cause !== "kill") {
      this.#readings.check(outcome.put, change.cause === "purge" ? undefined : before?.snapshot);
      this.#confirmed();
    }
    const current = this.#replica.current;
    if (current === undefined) return "applied";
    this.#tellReady();
    this.events.emit("changed", { epoch: current.epoch, revision: current.revision, ...change });
    return "applied";
  }

  #take(event: DataEvent): Outcome {
    const data = parseJson(event.data);
    if (data === INVALID_JSON) return { verdict: "refused", message: "The flags are not valid JSON." };
    switch (event.type) {
      case "snapshot":
        return this.#replica.snapshot(data, event);
      case "patch":
        return this.#replica.patch(data);
      case "kill":
        return this.#replica.kill(data);
    }
  }

  #bind(flag: RegisteredFlag): Binding {
    const current = this.#replica.current;
    const compiled = current?.flag(flag.data.key);
    const reading = compiled === undefined ? undefined : this.#readings.of(flag, compiled);
    const counter = (this.#counters[flag.index] ??= new Counter());
    const binding = new Binding(flag, current, compiled, reading, counter);
    this.#bindings[flag.index] = binding;
    return binding;
  }

  #confirmed(): void {
    const current = this.#replica.current;
    if (current === undefined) return;
    const staleForMs = this.#freshness.confirm();
    this.#error = undefined;
    this.log.succeeded();
    this.#ready.settle();
    if (staleForMs !== undefined)
      this.events.emit("recovered", { epoch: current.epoch, revision: current.revision, staleForMs });
  }

  #failed(error: ClientError): void {
    this.#error = error;
    this.log.failed(error);
    this.events.emit("error", error);
    // Waiting on is pointless when nobody will let us in, and needless when there is something to serve.
    if (error.permanent === true || this.#replica.current !== undefined) this.#ready.settle();
  }

  #becameStale(): void {
    const current = this.#replica.current;
    if (current === undefined) return;
    this.events.emit("stale", {
      epoch: current.epoch,
      revision: current.revision,
      currentAt: this.#freshness.currentAt,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    });
    this.#source.refresh();
  }

  #toldReady = false;
  #tellReady(): void {
    const current = this.#replica.current;
    if (this.#toldReady || current === undefined) return;
    this.#toldReady = true;
    this.events.emit("ready", { epoch: current.epoch, revision: current.revision });
  }
}

type DataEvent = Extract<SourceEvent, { readonly data: unknown }>;

const INVALID_JSON: unique symbol = Symbol("invalid JSON");

function parseJson(data: unknown): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return INVALID_JSON;
  }
}

import type { DefaultClient, RegisteredFlag } from "../codegen/v1/registry.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import { BoundedWait } from "./bounded-wait.ts";
import { Emitter } from "./emitter.ts";
import { type Cancel, type Host, systemHost } from "./host.ts";
import type { EventStream, RemoteContext, RemoteEvents, RemoteOptions, RemoteStatus } from "./remote-options.ts";
import { type Evaluated, RemoteValues } from "./remote-values.ts";

/** The answer to OFREP's bulk evaluation. */
interface BulkAnswer {
  readonly flags?: readonly Evaluated[];
  readonly eventStreams?: readonly {
    readonly type: string;
    readonly url?: string;
    readonly endpoint?: { readonly origin?: string; readonly requestUri: string };
    readonly inactivityDelaySec?: number;
  }[];
}

const READY_MS = 5_000;
const POLL_MS = 60_000;
/** While an event stream is open the server is still asked now and then, this many times as seldom. */
const POLL_BESIDE_STREAM = 10;
const TIMEOUT_MS = 10_000;
/** Failures wait between nothing and this, doubled each time: full jitter. */
const BACKOFF_MS = 1_000;
/** Everybody hears of a change at the same moment, and asks within this. */
const SPREAD_MS = 100;
/** A tab that nobody looks at for this long lets go of its stream, unless the server says otherwise. */
const HIDDEN_SEC = 120;
const [OPEN, GIVEN_UP] = [1, 2];

/**
 * Holds the values of one context, evaluated by the server over OFREP (OpenFeature Remote Evaluation Protocol, 0.3):
 * rules never reach the browser. An event stream (its ADR-0008) says when to ask again; without one it asks from time
 * to time.
 */
export class RemoteClient implements DefaultClient {
  // A listener's fault is shown as if nobody had caught it, and harms nobody.
  readonly events: Emitter<RemoteEvents> = new Emitter((thrown) => console.error(thrown));
  readonly #options: RemoteOptions;
  readonly #host: Host;
  readonly #ready: BoundedWait;
  readonly #values: RemoteValues = new RemoteValues((drift) => this.events.emit("drift", drift));
  #context: RemoteContext;
  #valuesFor: RemoteContext | undefined;
  #state: RemoteStatus["state"] = "connecting";
  #error: string | undefined;
  #etag: string | null = null;
  #asking: AbortController | undefined;
  #asked: Promise<void> = Promise.resolve();
  #timer: Cancel | undefined;
  #failures = 0;
  #stream: EventStream | undefined;
  #streamUrl: string | undefined;
  #hiddenSec = HIDDEN_SEC;
  #rest: Cancel | undefined;
  #resting = false;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.#host = options.host ?? systemHost;
    this.#context = options.context;
    this.#ready = new BoundedWait(this.#host, options.readyTimeoutMs ?? READY_MS);
    globalThis.document?.addEventListener("visibilitychange", this.#looked);
    void this.refresh();
  }

  get ready(): Promise<RemoteStatus> {
    return this.#ready.done.then(() => this.status);
  }
  get status(): RemoteStatus {
    return { state: this.#state, ...(this.#error === undefined ? {} : { error: this.#error }) };
  }
  get context(): RemoteContext {
    return this.#context;
  }

  value(flag: RegisteredFlag): unknown {
    return this.#values.value(flag);
  }

  details(flag: RegisteredFlag): EvaluationDetails<unknown> {
    const { key } = flag.data;
    const value = this.value(flag);
    const { variant, reason, errorCode, errorDetails, metadata }: Partial<Evaluated> = this.#values.get(key) ?? {
      errorCode: this.#valuesFor === undefined ? "PROVIDER_NOT_READY" : "FLAG_NOT_FOUND",
    };
    return {
      flagKey: key,
      value,
      ...(variant === undefined ? {} : { variant }),
      reason: errorCode !== undefined ? "ERROR" : this.#state === "ready" ? (reason ?? "UNKNOWN") : "STALE",
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(errorDetails === undefined ? {} : { errorMessage: errorDetails }),
      flagMetadata: metadata ?? {},
    };
  }

  setContext(context: RemoteContext): Promise<void> {
    this.#context = context;
    // The tag of one person's values must not confirm another's.
    this.#etag = null;
    if (this.#state === "ready") this.#state = "stale";
    return this.refresh();
  }

  /** One question at a time: a newer one takes the place of the older. Never rejects. */
  refresh(changedTo?: string): Promise<void> {
    if (this.#state === "closed") return this.#asked;
    this.#timer?.();
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const cancel = this.#host.after(TIMEOUT_MS, () => asking.abort());
    const isLatest = (): boolean => this.#asking === asking && this.#state !== "closed";
    this.#asked = this.#ask(asking.signal, changedTo)
      .catch((thrown: unknown) => (isLatest() ? this.#failed(String(thrown)) : 0))
      .then((nextMs) => {
        cancel();
        if (isLatest()) this.#askIn(nextMs);
      });
    return this.#asked;
  }

  close(): Promise<void> {
    this.#state = "closed";
    this.#timer?.();
    this.#rest?.();
    this.#asking?.abort();
    this.#stream?.close();
    globalThis.document?.removeEventListener("visibilitychange", this.#looked);
    this.#ready.settle();
    this.events.clear();
    return this.#asked;
  }

  #askIn(ms: number, changedTo?: string): void {
    this.#timer?.();
    this.#timer = this.#host.after(ms, () => void this.refresh(changedTo));
  }

  /** Returns in how many milliseconds to ask again. */
  async #ask(signal: AbortSignal, changedTo?: string): Promise<number> {
    const { url, key, pollIntervalMs = POLL_MS, fetch = globalThis.fetch } = this.#options;
    const context = this.#context;
    const query = changedTo === undefined ? "" : `?flagConfigEtag=${encodeURIComponent(changedTo)}`;
    const response = await fetch(`${url.replace(/\/+$/, "")}/ofrep/v1/evaluate/flags${query}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        ...(this.#etag === null ? {} : { "if-none-match": this.#etag }),
      },
      body: JSON.stringify({ context }),
      signal,
    });
    if (response.status === 200) {
      const answer = (await response.json()) as BulkAnswer;
      signal.throwIfAborted();
      this.#etag = response.headers.get("etag");
      this.#take(answer, context);
    } else if (response.status !== 304)
      return this.#failed(`${url} answered ${response.status}`, Number(response.headers.get("retry-after")) * 1_000);
    else this.#succeeded();
    return pollIntervalMs * (this.#stream?.readyState === OPEN ? POLL_BESIDE_STREAM : 1);
  }

  #take({ flags = [], eventStreams = [] }: BulkAnswer, context: RemoteContext): void {
    const first = this.#valuesFor === undefined;
    const sameContext = this.#valuesFor === context;
    const changed = this.#values.replace(flags, sameContext);
    this.#valuesFor = context;
    const stream = eventStreams.find(({ type }) => type === "sse");
    const { requestUri = stream?.url, origin = this.#options.url } = stream?.endpoint ?? {};
    this.#hiddenSec = stream?.inactivityDelaySec ?? HIDDEN_SEC;
    this.#listen(requestUri === undefined ? undefined : new URL(requestUri, origin).href);
    this.#succeeded();
    if (changed.length > 0) this.events.emit("changed", { flags: sameContext ? changed : "all" });
    if (first) this.events.emit("ready", this.status);
  }

  #succeeded(): void {
    const wasStale = this.#state === "stale";
    this.#state = "ready";
    this.#error = undefined;
    this.#failures = 0;
    this.#ready.settle();
    if (wasStale) this.events.emit("recovered", this.status);
  }

  #failed(error: string, retryAfterMs = 0): number {
    this.#error = error;
    if (this.#state === "ready") {
      this.#state = "stale";
      this.events.emit("stale", this.status);
    }
    return retryAfterMs + this.#host.random() * Math.min(POLL_MS, BACKOFF_MS * 2 ** this.#failures++);
  }

  #listen(url: string | undefined): void {
    if (url === this.#streamUrl && this.#stream !== undefined && this.#stream.readyState !== GIVEN_UP) return;
    this.#stream?.close();
    this.#stream = undefined;
    this.#streamUrl = url;
    const Stream = this.#options.EventSource ?? (globalThis.EventSource as RemoteOptions["EventSource"]);
    if (url === undefined || Stream === undefined) return;
    const stream = new Stream(url);
    this.#stream = stream;
    const soon = (changedTo?: string): void => {
      if (this.#stream === stream) this.#askIn(this.#host.random() * SPREAD_MS, changedTo);
    };
    let interrupted = false;
    stream.addEventListener("open", () => {
      // What happened in between was not heard.
      if (interrupted) soon();
      interrupted = false;
    });
    stream.addEventListener("message", ({ data }) => {
      const { type, etag } = parse(data);
      if (type === "refetchEvaluation") soon(etag);
    });
    stream.addEventListener("error", () => {
      interrupted = true;
      // The platform has given up, or the address has run out: the next answer brings a new one.
      if (stream.readyState === GIVEN_UP && this.#stream === stream) this.#askIn(this.#failed("The stream ended"));
    });
  }

  /** A tab that is hidden for long lets go of its stream, and asks anew when it is looked at again. */
  readonly #looked = (): void => {
    this.#rest?.();
    if (document.hidden)
      this.#rest = this.#host.after(this.#hiddenSec * 1_000, () => {
        this.#resting = true;
        this.#stream?.close();
        this.#stream = undefined;
        this.#timer?.();
      });
    else if (this.#resting) {
      this.#resting = false;
      this.#etag = null;
      void this.refresh();
    }
  };
}

function parse(data: unknown): { readonly type?: string; readonly etag?: string } {
  try {
    return (JSON.parse(String(data)) ?? {}) as { type?: string; etag?: string };
  } catch {
    return {};
  }
}

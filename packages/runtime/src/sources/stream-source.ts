import type { ClientError } from "../client/client-error.ts";
import type { Cancel } from "../client/host.ts";
import { Backoff, BACKOFF_BASE_MS } from "./backoff.ts";
import { Endpoints, type Endpoint } from "./endpoints.ts";
import { routeOf } from "./http.ts";
import type { Source, SourceSink, Verdict } from "./source.ts";
import { type EventName, StreamConnection, type StreamOptions } from "./stream-connection.ts";

/** A node that leaves may ask for patience, up to this. */
const MAX_GOODBYE_MS = 60_000;
/** An environment that was deleted hardly comes back. */
const GONE_RETRY_MS = 60_000;

/**
 * Server-Sent Events from `GET /sdk/v1/stream`. `eventsource` parses; reconnecting is done here, since it gives up for
 * good on a 503, hides `Retry-After`, and would resume from an event that was received but not applied.
 */
export class StreamSource implements Source {
  readonly name = "stream";
  readonly #options: StreamOptions;
  readonly #backoff: Backoff;
  readonly #endpoints: Endpoints;
  #sink: SourceSink | undefined;
  #connection: StreamConnection | undefined;
  #retry: Cancel | undefined;
  /** Ask for a full snapshot instead of resuming. */
  #full = false;
  /** A gap was seen and nothing has been applied since. */
  #healing = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.host);
    this.#endpoints = new Endpoints(options.urls, options.host);
  }

  start(sink: SourceSink): void {
    this.#sink = sink;
    this.#connect();
  }

  /** A connection that does not say what is current is replaced; one that is waited for stays waited for. */
  refresh(): void {
    if (this.#connection !== undefined && this.#retry === undefined) this.#connectIn(0);
  }

  close(): Promise<void> {
    this.#sink = undefined;
    this.#retry?.();
    this.#connection?.close();
    this.#connection = undefined;
    return Promise.resolve();
  }

  #connect(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#connection?.close();
    const endpoint = this.#endpoints.pick();
    const order = this.#full ? undefined : sink.order();
    this.#full = false;
    const connection: StreamConnection = new StreamConnection(this.#options, {
      url: routeOf(endpoint.url, `/sdk/v1/stream${this.#query()}`),
      lastEventId: order === undefined ? undefined : `${order.epoch}-${order.revision}`,
      onOpen: () => {
        this.#endpoints.succeeded(endpoint);
        this.#backoff.succeeded();
        sink.accept({ type: "connected" });
      },
      onEvent: (name, data, flows) => {
        if (this.#connection === connection) this.#receive(sink, name, data, flows, endpoint);
      },
      onEnd: (error) => {
        if (this.#connection === connection) this.#ended(sink, endpoint, error);
      },
    });
    this.#connection = connection;
  }

  #query(): string {
    const { reads } = this.#options;
    return reads === undefined ? "" : `?reads=${encodeURIComponent(reads.join(","))}`;
  }

  #receive(sink: SourceSink, name: EventName, data: string, flows: boolean, endpoint: Endpoint): void {
    switch (name) {
      case "snapshot":
      case "patch":
      case "kill":
        return this.#judge(sink.accept({ type: name, data }), sink, endpoint);
      case "purge": {
        const parsed = parse(data);
        const snapshot = isObject(parsed) ? parsed["snapshot"] : data;
        return this.#judge(sink.accept({ type: "snapshot", data: snapshot, purge: true }), sink, endpoint);
      }
      case "heartbeat": {
        const parsed = parse(data);
        const epoch = isObject(parsed) ? parsed["epoch"] : undefined;
        const revision = isObject(parsed) ? parsed["revision"] : undefined;
        if (!Number.isSafeInteger(epoch) || !Number.isSafeInteger(revision)) return;
        const order = { epoch: epoch as number, revision: revision as number };
        const verdict = sink.accept({ type: "current", order, ...(flows ? { flows } : {}) });
        if (verdict === "unchanged") this.#healing = false;
        return this.#judge(verdict, sink, endpoint);
      }
      case "gone":
        // The key is refused from now on; asking goes on, rarely, in case somebody makes good what was a mistake.
        return this.#ended(sink, endpoint, {
          code: "NOT_FOUND",
          message: "The environment was deleted.",
          help: "Its last flags are served on. Give the client the key of another environment.",
          permanent: true,
          retryAfterMs: GONE_RETRY_MS,
        });
      case "goodbye": {
        const parsed = parse(data);
        const asked = isObject(parsed) ? Number(parsed["reconnectAfterMs"]) : 0;
        const afterMs = Math.min(Math.max(Number.isFinite(asked) ? asked : 0, 0), MAX_GOODBYE_MS);
        // Others are told the same.
        return this.#connectIn(afterMs + this.#options.host.random() * BACKOFF_BASE_MS);
      }
    }
  }

  #judge(verdict: Verdict, sink: SourceSink, endpoint: Endpoint): void {
    if (verdict === "applied") this.#healing = false;
    if (verdict !== "gap" && verdict !== "refused") return;
    this.#full = true;
    // The first gap is healed at once. One that a snapshot does not heal is the server's fault, and must not hammer it.
    if (verdict === "gap" && !this.#healing) {
      this.#healing = true;
      return this.#connectIn(0);
    }
    this.#ended(sink, endpoint, undefined);
  }

  /** `error` is absent when the client has told it already. */
  #ended(sink: SourceSink, endpoint: Endpoint, error: ClientError | undefined): void {
    this.#connection?.close();
    this.#connection = undefined;
    // A node that said goodbye has also said when to return.
    if (this.#retry !== undefined) return;
    this.#endpoints.failed(endpoint);
    const waitMs = Math.max(this.#backoff.next(error?.retryAfterMs), this.#endpoints.waitFor(this.#endpoints.pick()));
    this.#connectIn(waitMs);
    if (error !== undefined) sink.accept({ type: "failed", error });
  }

  #connectIn(delayMs: number): void {
    this.#retry?.();
    this.#retry = this.#options.host.after(delayMs, () => {
      this.#retry = undefined;
      this.#connect();
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null;
}

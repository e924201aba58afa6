import { EventSource, type EventSourceFetchInit, type FetchLikeResponse } from "eventsource";
import { type ClientError, reasonOf } from "../client/client-error.ts";
import type { Cancel, Host } from "../client/host.ts";
import { Backoff, BACKOFF_BASE_MS } from "./backoff.ts";
import { Endpoints, type Endpoint } from "./endpoints.ts";
import { errorOf, type Fetch, type FetchResponse, routeOf } from "./http.ts";
import type { Source, SourceSink, Verdict } from "./source.ts";

export interface StreamOptions {
  readonly urls: readonly string[];
  readonly key: string;
  /** Tells this client from others of its service. */
  readonly instance: string;
  readonly fetch: Fetch;
  readonly host: Host;
  /** Silence after which a connection is taken for dead, in milliseconds. Default: 2.5 of the server's heartbeats. */
  readonly readTimeoutMs?: number;
  /** The most bytes that one event may have. */
  readonly maxPayloadBytes: number;
}

/** How long an answer may take to begin, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * How long a stream that has opened may say nothing, in milliseconds. The server begins at once, with flags or a
 * heartbeat; silence here is a proxy that holds the answer back until it is complete, which a stream never is.
 */
const FIRST_BYTE_MS = 5_000;
/** Heartbeats of which two may be lost. */
const HEARTBEATS = 2.5;
/** What a server does that does not say. */
const DEFAULT_HEARTBEAT_MS = 15_000;
/** A node that leaves may ask for patience, up to this. */
const MAX_GOODBYE_MS = 60_000;

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
  #connection: Connection | undefined;
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
    const connection: Connection = new Connection(this.#options, {
      url: routeOf(endpoint.url, "/sdk/v1/stream"),
      lastEventId: order === undefined ? undefined : `${order.epoch}-${order.revision}`,
      onOpen: () => {
        this.#endpoints.succeeded(endpoint);
        this.#backoff.succeeded();
        sink.accept({ type: "connected" });
      },
      onEvent: (name, data) => {
        if (this.#connection === connection) this.#receive(sink, name, data, endpoint);
      },
      onEnd: (error) => {
        if (this.#connection === connection) this.#ended(sink, endpoint, error);
      },
    });
    this.#connection = connection;
  }

  #receive(sink: SourceSink, name: EventName, data: string, endpoint: Endpoint): void {
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
        const verdict = sink.accept({ type: "current", order });
        if (verdict === "unchanged") this.#healing = false;
        return this.#judge(verdict, sink, endpoint);
      }
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

const EVENT_NAMES = ["snapshot", "patch", "kill", "purge", "heartbeat", "goodbye"] as const;
type EventName = (typeof EVENT_NAMES)[number];

interface Handlers {
  readonly url: string;
  readonly lastEventId: string | undefined;
  onOpen(): void;
  onEvent(name: EventName, data: string): void;
  /** At most once, and not after `close`. */
  onEnd(error: ClientError): void;
}

/** One connection, from the request to its end. */
class Connection {
  readonly #options: StreamOptions;
  readonly #handlers: Handlers;
  readonly #events: EventSource;
  #watchdog: Cancel | undefined;
  /** Bytes since the last whole event. */
  #pending = 0;
  #error: ClientError | undefined;
  #over = false;

  constructor(options: StreamOptions, handlers: Handlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#watch(CONNECT_TIMEOUT_MS, "did not answer");
    this.#events = new EventSource(handlers.url, {
      fetch: (_url, init) => this.#fetch(init),
      maxBufferSize: options.maxPayloadBytes,
    });
    this.#events.addEventListener("open", () => !this.#over && handlers.onOpen());
    this.#events.addEventListener("error", ({ message }) =>
      this.#end(this.#error ?? { code: "STREAM_ENDED", message: `The stream ended${message ? `: ${message}` : "."}` }),
    );
    for (const name of EVENT_NAMES)
      this.#events.addEventListener(name, ({ data }: MessageEvent) => {
        this.#pending = 0;
        if (!this.#over) handlers.onEvent(name, String(data));
      });
  }

  close(): void {
    this.#over = true;
    this.#watchdog?.();
    this.#events.close();
  }

  #end(error: ClientError): void {
    if (this.#over) return;
    this.close();
    this.#handlers.onEnd(error);
  }

  async #fetch(init: EventSourceFetchInit): Promise<FetchLikeResponse> {
    const { url, lastEventId } = this.#handlers;
    let response: FetchResponse;
    try {
      response = await this.#options.fetch(url, {
        method: "GET",
        headers: {
          accept: "text/event-stream",
          authorization: `Bearer ${this.#options.key}`,
          "cache-control": "no-store",
          "flagwright-instance": this.#options.instance,
          ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
        },
        signal: init.signal as AbortSignal,
      });
    } catch (thrown) {
      this.#error = { code: "NETWORK", message: `${new URL(url).origin} cannot be reached: ${reasonOf(thrown)}` };
      throw thrown;
    }
    const type = response.headers.get("content-type") ?? "";
    if (response.status !== 200) this.#error = errorOf(url, response, this.#options.host.now());
    else if (!type.startsWith("text/event-stream"))
      this.#error = {
        code: "UNEXPECTED_CONTENT",
        message: `${new URL(url).origin} answered with ${type === "" ? "no content type" : JSON.stringify(type)} instead of an event stream.`,
        help: "Something between the client and the server may be answering in its place.",
      };
    return { ...pickResponse(response), body: this.#guarded(response) };
  }

  /** The body, with an eye on silence and size. */
  #guarded(response: FetchResponse): FetchLikeResponse["body"] {
    const reader = response.body?.getReader();
    if (reader === undefined) return null;
    const heartbeatMs = Number(response.headers.get("flagwright-heartbeat-ms")) || DEFAULT_HEARTBEAT_MS;
    const silenceMs = this.#options.readTimeoutMs ?? HEARTBEATS * Math.max(heartbeatMs, 1_000);
    this.#watch(FIRST_BYTE_MS, "has opened a stream and sent nothing on it", HELD_BACK);
    return {
      getReader: () => ({
        cancel: () => reader.cancel(),
        read: async () => {
          const { done, value } = await reader.read();
          if (done || value === undefined) return { done: true } as const;
          this.#watch(silenceMs, "has been silent");
          this.#pending += value.byteLength;
          if (this.#pending > this.#options.maxPayloadBytes) this.#end(tooLarge(this.#options.maxPayloadBytes));
          return { done: false, value } as const;
        },
      }),
    };
  }

  #watch(timeoutMs: number, what: string, more: Pick<ClientError, "help"> = {}): void {
    this.#watchdog?.();
    if (this.#over) return;
    this.#watchdog = this.#options.host.after(timeoutMs, () =>
      this.#end({
        code: "TIMEOUT",
        message: `${new URL(this.#handlers.url).origin} ${what} for ${timeoutMs} ms.`,
        ...more,
      }),
    );
  }
}

function pickResponse({ status, url, redirected, headers }: FetchResponse): Omit<FetchLikeResponse, "body"> {
  return { status, url, redirected, headers };
}

const HELD_BACK: Pick<ClientError, "help"> = {
  help: "A proxy in between may be buffering: switch that off for text/event-stream. Until then the client polls.",
};

function tooLarge(maxBytes: number): ClientError {
  return {
    code: "PAYLOAD_TOO_LARGE",
    message: `An event has more than the ${maxBytes} bytes that this client takes.`,
    help: "Archive flags and segments that nobody uses, or raise `maxPayloadBytes`.",
  };
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

import { EventSource, type EventSourceFetchInit, type FetchLikeResponse } from "eventsource";
import { type ClientError, reasonOf } from "../client/client-error.ts";
import type { Cancel, Host } from "../client/host.ts";
import { errorOf, type Fetch, type FetchResponse } from "./http.ts";

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
  /** The hot flags that this client reads, by key. Absent: any. */
  readonly reads?: readonly string[];
}

/** How long an answer may take to begin, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * How long a stream may make its client wait for the first whole event, from the last byte on, in milliseconds. The
 * server begins at once, with flags or a heartbeat; silence here is a proxy that waits until its buffer is full.
 */
const FIRST_EVENT_MS = 5_000;
/**
 * What comes sooner than this after the head of the answer, in milliseconds, proves nothing: a proxy that buffers passes
 * on what it has read together with the head, and keeps the rest.
 */
const GREETING_MS = 500;
/** Heartbeats of which two may be lost. */
const HEARTBEATS = 2.5;
/** What a server does that does not say. */
const DEFAULT_HEARTBEAT_MS = 15_000;

/** The events of `/sdk/v1/stream`. */
const EVENT_NAMES = ["snapshot", "patch", "kill", "purge", "heartbeat", "goodbye", "gone"] as const;
export type EventName = (typeof EVENT_NAMES)[number];

export interface StreamHandlers {
  readonly url: string;
  readonly lastEventId: string | undefined;
  onOpen(): void;
  /** `flows`: nothing in between holds events back, as far as can be known. */
  onEvent(name: EventName, data: string, flows: boolean): void;
  /** At most once, and not after `close`. */
  onEnd(error: ClientError): void;
}

/** One stream, from the request to its end. `eventsource` parses; reading status, silence and size is done here. */
export class StreamConnection {
  readonly #options: StreamOptions;
  readonly #handlers: StreamHandlers;
  readonly #events: EventSource;
  #watchdog: Cancel | undefined;
  /** Bytes since the last whole event. */
  #pending = 0;
  /** A whole event has come. */
  #begun = false;
  #greeted = false;
  #greeting: Cancel | undefined;
  /** A heartbeat has come when it was due: nothing in between holds events back. */
  #flows = false;
  #silenceMs = Number.POSITIVE_INFINITY;
  #error: ClientError | undefined;
  #over = false;

  constructor(options: StreamOptions, handlers: StreamHandlers) {
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
        const flows = this.#flows || (this.#greeted && name === "heartbeat");
        if (!this.#begun || flows !== this.#flows) {
          this.#begun = true;
          this.#flows = flows;
          this.#silenceStarts();
        }
        if (!this.#over) handlers.onEvent(name, String(data), flows);
      });
  }

  close(): void {
    this.#over = true;
    this.#watchdog?.();
    this.#greeting?.();
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
    this.#silenceMs = this.#options.readTimeoutMs ?? HEARTBEATS * Math.max(heartbeatMs, 1_000);
    this.#silenceStarts();
    if (!this.#over) this.#greeting = this.#options.host.after(GREETING_MS, () => (this.#greeted = true));
    return {
      getReader: () => ({
        cancel: () => reader.cancel(),
        read: async () => {
          const { done, value } = await reader.read();
          if (done || value === undefined) return { done: true } as const;
          this.#silenceStarts();
          this.#pending += value.byteLength;
          if (this.#pending > this.#options.maxPayloadBytes) this.#end(tooLarge(this.#options.maxPayloadBytes));
          return { done: false, value } as const;
        },
      }),
    };
  }

  /** Bytes have come, or the head of the answer. */
  #silenceStarts(): void {
    if (!this.#begun) this.#watch(FIRST_EVENT_MS, "has opened a stream and sent no whole event", "STREAM_HELD_BACK");
    // A stream that did flow is not held back; then the connection is dead.
    else if (this.#flows) this.#watch(this.#silenceMs, "has been silent");
    else this.#watch(this.#silenceMs, "has opened a stream and let no heartbeat through", "STREAM_HELD_BACK");
  }

  #watch(timeoutMs: number, what: string, code: "TIMEOUT" | "STREAM_HELD_BACK" = "TIMEOUT"): void {
    this.#watchdog?.();
    if (this.#over) return;
    this.#watchdog = this.#options.host.after(timeoutMs, () =>
      this.#end({
        code,
        message: `${new URL(this.#handlers.url).origin} ${what} for ${timeoutMs} ms.`,
        ...(code === "TIMEOUT" && this.#flows ? {} : { help: HELD_BACK }),
      }),
    );
  }
}

function pickResponse({ status, url, redirected, headers }: FetchResponse): Omit<FetchLikeResponse, "body"> {
  return { status, url, redirected, headers };
}

const HELD_BACK =
  "If polling works meanwhile, a proxy in between buffers the stream: switch buffering and compression off there for text/event-stream, or let it heed X-Accel-Buffering.";

function tooLarge(maxBytes: number): ClientError {
  return {
    code: "PAYLOAD_TOO_LARGE",
    message: `An event has more than the ${maxBytes} bytes that this client takes.`,
    help: "Archive flags and segments that nobody uses, or raise `maxPayloadBytes`.",
  };
}

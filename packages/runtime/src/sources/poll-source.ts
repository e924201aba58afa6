import { type ClientError, reasonOf } from "../client/client-error.ts";
import { type Cancel, type Host, systemHost } from "../client/host.ts";
import { Backoff } from "./backoff.ts";
import { type Endpoint, Endpoints } from "./endpoints.ts";
import { errorOf, type Fetch, MAX_PAYLOAD_BYTES, readText, routeOf } from "./http.ts";
import type { Source, SourceSink } from "./source.ts";

export interface PollOptions {
  readonly urls: readonly string[];
  readonly key: string;
  readonly instance: string;
  readonly fetch: Fetch;
  readonly host: Host;
  /** From one answer to the next question, in milliseconds, give or take a tenth. */
  readonly intervalMs: number;
  /** The most bytes that an answer may have. */
  readonly maxPayloadBytes: number;
}

export const DEFAULT_POLL_INTERVAL_MS = 30_000;
/** How long a whole answer may take, in milliseconds: a large environment over a thin line. */
export const ANSWER_TIMEOUT_MS = 30_000;

/** How an app asks for polling where there is no Node. */
export interface PollSourceOptions {
  /** The server's address, or several in order of preference. */
  readonly url: string | readonly string[];
  /** A server key of the environment. */
  readonly key: string;
  /** From one answer to the next question, in milliseconds. Default 30,000. */
  readonly intervalMs?: number;
  /** The most bytes that an answer may have. Default 32 MiB. */
  readonly maxPayloadBytes?: number;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  readonly host?: Host;
}

/**
 * Polling over the platform's `fetch`: for edge workers, and wherever there is no Node.
 *
 * @example
 * ```ts
 * const client = createClient({ source: pollSource({ url, key }) });
 * ```
 */
export function pollSource(options: PollSourceOptions): Source {
  const { url, key, intervalMs = DEFAULT_POLL_INTERVAL_MS, maxPayloadBytes = MAX_PAYLOAD_BYTES } = options;
  return new PollSource({
    urls: typeof url === "string" ? [url] : url,
    key,
    intervalMs,
    maxPayloadBytes,
    instance: crypto.randomUUID(),
    fetch: options.fetch ?? ((address, init) => fetch(address, init)),
    host: options.host ?? systemHost,
  });
}

/** Asks `GET /sdk/v1/ruleset` again and again. What is held already is not sent again: the server answers 304. */
export class PollSource implements Source {
  readonly name = "poll";
  readonly #options: PollOptions;
  readonly #backoff: Backoff;
  readonly #endpoints: Endpoints;
  #sink: SourceSink | undefined;
  #timer: Cancel | undefined;
  #abort: AbortController | undefined;
  #asking: Promise<void> | undefined;

  constructor(options: PollOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.host);
    this.#endpoints = new Endpoints(options.urls, options.host);
  }

  start(sink: SourceSink): void {
    this.#sink = sink;
    this.#ask();
  }

  /** Unless a failure is being waited out: who waits longer for good reason must not be made to hammer. */
  refresh(): void {
    if (this.#asking === undefined && !this.#failing) this.#ask();
  }

  async close(): Promise<void> {
    this.#sink = undefined;
    this.#timer?.();
    this.#abort?.abort();
    await this.#asking;
  }

  #failing = false;
  #ask(): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#timer?.();
    const endpoint = this.#endpoints.pick();
    this.#asking = this.#answer(sink, endpoint).then((outcome) => {
      this.#asking = undefined;
      if (this.#sink === undefined) return;
      this.#timer = this.#options.host.after(this.#waitAfter(endpoint, outcome), () => this.#ask());
      if (typeof outcome === "object") sink.accept({ type: "failed", error: outcome });
    });
  }

  #waitAfter(endpoint: Endpoint, outcome: ClientError | "good" | "refused"): number {
    const { host, intervalMs } = this.#options;
    this.#failing = outcome !== "good";
    if (outcome === "good") {
      this.#endpoints.succeeded(endpoint);
      this.#backoff.succeeded();
      return intervalMs * (0.9 + host.random() / 5);
    }
    this.#endpoints.failed(endpoint);
    const retryAfterMs = typeof outcome === "object" ? outcome.retryAfterMs : 0;
    return Math.max(this.#backoff.next(retryAfterMs), this.#endpoints.waitFor(this.#endpoints.pick()));
  }

  /** Never rejects. `refused` has been told to the client already. */
  async #answer(sink: SourceSink, { url }: Endpoint): Promise<ClientError | "good" | "refused"> {
    const { key, instance, fetch, host, maxPayloadBytes } = this.#options;
    const abort = new AbortController();
    this.#abort = abort;
    let late = false;
    const cancel = host.after(ANSWER_TIMEOUT_MS, () => {
      late = true;
      abort.abort();
    });
    const order = sink.order();
    try {
      const response = await fetch(routeOf(url, "/sdk/v1/ruleset"), {
        method: "GET",
        headers: {
          accept: "application/json",
          authorization: `Bearer ${key}`,
          "flagwright-instance": instance,
          ...(order === undefined ? {} : { "if-none-match": `"${order.epoch}-${order.revision}"` }),
        },
        signal: abort.signal,
      });
      if (response.status === 304 && order !== undefined) {
        sink.accept({ type: "current", order });
        return "good";
      }
      if (response.status !== 200) {
        await response.body?.getReader().cancel();
        return errorOf(url, response, host.now());
      }
      const text = await readText(response, maxPayloadBytes);
      if (text === undefined)
        return {
          code: "PAYLOAD_TOO_LARGE",
          message: `The flags have more than the ${maxPayloadBytes} bytes that this client takes.`,
          help: "Archive flags and segments that nobody uses, or raise `maxPayloadBytes`.",
        };
      if (this.#sink === undefined) return "good";
      return sink.accept({ type: "snapshot", data: text }) === "refused" ? "refused" : "good";
    } catch (thrown) {
      return late
        ? { code: "TIMEOUT", message: `${new URL(url).origin} took longer than ${ANSWER_TIMEOUT_MS} ms to answer.` }
        : { code: "NETWORK", message: `${new URL(url).origin} cannot be reached: ${reasonOf(thrown)}` };
    } finally {
      cancel();
    }
  }
}

import { reasonOf } from "../client/client-error.ts";
import { type Cancel, type Host, systemHost } from "../client/host.ts";
import type { LocalSink, LocalSource } from "../client/local-source.ts";
import type { Snapshot } from "../snapshot/model.ts";
import { isNewer } from "../snapshot/order.ts";
import { parseSnapshot } from "../snapshot/parse-snapshot.ts";
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS } from "./backoff.ts";
import { MAX_PAYLOAD_BYTES, readText, retryAfter } from "./http.ts";
import { ANSWER_TIMEOUT_MS, DEFAULT_POLL_INTERVAL_MS } from "./poll-source.ts";

export interface FetchSourceOptions {
  /** Where a snapshot is, in canonical JSON: a server's `/sdk/v1/ruleset`, or a file that a CDN has. */
  readonly url: string;
  /** A server key of the environment. Whoever has it can read all rules, so it has no place in a page. */
  readonly key?: string;
  /** From one answer to the next question, in milliseconds, give or take a tenth. Default 30,000. */
  readonly intervalMs?: number;
  /** The most bytes that an answer may have. Default 32 MiB. */
  readonly maxPayloadBytes?: number;
  /** Instead of the platform's. */
  readonly fetch?: typeof fetch;
  /** Clock, randomness and timers, for tests. */
  readonly host?: Host;
}

/**
 * Polls one address over the platform's `fetch`. What has not changed is not sent again (ETag); what is no snapshot is
 * refused whole, and the flags stay.
 *
 * @example
 * ```ts
 * await connect({ source: fetchSource({ url: "https://cdn.example.com/flags.json" }) });
 * ```
 */
export function fetchSource({
  url,
  key,
  intervalMs = DEFAULT_POLL_INTERVAL_MS,
  maxPayloadBytes = MAX_PAYLOAD_BYTES,
  fetch = globalThis.fetch,
  host = systemHost,
}: FetchSourceOptions): LocalSource {
  let sink: LocalSink | undefined;
  let timer: Cancel | undefined;
  let abort: AbortController | undefined;
  let asking: Promise<void> | undefined;
  let etag: string | null = null;
  let failures = 0;

  const ask = (): void => {
    timer?.();
    asking = answer().then((waitMs) => {
      asking = undefined;
      if (sink !== undefined) timer = host.after(waitMs, ask);
    });
  };

  /** Never rejects. Gives in how many milliseconds to ask again. */
  const answer = async (): Promise<number> => {
    const { signal } = (abort = new AbortController());
    const cancel = host.after(ANSWER_TIMEOUT_MS, () => abort?.abort());
    let retryAfterMs = 0;
    try {
      const response = await fetch(url, {
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(etag !== null && { "if-none-match": etag }),
        },
        signal,
      });
      const { status, headers } = response;
      retryAfterMs = retryAfter(headers.get("retry-after"), host.now()) ?? 0;
      if (status !== 304) {
        const text = status === 200 ? await readText(response, maxPayloadBytes) : undefined;
        if (text === undefined) throw new Error(`${url} answered ${status}, or more than ${maxPayloadBytes} bytes.`);
        const parsed = parseSnapshot(JSON.parse(text));
        if (!parsed.ok) throw new Error(parsed.error.message);
        if (supersedes(parsed.snapshot, sink?.current())) await sink?.take(parsed.snapshot);
        etag = headers.get("etag");
      }
      sink?.confirm();
      failures = 0;
      return intervalMs * (0.9 + host.random() / 5);
    } catch (thrown) {
      sink?.fail(reasonOf(thrown));
      return retryAfterMs + host.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** failures++);
    } finally {
      cancel();
    }
  };

  return {
    start(to) {
      sink = to;
      ask();
    },
    // Whoever waits after a failure does so for good reason.
    refresh() {
      if (sink !== undefined && asking === undefined && failures === 0) ask();
    },
    async close() {
      sink = undefined;
      timer?.();
      abort?.abort();
      await asking;
    },
  };
}

/** Orders compare within one environment only, and an address can be given another one. */
function supersedes(next: Snapshot, current: Snapshot | undefined): boolean {
  const place = ({ organization, project, environment }: Snapshot): string =>
    JSON.stringify([organization, project, environment]);
  return current === undefined || place(next) !== place(current) || isNewer(next, current);
}

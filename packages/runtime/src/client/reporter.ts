import { registry } from "../codegen/v1/registry.ts";
import { Endpoints } from "../sources/endpoints.ts";
import { type Fetch, routeOf } from "../sources/http.ts";
import type { DriftEvent } from "./events.ts";
import type { Attachment, FlagClient } from "./flag-client.ts";
import type { Cancel } from "./host.ts";
import { SDK_NAME, SDK_VERSION } from "./version.ts";

export interface ReporterOptions {
  readonly urls: readonly string[];
  readonly key: string;
  readonly service: string | undefined;
  /** Tells this client from others of its service; also sent with its stream. */
  readonly instance: string;
  readonly fetch: Fetch;
}

/** The server forgets who has not reported for five minutes. */
const EVERY_MS = 60_000;
/** Somebody may be waiting for the receipt of a kill or purge. Spread out, since everybody reports at the same time. */
const URGENT_WITHIN_MS = 200;
/** An ordinary change: several within this time are reported once. */
const SOON_WITHIN_MS = 2_000;
/** A report is worth this much waiting; the last one less, since closing is bounded too. */
const TIMEOUT_MS = 10_000;
/** Drift kept between two reports: enough to see what is wrong. */
const MAX_DRIFT = 100;

type Counts = Map<string, Map<string, number>>;

/** Tells the server what this client has applied, which schemas its code has, and how often flags gave what. */
export class Reporter implements Attachment {
  readonly #options: ReporterOptions;
  #client: FlagClient | undefined;
  #endpoints: Endpoints | undefined;
  #timer: Cancel | undefined;
  /** Milliseconds since 1970: when the timer will end. */
  #dueAt = Number.POSITIVE_INFINITY;
  #sending: Promise<boolean> | undefined;
  /** What could not be delivered yet. As large as there are flags and variants, however long it takes. */
  #counts: Counts = new Map();
  #drift: DriftEvent[] = [];
  /** Flags whose schema hash the server has been told. */
  #reportedFlags = 0;
  /** The server that took the last report does not know the schemas: it is another one, or has been restarted. */
  #schemasWanted = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  start(client: FlagClient): void {
    this.#client = client;
    this.#endpoints = new Endpoints(this.#options.urls, client.host);
    client.events.on("ready", () => this.#within(SOON_WITHIN_MS));
    client.events.on("changed", ({ cause }) =>
      this.#within(cause === "kill" || cause === "purge" ? URGENT_WITHIN_MS : SOON_WITHIN_MS),
    );
    client.events.on("drift", (drift) => {
      if (this.#drift.length < MAX_DRIFT) this.#drift.push(drift);
      this.#within(SOON_WITHIN_MS);
    });
  }

  /** What was counted until the end is sent once more, if the server can be reached at all. */
  async close(): Promise<void> {
    this.#timer?.();
    this.#dueAt = Number.NEGATIVE_INFINITY;
    if ((await this.#sending) === false || this.#client?.held.snapshot === undefined) return;
    await this.#send();
  }

  /** Sends within this time; an earlier appointment stands. */
  #within(ms: number): void {
    const client = this.#client;
    if (client === undefined) return;
    const delayMs = client.host.random() * ms;
    const dueAt = client.host.now() + delayMs;
    if (dueAt >= this.#dueAt) return;
    this.#timer?.();
    this.#dueAt = dueAt;
    this.#timer = client.host.after(delayMs, () => void this.#report(client));
  }

  async #report(client: FlagClient): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#sending === undefined) {
      this.#sending = this.#send();
      await this.#sending;
      this.#sending = undefined;
    }
    if (this.#dueAt !== Number.NEGATIVE_INFINITY) this.#within(EVERY_MS * (0.9 + client.host.random() / 10));
  }

  /** Never rejects. False: it was not delivered, and is kept. */
  async #send(): Promise<boolean> {
    const client = this.#client;
    const snapshot = client?.held.snapshot;
    if (client === undefined || snapshot === undefined) return false;
    merge(this.#counts, client.takeCounts());
    const counts = this.#counts;
    const drift = this.#drift;
    const flags = registry.flags.length;
    const body = JSON.stringify({
      sdk: { name: SDK_NAME, version: SDK_VERSION },
      instance: this.#options.instance,
      ...(this.#options.service === undefined ? {} : { service: this.#options.service }),
      applied: { epoch: snapshot.epoch, revision: snapshot.revision },
      ...(flags === this.#reportedFlags ? {} : { schemas: schemas() }),
      ...(counts.size === 0 ? {} : { counts: plain(counts) }),
      ...(drift.length === 0 ? {} : { drift }),
    });
    this.#counts = new Map();
    this.#drift = [];
    const delivered = await this.#post(client, body);
    if (delivered) this.#reportedFlags = this.#schemasWanted ? -1 : flags;
    else {
      merge(this.#counts, counts);
      this.#drift = [...drift, ...this.#drift].slice(0, MAX_DRIFT);
    }
    return delivered;
  }

  async #post(client: FlagClient, body: string): Promise<boolean> {
    const { key, fetch } = this.#options;
    const endpoint = this.#endpoints?.pick();
    if (endpoint === undefined) return false;
    const abort = new AbortController();
    const cancel = client.host.after(TIMEOUT_MS, () => abort.abort());
    try {
      const response = await fetch(routeOf(endpoint.url, "/sdk/v1/report"), {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body,
        signal: abort.signal,
      });
      await response.body?.getReader().cancel();
      this.#endpoints?.succeeded(endpoint);
      this.#schemasWanted = response.headers.get("flagwright-send") === "schemas";
      if (this.#schemasWanted) this.#within(SOON_WITHIN_MS);
      // What the server calls malformed will not become better by sending it again.
      return response.status < 300 || response.status === 400;
    } catch {
      this.#endpoints?.failed(endpoint);
      return false;
    } finally {
      cancel();
    }
  }
}

function schemas(): Record<string, string> {
  return Object.fromEntries(registry.flags.map(({ data }) => [data.key, data.hash]));
}

function merge(
  into: Counts,
  counts: Iterable<readonly [string, Iterable<readonly [variant: string, count: number]>]>,
): void {
  for (const [key, variants] of counts) {
    const totals = into.get(key) ?? new Map<string, number>();
    for (const [variant, count] of variants) totals.set(variant, (totals.get(variant) ?? 0) + count);
    into.set(key, totals);
  }
}

function plain(counts: Counts): Record<string, Record<string, number>> {
  return Object.fromEntries([...counts].map(([key, variants]) => [key, Object.fromEntries(variants)]));
}

import type { Host } from "../client/host.ts";

/** Failures in a row after which an endpoint is left alone. */
export const BREAK_AFTER = 5;
/** How long it is left alone, at least; half as much again at the most, by chance, so that clients return one by one. */
export const BREAK_MS = 30_000;

/** One address of the server, and how it has been doing. */
export interface Endpoint {
  readonly url: string;
  readonly failures: number;
  /** Milliseconds since 1970 until which nothing is asked of it. */
  readonly openUntil: number;
}

/**
 * Several addresses with a memory of their health: a circuit breaker for each. One that has failed too often is not
 * asked until its time is over; then one trial decides.
 */
export class Endpoints {
  readonly #host: Host;
  #endpoints: readonly Endpoint[];

  constructor(urls: readonly string[], host: Host) {
    if (urls.length === 0) throw new RangeError("A client needs the address of a server: pass `url`.");
    for (const url of urls)
      if (!URL.canParse(url))
        throw new TypeError(`${JSON.stringify(url)} is not an address. Pass one like http://127.0.0.1:4400.`);
    this.#host = host;
    this.#endpoints = urls.map((url) => ({ url, failures: 0, openUntil: 0 }));
  }

  /** The healthiest endpoint; among equals, the first that was given. */
  pick(): Endpoint {
    const now = this.#host.now();
    const rank = (endpoint: Endpoint): number => Math.max(0, endpoint.openUntil - now);
    return this.#endpoints.reduce((best, each) =>
      rank(each) < rank(best) || (rank(each) === rank(best) && each.failures < best.failures) ? each : best,
    );
  }

  /** Milliseconds until the circuit of this endpoint closes: 0 when it is closed. */
  waitFor(endpoint: Endpoint): number {
    return Math.max(0, endpoint.openUntil - this.#host.now());
  }

  succeeded({ url }: Endpoint): void {
    this.#replace({ url, failures: 0, openUntil: 0 });
  }

  failed({ url }: Endpoint): void {
    const failures = (this.#endpoints.find((each) => each.url === url)?.failures ?? 0) + 1;
    const open = failures >= BREAK_AFTER;
    const openUntil = open ? this.#host.now() + BREAK_MS * (1 + this.#host.random() / 2) : 0;
    this.#replace({ url, failures, openUntil });
  }

  #replace(endpoint: Endpoint): void {
    this.#endpoints = this.#endpoints.map((each) => (each.url === endpoint.url ? endpoint : each));
  }
}

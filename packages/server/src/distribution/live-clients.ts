import { isNewer, type Order } from "@flagwright/runtime";
import type { Report } from "./report.ts";
import type { Timing } from "./timing.ts";

/** A client as its last report, or its stream, tells of it. */
export interface LiveClient {
  readonly instance: string;
  readonly service: string;
  readonly version: string;
  readonly sdk: string;
  readonly applied: Order | undefined;
  /** When this node first heard that `applied` is what it is. */
  readonly appliedAt: number;
  readonly schemas: Readonly<Record<string, string>>;
  readonly seenAt: number;
}

/** Reporting clients remembered per environment. Beyond it the one that has been silent longest is forgotten. */
const MAX_CLIENTS = 50_000;
/** A client reports at least every minute; one that missed five is gone. */
const FORGET_MS = 5 * 60 * 1000;
const NO_SCHEMAS: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);
/** Different sets of schemas remembered. Instances of one build share theirs. */
const MAX_SHARED = 1_000;

/** Who reads one environment at this node. */
export class LiveClients {
  readonly #timing: Timing;
  /** In order of the last report, oldest first. */
  readonly #clients = new Map<string, LiveClient>();
  readonly #shared = new Map<string, Readonly<Record<string, string>>>();

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  report(instance: string, report: Report): void {
    const now = this.#timing.now();
    const before = this.#clients.get(instance);
    const { service } = report;
    const applied = newer(before?.applied, report.applied);
    this.#clients.delete(instance);
    this.#clients.set(instance, {
      instance,
      service: typeof service === "string" ? service : (service?.name ?? before?.service ?? "unknown"),
      version: typeof service === "string" ? "" : (service?.version ?? before?.version ?? ""),
      sdk: `${report.sdk.name}@${report.sdk.version}`,
      applied,
      appliedAt: applied === before?.applied ? (before?.appliedAt ?? now) : now,
      schemas: report.schemas === undefined ? (before?.schemas ?? NO_SCHEMAS) : this.#share(report.schemas),
      seenAt: now,
    });
    if (this.#clients.size > MAX_CLIENTS) {
      const [oldest] = this.#clients.keys();
      if (oldest !== undefined) this.#clients.delete(oldest);
    }
  }

  /** Those who have reported lately. */
  *all(): Iterable<LiveClient> {
    const since = this.#timing.now() - FORGET_MS;
    for (const [instance, client] of this.#clients)
      if (client.seenAt < since) this.#clients.delete(instance);
      else yield client;
  }

  get(instance: string): LiveClient | undefined {
    return this.#clients.get(instance);
  }

  forget(instance: string): void {
    this.#clients.delete(instance);
  }

  #share(schemas: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const text = JSON.stringify(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
    const shared = this.#shared.get(text);
    if (shared !== undefined) return shared;
    if (this.#shared.size >= MAX_SHARED) this.#shared.clear();
    // Keys come from outside: without a prototype, `__proto__` is a name like any other.
    const copy = Object.assign(Object.create(null) as Record<string, string>, schemas);
    this.#shared.set(text, copy);
    return copy;
  }
}

/** A report that was overtaken by a later one takes nothing back. */
function newer(before: Order | undefined, now: Order | undefined): Order | undefined {
  if (before === undefined || now === undefined) return now ?? before;
  return isNewer(now, before) ? { epoch: now.epoch, revision: now.revision } : before;
}

import { compareOrder, isNewer, type Order } from "@flagwright/runtime";
import type { AppliedCount, EnvironmentView, ReaderGroup } from "./cluster-view.ts";
import { formatOrder } from "./order-id.ts";
import type { Report } from "./report.ts";
import type { Timing } from "./timing.ts";

/** A client as its stream and its reports tell of it. */
interface LiveClient {
  readonly instance: string;
  service: string;
  version: string;
  sdk: string;
  applied: Order | undefined;
  /** When this node first heard that `applied` is what it is. */
  appliedAt: number;
  schemas: Readonly<Record<string, string>>;
  seenAt: number;
  /** Open streams; a client that reconnects may have two for a moment. */
  streams: number;
}

/** Clients remembered per environment. Beyond it the one that has been silent longest is forgotten. */
const MAX_CLIENTS = 50_000;
/** A client reports at least every minute; one that missed five, and has no stream, is gone. */
const FORGET_MS = 5 * 60 * 1000;
const NO_SCHEMAS: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);
/** Different sets of schemas remembered. Instances of one build share theirs. */
const MAX_SHARED = 1_000;
/** Places told apart in a view; clients are at the head, or a few steps behind it. */
const MAX_PLACES = 16;
const MAX_GROUPS = 200;
const VIEW_MS = 50;

/** Who reads one environment at this node. */
export class LiveClients {
  readonly #timing: Timing;
  /** In order of the last word, oldest first. */
  readonly #clients = new Map<string, LiveClient>();
  readonly #shared = new Map<string, Readonly<Record<string, string>>>();
  #silent = 0;
  #kept: EnvironmentView | undefined;
  #keptUntil = 0;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  connected(instance: string | undefined): void {
    if (instance === undefined) this.#silent++;
    else this.#heardOf(instance).streams++;
  }

  disconnected(instance: string | undefined): void {
    if (instance === undefined) this.#silent--;
    const client = instance === undefined ? undefined : this.#clients.get(instance);
    if (client !== undefined) client.streams = Math.max(0, client.streams - 1);
  }

  /** True when the client must say once more which schemas it has: this node does not know. */
  report(instance: string, report: Report): boolean {
    const client = this.#heardOf(instance);
    const { service, applied } = report;
    if (service !== undefined) {
      client.service = typeof service === "string" ? service : service.name;
      client.version = typeof service === "string" ? "" : (service.version ?? "");
    }
    client.sdk = `${report.sdk.name}@${report.sdk.version}`;
    // A report that was overtaken by a later one takes nothing back.
    if (applied !== undefined && (client.applied === undefined || isNewer(applied, client.applied))) {
      client.applied = { epoch: applied.epoch, revision: applied.revision };
      client.appliedAt = this.#timing.now();
    }
    if (report.schemas !== undefined) client.schemas = this.#share(report.schemas);
    return client.schemas === NO_SCHEMAS;
  }

  /**
   * A little old: it goes through all clients, and a wave of reports comes with every kill. Looking takes at most a
   * twentieth of the time.
   */
  view(order: Order): EnvironmentView {
    const now = this.#timing.now();
    const kept = this.#kept;
    const moved = kept !== undefined && (kept.order.epoch !== order.epoch || kept.order.revision !== order.revision);
    if (kept !== undefined && !moved && now < this.#keptUntil) return kept;
    this.#kept = this.#look(order);
    const after = this.#timing.now();
    this.#keptUntil = after + Math.max(VIEW_MS, 20 * (after - now));
    return this.#kept;
  }

  #look(order: Order): EnvironmentView {
    const places = new Map<string, { -readonly [K in keyof AppliedCount]: AppliedCount[K] }>();
    const groups = new Map<string, { -readonly [K in keyof ReaderGroup]: ReaderGroup[K] }>();
    const ids = new Map<object, number>();
    let slowest: LiveClient | undefined;
    let connected = 0;
    for (const client of this.#live()) {
      if (client.streams === 0) continue;
      connected++;
      if (slowest === undefined || isBehind(client.applied, slowest.applied)) slowest = client;
      if (client.applied !== undefined) {
        const at = formatOrder(client.applied);
        const place = places.get(at);
        if (place === undefined) places.set(at, { ...client.applied, clients: 1, at: client.appliedAt });
        else {
          place.clients++;
          place.at = Math.max(place.at, client.appliedAt);
        }
      }
      if (!ids.has(client.schemas)) ids.set(client.schemas, ids.size);
      const name = `${client.service}\n${client.version}\n${client.sdk}\n${ids.get(client.schemas)}`;
      const group = groups.get(name);
      const { service, version, sdk, schemas } = client;
      if (group !== undefined) group.clients++;
      else if (groups.size < MAX_GROUPS) groups.set(name, { service, version, sdk, clients: 1, schemas });
    }
    return {
      order: { epoch: order.epoch, revision: order.revision },
      connected,
      silent: this.#silent,
      applied: [...places.values()].sort((a, b) => compareOrder(b, a)).slice(0, MAX_PLACES),
      ...(slowest === undefined
        ? {}
        : {
            slowest: {
              instance: slowest.instance,
              service: slowest.service,
              ...(slowest.applied === undefined ? {} : { order: slowest.applied }),
            },
          }),
      readers: [...groups.values()],
    };
  }

  *#live(): Iterable<LiveClient> {
    const since = this.#timing.now() - FORGET_MS;
    for (const [instance, client] of this.#clients)
      if (client.streams === 0 && client.seenAt < since) this.#clients.delete(instance);
      else yield client;
  }

  #heardOf(instance: string): LiveClient {
    const known = this.#clients.get(instance);
    const client: LiveClient = known ?? {
      instance,
      service: "unknown",
      version: "",
      sdk: "unknown",
      applied: undefined,
      appliedAt: 0,
      schemas: NO_SCHEMAS,
      seenAt: 0,
      streams: 0,
    };
    client.seenAt = this.#timing.now();
    this.#clients.delete(instance);
    this.#clients.set(instance, client);
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MAX_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
    return client;
  }

  #share(schemas: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const text = JSON.stringify(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
    const shared = this.#shared.get(text);
    if (shared !== undefined) return shared;
    if (this.#shared.size >= MAX_SHARED) this.#shared.clear();
    // Keys come from outside: without a prototype, `__proto__` is a name like any other.
    const copy = Object.create(null) as Record<string, string>;
    for (const [key, hash] of Object.entries(schemas)) copy[key] = hash;
    this.#shared.set(text, copy);
    return copy;
  }
}

function isBehind(a: Order | undefined, b: Order | undefined): boolean {
  return b !== undefined && (a === undefined || isNewer(b, a));
}

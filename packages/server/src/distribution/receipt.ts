import { isNewer, type Order } from "@flagwright/runtime";
import type { Cluster } from "./cluster.ts";
import type { EnvironmentView } from "./cluster-view.ts";
import type { Timing } from "./timing.ts";

/** Who has applied a change, as far as clients report. */
export interface Receipt extends Order {
  /** Clients with an open stream that report. */
  readonly connected: number;
  readonly applied: number;
  /** `applied` of `connected`, 0 to 1; 1 when nobody is connected. */
  readonly share: number;
  /** Streams of clients that do not report. */
  readonly silent: number;
  /** ISO 8601: when the last report came from a client that has applied it. */
  readonly lastAppliedAt?: string;
  /** The client furthest behind, while some are. */
  readonly slowest?: NonNullable<EnvironmentView["slowest"]>;
  /** Regions all of whose nodes have the change, and those that have a node which has not, or that cannot be heard. */
  readonly regions: { readonly confirmed: readonly string[]; readonly missing: readonly string[] };
  readonly nodes: number;
  /** False while the bus is down: then it covers this node alone. */
  readonly allNodes: boolean;
  /** True when what was asked for is reached. */
  readonly complete: boolean;
}

/** What to wait for. */
export interface Quorum {
  /** The share of connected clients, 0 to 1. Default 0: do not wait for clients. */
  readonly clients?: number;
  /** So many regions, or these. Default: do not wait for regions. */
  readonly regions?: number | readonly string[];
}

const LOOK_EVERY_MS = 50;
/** A node may hear the question before the change; then it has to be asked again. */
const ASK_EVERY_MS = 500;

/** @param since Only what nodes without a copy have said after this confirms anything; default: whenever they did. */
export function receiptOf(
  cluster: Cluster,
  environmentId: string,
  target: Order,
  quorum: Quorum,
  since: number = Number.NEGATIVE_INFINITY,
): Receipt {
  const nodes = cluster.of(environmentId);
  const views = nodes.flatMap(({ view }) => (view === undefined ? [] : [view]));
  const reached = (order: Order): boolean => !isNewer(target, order);
  let [connected, applied, silent, last] = [0, 0, 0, 0];
  let slowest: EnvironmentView["slowest"];
  for (const view of views) {
    connected += view.connected;
    silent += view.silent;
    for (const place of view.applied)
      if (reached(place)) {
        applied += place.clients;
        last = Math.max(last, place.at);
      }
    const behind = view.slowest !== undefined && (view.slowest.order === undefined || !reached(view.slowest.order));
    if (behind && (slowest?.order === undefined ? slowest === undefined : isBehind(view.slowest?.order, slowest.order)))
      slowest = view.slowest;
  }
  const regions = new Map<string, boolean>();
  // A node that holds no copy will read the database when it is asked, so it cannot serve anything older; but it must
  // be there to be asked.
  for (const { region, view, heardAt } of nodes)
    regions.set(region, (regions.get(region) ?? true) && (view === undefined ? heardAt >= since : reached(view.order)));
  const wanted = quorum.regions ?? 0;
  for (const region of typeof wanted === "number" ? [] : wanted) if (!regions.has(region)) regions.set(region, false);
  const confirmed = [...regions].filter(([, has]) => has).map(([region]) => region);
  const missing = [...regions].filter(([, has]) => !has).map(([region]) => region);
  const share = connected === 0 ? 1 : applied / connected;
  const enoughRegions =
    typeof wanted === "number" ? confirmed.length >= wanted : wanted.every((region) => confirmed.includes(region));
  return {
    epoch: target.epoch,
    revision: target.revision,
    connected,
    applied,
    share,
    silent,
    ...(last === 0 ? {} : { lastAppliedAt: new Date(last).toISOString() }),
    ...(slowest === undefined ? {} : { slowest }),
    regions: { confirmed, missing },
    nodes: nodes.length,
    allNodes: cluster.complete,
    complete: share >= (quorum.clients ?? 0) && enoughRegions,
  };
}

/** Waits until the quorum is reached, or time is up; `complete` tells which. */
export async function awaitReceipt(
  cluster: Cluster,
  environmentId: string,
  target: Order,
  quorum: Quorum,
  timing: Timing,
  withinMs: number,
): Promise<Receipt> {
  const since = timing.now();
  const until = since + withinMs;
  let askedAt: number | undefined;
  for (;;) {
    const receipt = receiptOf(cluster, environmentId, target, quorum, withinMs > 0 ? since : undefined);
    const now = timing.now();
    if (receipt.complete || now >= until) return receipt;
    if (askedAt === undefined || now - askedAt >= ASK_EVERY_MS) {
      askedAt = now;
      cluster.ask(environmentId);
    }
    await new Promise<void>((resolve) => void timing.after(LOOK_EVERY_MS, resolve));
  }
}

function isBehind(a: Order | undefined, b: Order): boolean {
  return a === undefined || isNewer(b, a);
}

import {
  applyPatch,
  compareOrder,
  isNewer,
  parseOverlay,
  parsePatch,
  parseSnapshot,
  type Order,
  type Overlay,
  type Patch,
  type Snapshot,
} from "@flagwright/runtime";
import type { Announcement } from "./announcement.ts";
import { formatOrder } from "./order-id.ts";
import { PatchLog } from "./patch-log.ts";
import { sseFrame } from "./sse-frame.ts";

/**
 * What came of an announcement.
 *
 * - `applied`: something moved that clients must hear of.
 * - `known`: it was here already, or something newer is.
 * - `gap`: something before it was missed; only the database can tell what.
 * - `refused`: it is not readable, and nothing of it has been taken over.
 */
export type Taken =
  | { readonly verdict: "applied"; readonly patch?: Patch }
  | { readonly verdict: "known" | "gap" }
  | { readonly verdict: "refused"; readonly message: string };

/** Kills kept for clients that are behind, beyond those that still wait for their base. */
const MAX_SETTLED_KILLS = 64;
/** Different places that clients can be at between two moves; what does not fit is made again. */
const MAX_CACHED_FRAMES = 256;

interface Kill {
  readonly sequence: number;
  readonly overlay: Overlay;
  readonly frame: Buffer;
}

/**
 * One environment as this node knows it: the base, the kills laid over it, and the bytes that bring a client from
 * where it is to here. It never goes back in `(epoch, revision)`, whoever announces what in which order.
 */
export class EnvironmentState {
  #snapshot: Snapshot;
  #order: Order;
  #purgedAt: number | undefined;
  #kills: readonly Kill[] = [];
  #killSequence = 0;
  readonly #log: PatchLog;
  readonly #frames = new Map<string, Buffer>();
  /** The answer before this one: nearly all members of a fan-out are at the same place. */
  #lastAsked:
    { readonly order: Order | undefined; readonly seen: number | undefined; readonly bytes: Buffer } | undefined;
  #json: Buffer | undefined;
  #snapshotFrame: Buffer | undefined;
  #purgeFrame: Buffer | undefined;
  #heartbeat: Buffer | undefined;

  constructor(snapshot: Snapshot, log: PatchLog = new PatchLog()) {
    this.#snapshot = snapshot;
    this.#order = orderOf(snapshot);
    this.#log = log;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Members hold on to it, so it is not the snapshot itself: one that lags would keep an old one in memory. */
  get order(): Order {
    return this.#order;
  }

  /** Grows with every kill and lift. A client that has seen this number has seen all of them. */
  get killSequence(): number {
    return this.#killSequence;
  }

  /** Kills and lifts that the base has not reached. */
  get overlays(): readonly Overlay[] {
    return this.#kills.filter((kill) => isNewer(kill.overlay, this.#snapshot)).map((kill) => kill.overlay);
  }

  take(announcement: Announcement): Taken {
    let data: unknown;
    try {
      data = JSON.parse(announcement.data);
    } catch {
      return { verdict: "refused", message: "It is not JSON." };
    }
    if (announcement.event === "kill") return this.#takeKill(data, announcement.data);
    if (announcement.event === "patch") return this.#takePatch(data, announcement.data);
    const inner = typeof data === "object" && data !== null && "snapshot" in data ? data.snapshot : undefined;
    return this.load(inner, "purge");
  }

  /** Takes a whole snapshot over, if it is newer. */
  load(data: unknown, cause: "read" | "purge" = "read"): Taken {
    const parsed = parseSnapshot(data);
    if (!parsed.ok) return { verdict: "refused", message: parsed.error.message };
    const { snapshot } = parsed;
    if (cause === "purge" && snapshot.epoch >= this.#snapshot.epoch) this.#purgedAt = snapshot.epoch;
    if (!isNewer(snapshot, this.#snapshot)) return { verdict: "known" };
    this.#log.clear();
    this.#moveTo(snapshot);
    return { verdict: "applied" };
  }

  #takePatch(data: unknown, text: string): Taken {
    const parsed = parsePatch(data);
    if (!parsed.ok) return { verdict: "refused", message: parsed.error.message };
    const { patch } = parsed;
    const base = this.#snapshot;
    if (compareOrder({ epoch: patch.epoch, revision: patch.to }, base) <= 0) return { verdict: "known" };
    if (patch.epoch !== base.epoch || patch.from !== base.revision) return { verdict: "gap" };
    this.#log.add(patch, text);
    // What an overlay has told ahead must be confirmed to all.
    const told = this.overlays.length > 0;
    this.#moveTo(applyPatch(base, patch));
    return told ? { verdict: "applied" } : { verdict: "applied", patch };
  }

  #takeKill(data: unknown, text: string): Taken {
    const parsed = parseOverlay(data);
    if (!parsed.ok) return { verdict: "refused", message: parsed.error.message };
    const { overlay } = parsed;
    const settled = !isNewer(overlay, this.#snapshot);
    const newest = this.#kills.findLast((kill) => kill.overlay.flag === overlay.flag);
    if (settled || (newest !== undefined && !isNewer(overlay, newest.overlay))) return { verdict: "known" };
    this.#kills = [...this.#kills, { sequence: ++this.#killSequence, overlay, frame: sseFrame("kill", text) }];
    this.#forgetFrames();
    return { verdict: "applied" };
  }

  #moveTo(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    this.#order = orderOf(snapshot);
    const settled = this.#kills.filter((kill) => !isNewer(kill.overlay, snapshot)).slice(-MAX_SETTLED_KILLS);
    this.#kills = [...settled, ...this.#kills.filter((kill) => isNewer(kill.overlay, snapshot))];
    this.#forgetFrames();
    this.#json = undefined;
    this.#snapshotFrame = undefined;
    this.#purgeFrame = undefined;
    this.#heartbeat = undefined;
  }

  /**
   * The bytes that bring a client here, kills first, or `undefined` when it is here already. `order` is where the
   * client's base is, `undefined` when it has none; `seen` the kill sequence that it has been sent, `undefined` when
   * it has just come.
   */
  bytesFrom(order: Order | undefined, seen: number | undefined): Buffer | undefined {
    const behind = order === undefined || isNewer(this.#snapshot, order);
    if (!behind && seen === this.#killSequence) return undefined;
    let last = this.#lastAsked;
    if (last === undefined || last.order !== order || last.seen !== seen)
      this.#lastAsked = last = { order, seen, bytes: this.#framesFrom(order, seen, behind) };
    return last.bytes.length === 0 ? undefined : last.bytes;
  }

  #framesFrom(order: Order | undefined, seen: number | undefined, behind: boolean): Buffer {
    const name = `${order === undefined ? "" : formatOrder(order)}/${seen ?? ""}`;
    const cached = this.#frames.get(name);
    if (cached !== undefined) return cached;
    // Who has just come needs no kill that the base has reached: what follows says it.
    const since = order === undefined || seen === undefined ? this.#snapshot : order;
    const kills = this.#kills.filter((kill) => kill.sequence > (seen ?? 0) && isNewer(kill.overlay, since));
    const base = behind ? [this.#baseFrom(order)] : [];
    // Without a base a client cannot lay anything over it: then the snapshot comes first.
    const parts =
      order === undefined
        ? [...base, ...kills.map((kill) => kill.frame)]
        : [...kills.map((kill) => kill.frame), ...base];
    const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    if (this.#frames.size < MAX_CACHED_FRAMES) this.#frames.set(name, bytes);
    return bytes;
  }

  #forgetFrames(): void {
    this.#frames.clear();
    this.#lastAsked = undefined;
  }

  #baseFrom(order: Order | undefined): Buffer {
    const id = formatOrder(this.#snapshot);
    if (order !== undefined && order.epoch < this.#snapshot.epoch && this.#purgedAt === this.#snapshot.epoch)
      return (this.#purgeFrame ??= sseFrame("purge", `{"snapshot":${this.json.toString()}}`, id));
    const patch = order === undefined ? undefined : this.#log.since(order);
    // A long way back, the snapshot is shorter than the steps.
    if (patch !== undefined && (patch.length < SMALL_PATCH || patch.length <= this.json.length))
      return sseFrame("patch", patch, id);
    return (this.#snapshotFrame ??= sseFrame("snapshot", this.json.toString(), id));
  }

  /** JSON of one patch from `order` to here, where the log reaches back that far. */
  patchSince(order: Order): string | undefined {
    return this.#log.since(order);
  }

  /** The snapshot as JSON. */
  get json(): Buffer {
    return (this.#json ??= Buffer.from(JSON.stringify(this.#snapshot)));
  }

  get heartbeat(): Buffer {
    const { epoch, revision } = this.#snapshot;
    return (this.#heartbeat ??= sseFrame("heartbeat", JSON.stringify({ epoch, revision })));
  }
}

/** Below this, nobody asks whether a snapshot would be shorter: making it costs more than sending the patch. */
const SMALL_PATCH = 64 * 1024;

function orderOf({ epoch, revision }: Snapshot): Order {
  return { epoch, revision };
}

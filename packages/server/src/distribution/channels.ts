import type { Announcement } from "./announcement.ts";
import type { Bus, BusSubscription } from "./bus.ts";
import type { ChangeSource } from "./change-source.ts";
import { Channel } from "./channel.ts";
import { FanOut } from "./fan-out.ts";
import { hotFlagsOf, type HotFlag } from "./hot-flags.ts";
import { ofrepFeed } from "./ofrep-feed.ts";
import { sendGone } from "./send-gone.ts";
import type { Timing } from "./timing.ts";

export interface ChannelsOptions {
  readonly source: ChangeSource;
  readonly bus: Bus;
  readonly timing: Timing;
  readonly heartbeatMs: number;
  readonly coalesceMs: number;
  readonly slowReaderMs: number;
  readonly checkMs: number;
  readonly checkWithoutBusMs: number;
  readonly hotFlags: readonly HotFlag[];
  readonly onTrouble: (what: "gap" | "refused" | "unread", environmentId: string, message: string) => void;
  readonly onMoved: (channel: OpenChannel) => void;
  readonly onSlowReader: () => void;
  /** The bus may have lost something of this environment; it is being read again. */
  readonly onLost: (environmentId: string) => void;
  /** The environment has been deleted; nobody is subscribed to it any more. */
  readonly onGone: (open: OpenChannel) => void;
}

/** A channel with those who listen to it. */
export interface OpenChannel {
  readonly channel: Channel;
  /** SDK streams: snapshots, patches, kills. */
  readonly sdk: FanOut;
  /** OFREP event streams: only that something changed. */
  readonly ofrep: FanOut;
  usedAt: number;
  subscription: BusSubscription | undefined;
}

/** A channel that nobody listens to is kept this long, since reading a snapshot costs the database more than memory. */
const IDLE_MS = 10 * 60 * 1000;

/** The environments that somebody has asked this node for. */
export class Channels {
  readonly #options: ChannelsOptions;
  readonly #open = new Map<string, OpenChannel>();
  readonly #opening = new Map<string, Promise<OpenChannel | undefined>>();
  #cancelCheck: (() => void) | undefined;
  #cancelBeat: (() => void) | undefined;
  #closed = false;

  constructor(options: ChannelsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#checkLater();
    this.#beatLater();
  }

  get all(): Iterable<OpenChannel> {
    return this.#open.values();
  }

  /** The channel, if somebody has asked for it before. */
  peek(environmentId: string): OpenChannel | undefined {
    return this.#open.get(environmentId);
  }

  /** The channel for somebody who uses it, if it is open. */
  opened(environmentId: string | undefined): OpenChannel | undefined {
    const open = environmentId === undefined ? undefined : this.#open.get(environmentId);
    if (open !== undefined) open.usedAt = this.#options.timing.now();
    return open;
  }

  /** Opens it when needed. `undefined`: there is no such environment. Rejects when it cannot be read now. */
  async get(environmentId: string): Promise<OpenChannel | undefined> {
    const open = this.opened(environmentId);
    if (open !== undefined) return open;
    const pending = this.#opening.get(environmentId);
    if (pending !== undefined) return pending;
    const opening = this.#openNow(environmentId).finally(() => this.#opening.delete(environmentId));
    this.#opening.set(environmentId, opening);
    return opening;
  }

  /** The environment has been deleted: closes its channel, if it is open. */
  remove(environmentId: string): void {
    const open = this.#open.get(environmentId);
    if (open === undefined) return;
    this.#open.delete(environmentId);
    open.subscription?.close();
    open.channel.close();
    sendGone(open);
    this.#options.onGone(open);
  }

  deliver(environmentId: string, announcements: readonly Announcement[]): void {
    const open = this.#open.get(environmentId);
    if (open !== undefined) for (const announcement of announcements) open.channel.offer(announcement);
  }

  async #openNow(environmentId: string): Promise<OpenChannel | undefined> {
    const { source, bus, timing, coalesceMs, slowReaderMs, onSlowReader } = this.#options;
    const name = await source.name(environmentId);
    if (name === undefined) return undefined;
    // First listen, then read: whatever changes in between is heard, and sorted out by its order.
    const early: Announcement[] = [];
    let hear = (announcement: Announcement): void => void early.push(announcement);
    let lost: () => void = nothing;
    const subscription = await bus.subscribe(name, {
      announced: (announcement) => hear(announcement),
      lost: () => lost(),
    });
    try {
      const snapshot = await source.snapshot(environmentId);
      const channel: Channel = new Channel({
        environmentId,
        name,
        snapshot,
        source,
        timing,
        hot: hotFlagsOf(this.#options.hotFlags, name),
        onMoved: (urgency, concerned) => {
          open.sdk.announce(urgency, concerned);
          open.ofrep.announce(urgency);
          this.#options.onMoved(open);
        },
        onTrouble: (what, message) => this.#options.onTrouble(what, environmentId, message),
      });
      const shared = { timing, coalesceMs, slowReaderMs, onSlowReader };
      const open: OpenChannel = {
        channel,
        sdk: new FanOut({ ...shared, feed: channel.state }),
        ofrep: new FanOut({ ...shared, feed: ofrepFeed(channel.state) }),
        usedAt: timing.now(),
        subscription,
      };
      if (this.#closed) throw new Error("this node is shutting down");
      this.#open.set(environmentId, open);
      hear = (announcement) => channel.offer(announcement);
      lost = () => {
        this.#options.onLost(environmentId);
        void channel.heal();
      };
      for (const announcement of early) channel.offer(announcement);
      return open;
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  /** The last resort that needs nobody's word: asks the database where every open environment is. */
  #checkLater(): void {
    const { bus, timing, checkMs, checkWithoutBusMs } = this.#options;
    const wait = (bus.status().up ? checkMs : checkWithoutBusMs) * (0.75 + timing.random() / 2);
    this.#cancelCheck = timing.after(wait, () => {
      this.#closeIdle();
      void this.check().finally(() => {
        if (!this.#closed) this.#checkLater();
      });
    });
  }

  async check(): Promise<void> {
    try {
      const asked = [...this.#open.keys()];
      const orders = await this.#options.source.orders(asked);
      for (const environmentId of asked) if (!orders.has(environmentId)) this.remove(environmentId);
      for (const [environmentId, { epoch, revision }] of orders) {
        const channel = this.#open.get(environmentId)?.channel;
        if (channel === undefined) continue;
        if (epoch > channel.order.epoch || (epoch === channel.order.epoch && revision > channel.order.revision))
          await channel.heal();
      }
    } catch (error) {
      this.#options.onTrouble("unread", "", error instanceof Error ? error.message : String(error));
    }
  }

  #beatLater(): void {
    this.#cancelBeat = this.#options.timing.after(this.#options.heartbeatMs, () => {
      for (const { sdk, ofrep } of this.#open.values()) {
        sdk.beat();
        ofrep.beat();
      }
      this.#beatLater();
    });
  }

  #closeIdle(): void {
    const since = this.#options.timing.now() - IDLE_MS;
    for (const [environmentId, open] of this.#open)
      if (open.sdk.size + open.ofrep.size === 0 && open.usedAt < since) {
        this.#open.delete(environmentId);
        close(open);
      }
  }

  close(): void {
    this.#closed = true;
    this.#cancelBeat?.();
    this.#cancelCheck?.();
    for (const open of this.#open.values()) close(open);
    this.#open.clear();
  }
}

/** Whoever opens a channel reads the database anyway. */
const nothing = (): void => {};

function close(open: OpenChannel): void {
  open.subscription?.close();
  open.channel.close();
  open.sdk.close();
  open.ofrep.close();
}

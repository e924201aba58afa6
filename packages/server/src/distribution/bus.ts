import type { Order } from "@flagwright/runtime";
import type { Announcement } from "./announcement.ts";
import type { EnvironmentName } from "./change-source.ts";

/** How one environment's announcements reach a node. Neither function may throw. */
export interface BusListener {
  /** At least once, mostly in order: the listener sorts it out by `(epoch, revision)`. */
  readonly announced: (announcement: Announcement) => void;
  /** Something may have been lost: read the database. */
  readonly lost: () => void;
}

export interface BusSubscription {
  close(): void;
}

export interface BusStatus {
  readonly kind: "in-process" | "redis";
  readonly up: boolean;
  /** Why it is not up. */
  readonly problem?: string;
}

/**
 * Tells the other nodes of a change. A bus only wakes and caches: every listener heals from the database, so a bus may
 * lose, repeat and reorder whatever it likes, and be gone altogether.
 */
export interface Bus {
  /** Resolves when the bus has taken all of them; rejects when it may not have. */
  publish(name: EnvironmentName, announcements: readonly Announcement[]): Promise<void>;
  /**
   * Resolves when no announcement published from now on will be missed, short of a fault, which `lost` tells of.
   * Resolves also when the bus is down: then `lost` follows when it is back.
   */
  subscribe(name: EnvironmentName, listener: BusListener): Promise<BusSubscription>;
  /** Keeps the latest snapshot where clients in daemon mode find it. An older one than is there changes nothing. */
  remember(name: EnvironmentName, order: Order, json: string): Promise<void>;
  /** Drops what the bus keeps of an environment that is gone. */
  forget(name: EnvironmentName): Promise<void>;
  /** A few words for every node, this one too. They may get lost. */
  gossip(message: string): Promise<void>;
  onGossip(listener: (message: string) => void): void;
  status(): BusStatus;
  close(): Promise<void>;
}

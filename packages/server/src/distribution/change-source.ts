import type { Order, Snapshot } from "@flagwright/runtime";
import type { Announcement } from "./announcement.ts";

/** An environment by its keys. It names the environment's stream and cached snapshot on the bus. */
export interface EnvironmentName {
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
}

export interface WaitingAnnouncement extends Announcement {
  readonly id: number;
  readonly environmentId: string;
  /** Milliseconds since 1970: when the change was made. */
  readonly at: number;
}

/** The database, as far as distribution reads it. It is the truth; everything else is a wake-up or a cache. */
export interface ChangeSource {
  /** Rejects when the database does not answer; `undefined` when there is no such environment. */
  name(environmentId: string): Promise<EnvironmentName | undefined>;
  snapshot(environmentId: string): Promise<Snapshot>;
  /** Where these environments are. One that is gone is missing. */
  orders(environmentIds: readonly string[]): Promise<ReadonlyMap<string, Order>>;
  /** What came after `order`, in order, kills first, at most `limit`. */
  after(environmentId: string, order: Order, limit: number): Promise<readonly Announcement[]>;
  /** What has not been relayed, by environment and in order, at most `limit`. Of one environment or of all. */
  waiting(environmentId: string | undefined, limit: number): Promise<readonly WaitingAnnouncement[]>;
  markRelayed(ids: readonly number[], at: number): Promise<void>;
  /** Forgets what was relayed before `at`. */
  prune(at: number): Promise<void>;
}

import type { HotFlag } from "./hot-flags.ts";

/** How this node distributes. Every member has a default. */
export interface DistributionConfig {
  /** Between two heartbeats, in milliseconds. Clients give up on a stream after two and a half of them. Default 15,000. */
  readonly heartbeatMs?: number;
  /** Streams that this node holds at the most; the next one gets 503. Default 20,000. */
  readonly maxStreams?: number;
  /** New streams let in within any one second. Default 2,000. */
  readonly streamsPerSecond?: number;
  /** How long a reader may be behind before its stream is cut. Default 30,000. */
  readonly slowReaderMs?: number;
  /** The shortest time between two rounds of patches to the clients of an environment. Default 10. */
  readonly coalesceMs?: number;
  /** How often the database is asked whether something was missed, while the bus is up. Default 5,000. */
  readonly checkMs?: number;
  /** The same while the bus is down. Default 500. */
  readonly checkWithoutBusMs?: number;
  /** How long a shutdown waits for streams to end in good order. Default 2,000. */
  readonly drainMs?: number;
  /** Where this node runs, for changes that wait for a quorum of regions. Default `default`. */
  readonly region?: string;
  /** Redis that connects several nodes. Default: this node is alone. */
  readonly redisUrl?: string;
  /** Certificates of the authorities that may have signed that of Redis, as PEM. Default: those of the system. */
  readonly redisCa?: string;
  /** Flags that wake only those who read them. Default: none. */
  readonly hotFlags?: readonly HotFlag[];
  /** This node's name; unique. Default: a random one. */
  readonly nodeId?: string;
}

export const defaults: Required<Omit<DistributionConfig, "nodeId" | "redisUrl" | "redisCa">> = {
  heartbeatMs: 15_000,
  maxStreams: 20_000,
  streamsPerSecond: 2_000,
  slowReaderMs: 30_000,
  coalesceMs: 10,
  checkMs: 5_000,
  checkWithoutBusMs: 500,
  drainMs: 2_000,
  region: "default",
  hotFlags: [],
};

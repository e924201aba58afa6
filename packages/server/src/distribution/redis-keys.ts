import { channelName } from "./channel-name.ts";
import type { EnvironmentName } from "./change-source.ts";

/**
 * Names in Redis, which clients in daemon mode read as well. The braces keep all keys of one environment in one slot of
 * a cluster.
 */
export const redisKeys: {
  /** A stream: one entry per announcement, with the fields `event`, `epoch`, `revision` and `data`. */
  stream(name: EnvironmentName): string;
  /** A hash with the fields `epoch`, `revision` and `data`: the latest snapshot, at most a second old. */
  snapshot(name: EnvironmentName): string;
  /** A stream on which the nodes talk among themselves, with the field `message`. */
  readonly gossip: string;
} = {
  stream: (name) => `fw:{${channelName(name)}}:stream`,
  snapshot: (name) => `fw:{${channelName(name)}}:snapshot`,
  gossip: "fw:{nodes}:gossip",
};

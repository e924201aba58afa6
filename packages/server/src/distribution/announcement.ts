import type { Order } from "@flagwright/runtime";

/** What the outbox holds, the bus carries and a channel takes in: one change of one environment. */
export interface Announcement extends Order {
  readonly event: "patch" | "kill" | "purge";
  /** JSON of a `Patch`, of an `Overlay`, or of `{ snapshot }`. Written once, with the change, and sent as it is. */
  readonly data: string;
}

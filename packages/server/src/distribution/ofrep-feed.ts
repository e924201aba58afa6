import { isNewer, type Order } from "@flagwright/runtime";
import type { EnvironmentState } from "./environment-state.ts";
import type { Feed } from "./fan-out.ts";
import { formatOrder } from "./order-id.ts";

/**
 * What OFREP clients are told (ADR-0008 of the protocol): fetch your evaluations again, they are at least at this tag.
 * Always the event type `message`; the type is in the data. The heartbeat is a comment, which keeps proxies awake.
 */
export function ofrepFeed(state: EnvironmentState): Feed {
  // Made once for all: there may be a browser tab for every customer.
  let last: { readonly order: Order; readonly frame: Buffer } | undefined;
  return {
    get order() {
      return state.order;
    },
    get killSequence() {
      return state.killSequence;
    },
    bytesFrom(order, seen) {
      const behind = order !== undefined && isNewer(state.order, order);
      // Who has just come may have evaluated before a kill that its base does not show yet.
      const killed = seen === undefined ? state.overlays.length > 0 : seen < state.killSequence;
      if (!behind && !killed) return undefined;
      if (last?.order !== state.order) {
        const etag = formatOrder(state.order);
        const data = JSON.stringify({ type: "refetchEvaluation", etag });
        last = { order: state.order, frame: Buffer.from(`id: ${etag}\ndata: ${data}\n\n`) };
      }
      return last.frame;
    },
    heartbeat: Buffer.from(":\n\n"),
  };
}

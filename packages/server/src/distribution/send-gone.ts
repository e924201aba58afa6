import type { OpenChannel } from "./channels.ts";
import { sseFrame } from "./sse-frame.ts";

/** Tells everybody who listens to an environment that it is gone, and ends their streams. They need not come back. */
export function sendGone({ sdk, ofrep }: OpenChannel): void {
  const gone = sseFrame("gone", JSON.stringify({ reason: "The environment was deleted." }));
  for (const fanOut of [sdk, ofrep]) {
    for (const member of fanOut.members) {
      fanOut.leave(member);
      if (fanOut === sdk) member.connection.write(gone);
      member.connection.end();
    }
    fanOut.close();
  }
}

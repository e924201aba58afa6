import type { Channels } from "./channels.ts";
import type { FanOut, Member } from "./fan-out.ts";
import { sseFrame } from "./sse-frame.ts";
import type { Timing } from "./timing.ts";

/** Groups in which clients are sent away. Each has its own time to come back, so that they do not come all at once. */
const GROUPS = 20;
/** Over how long they are asked to come back, per thousand streams: a node that takes 2,000 a second is at ease. */
const RETURN_MS_PER_THOUSAND = 1_000;
const MIN_RETURN_MS = 1_000;

/** Sends everybody away: `goodbye` with a time to come back, then the end of the stream. Returns how many. */
export function sendAway(channels: Channels, timing: Timing): number {
  const leaving: { readonly fanOut: FanOut; readonly member: Member; readonly sdk: boolean }[] = [];
  for (const { sdk, ofrep } of channels.all) {
    for (const member of sdk.members) leaving.push({ fanOut: sdk, member, sdk: true });
    for (const member of ofrep.members) leaving.push({ fanOut: ofrep, member, sdk: false });
  }
  const groups = Math.min(GROUPS, leaving.length);
  const spread = Math.max(MIN_RETURN_MS, (leaving.length / 1000) * RETURN_MS_PER_THOUSAND);
  for (let group = 0; group < groups; group++) {
    const reconnectAfterMs = Math.round((spread * (group + timing.random())) / groups);
    const goodbye = sseFrame("goodbye", JSON.stringify({ reconnectAfterMs }));
    for (let index = group; index < leaving.length; index += groups) {
      const { fanOut, member, sdk } = leaving[index] as (typeof leaving)[number];
      fanOut.leave(member);
      if (sdk) member.connection.write(goodbye);
      member.connection.end();
    }
  }
  return leaving.length;
}

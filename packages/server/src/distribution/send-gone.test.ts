import { expect, test } from "vitest";
import type { OpenChannel } from "./channels.ts";
import { EnvironmentState } from "./environment-state.ts";
import { FanOut, type Member } from "./fan-out.ts";
import { sendGone } from "./send-gone.ts";
import { manualTiming } from "./testing/manual-timing.ts";
import { snapshotAt } from "./testing/model-flags.ts";

test("whoever listens to a deleted environment is sent away, and so is who comes a moment too late", () => {
  const fanOut = (): FanOut =>
    new FanOut({
      feed: new EnvironmentState(snapshotAt(1, 0)),
      timing: manualTiming(),
      coalesceMs: 10,
      slowReaderMs: 30_000,
      onSlowReader: () => {},
    });
  const open = { sdk: fanOut(), ofrep: fanOut() } as unknown as OpenChannel;
  const ended: string[] = [];
  const join = (to: FanOut, name: string): void => {
    const connection: Member["connection"] = {
      write: () => true,
      end: () => void ended.push(name),
      destroy: () => {},
    };
    to.join({
      connection,
      keyId: "key",
      order: { epoch: 1, revision: 0 },
      killSequence: undefined,
      blockedSince: undefined,
    });
  };
  join(open.sdk, "sdk");
  join(open.ofrep, "ofrep");
  sendGone(open);
  join(open.sdk, "late sdk");
  join(open.ofrep, "late ofrep");
  expect(ended).toEqual(["sdk", "ofrep", "late sdk", "late ofrep"]);
  expect(open.sdk.size + open.ofrep.size).toBe(0);
});

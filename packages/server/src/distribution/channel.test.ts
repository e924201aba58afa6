import { isNewer, type Order, type Patch } from "@flagwright/runtime";
import { expect, test } from "vitest";
import type { Announcement } from "./announcement.ts";
import type { ChangeSource } from "./change-source.ts";
import { Channel } from "./channel.ts";
import { production } from "./testing/bus-contract.ts";
import { manualTiming } from "./testing/manual-timing.ts";
import { flag, patchAt, snapshotAt } from "./testing/model-flags.ts";

const announce = (patch: Patch): Announcement => ({
  event: "patch",
  epoch: patch.epoch,
  revision: patch.to,
  data: JSON.stringify(patch),
});

/** A database in which somebody else commits a change each time that it has been read. */
function busySource(prunedTo = 0) {
  let head = 10;
  const steps: Announcement[] = [];
  let snapshots = 0;
  const commit = (): void => {
    steps.push(announce(patchAt(1, head, [flag("a", head % 2 === 0)])));
    head++;
  };
  const source: ChangeSource = {
    name: async () => production,
    snapshot: async () => {
      snapshots++;
      return snapshotAt(1, head, [flag("a")]);
    },
    orders: async (ids) => {
      const orders = new Map<string, Order>(ids.map((id) => [id, { epoch: 1, revision: head }]));
      commit();
      return orders;
    },
    after: async (_id, order) => {
      const found = steps.filter((step) => isNewer(step, order) && step.revision > prunedTo);
      commit();
      return found;
    },
    waiting: async () => [],
    markRelayed: async () => undefined,
    prune: async () => undefined,
  };
  return { source, commit, head: () => head, snapshots: () => snapshots };
}

function channelOf(source: ChangeSource): Channel {
  return new Channel({
    environmentId: "environment-1",
    name: production,
    snapshot: snapshotAt(1, 10, [flag("a")]),
    source,
    timing: manualTiming(),
    hot: new Set(),
    onMoved: () => undefined,
    onTrouble: () => undefined,
  });
}

test("what is committed while a node catches up comes as steps: clients are spared a snapshot", async () => {
  const busy = busySource();
  const channel = channelOf(busy.source);
  for (let change = 0; change < 3; change++) busy.commit();
  const atTheCall = busy.head();
  await channel.heal();
  expect(channel.order.revision).toBeGreaterThanOrEqual(atTheCall);
  expect(busy.snapshots()).toBe(0);
  expect(channel.state.patchSince({ epoch: 1, revision: 10 })).toBeDefined();
});

test("where the steps have been pruned, the snapshot is read", async () => {
  const busy = busySource(13);
  const channel = channelOf(busy.source);
  for (let change = 0; change < 3; change++) busy.commit();
  const atTheCall = busy.head();
  await channel.heal();
  expect(channel.order.revision).toBeGreaterThanOrEqual(atTheCall);
  expect(busy.snapshots()).toBe(1);
});

import { describe, expect, test } from "vitest";
import { EnvironmentState } from "./environment-state.ts";
import { FanOut, type Member } from "./fan-out.ts";
import { manualTiming } from "./testing/manual-timing.ts";
import { flag, patchAt, snapshotAt } from "./testing/model-flags.ts";

/** A reader that takes what fits into its window and says nothing until it is read from. */
class Reader {
  readonly received: Buffer[] = [];
  open = true;
  full = false;
  readonly member: Member = {
    connection: {
      write: (bytes) => {
        this.received.push(bytes);
        return !this.full;
      },
      end: () => void (this.open = false),
      destroy: () => void (this.open = false),
    },
    keyId: "key",
    order: { epoch: 1, revision: 0 },
    killSequence: undefined,
    blockedSince: undefined,
  };

  get events(): string[] {
    return [
      ...Buffer.concat(this.received)
        .toString()
        .matchAll(/^event: (\w+)$/gm),
    ].map((match) => match[1] ?? "");
  }
}

function world(coalesceMs = 10) {
  const timing = manualTiming();
  const state = new EnvironmentState(snapshotAt(1, 0, [flag("a")]));
  let cut = 0;
  const fanOut = new FanOut({ feed: state, timing, coalesceMs, slowReaderMs: 30_000, onSlowReader: () => cut++ });
  return {
    timing,
    state,
    fanOut,
    cut: () => cut,
    change(urgency?: "now") {
      const patch = patchAt(1, state.order.revision, [flag(`f${state.order.revision % 7}`)]);
      state.take({ event: "patch", epoch: 1, revision: patch.to, data: JSON.stringify(patch) });
      fanOut.announce(urgency);
    },
    join: () => {
      const reader = new Reader();
      fanOut.join(reader.member);
      return reader;
    },
  };
}

describe("the fan-out", () => {
  test("the first change goes out at once, those close behind it as one patch", () => {
    const { change, join, timing } = world();
    const reader = join();
    for (let count = 0; count < 1000; count++) change();
    expect(reader.events).toEqual(["patch"]);
    timing.advance(10);
    expect(reader.events).toEqual(["patch", "patch"]);
    expect(Buffer.concat(reader.received).toString()).toContain("id: 1-1000\n");
  });

  test("a single change waits for no long round before it; of many in a row, rounds have half the time", () => {
    const { change, join, timing } = world();
    const [reader] = Array.from({ length: 1_200 }, join);
    const round = (): void => {
      change();
      // The round goes on in slices; each takes 300 ms.
      timing.advanceBeforeSettling(300);
    };
    for (let count = 1; count <= 4; count++) {
      round();
      expect(reader?.events).toHaveLength(count);
    }
    change();
    timing.advance(199);
    expect(reader?.events).toHaveLength(4);
    timing.advance(1);
    expect(reader?.events).toHaveLength(5);
    timing.advance(2_000);
    round();
    expect(reader?.events).toHaveLength(6);
  });

  test("a clock that goes back an hour delays no change", () => {
    const { change, join, timing } = world();
    const reader = join();
    change();
    timing.advance(-3_600_000);
    change();
    timing.advance(10);
    expect(reader.events).toEqual(["patch", "patch"]);
  });

  test("a clock that goes ahead an hour in the middle of a round delays no change by more than a second", () => {
    const { change, join, timing } = world();
    const [reader] = Array.from({ length: 1_200 }, join);
    change();
    timing.advanceBeforeSettling(3_600_000);
    change();
    timing.advance(1_000);
    expect(reader?.events).toEqual(["patch", "patch"]);
  });

  test("a kill waits for no round", () => {
    const { change, join } = world(1_000);
    const reader = join();
    change();
    change("now");
    expect(reader.events).toEqual(["patch", "patch"]);
  });

  test("ten thousand members get the same bytes, and others get a turn in between", () => {
    const { change, join, timing } = world();
    const readers = Array.from({ length: 10_000 }, join);
    change();
    const atOnce = readers.filter((reader) => reader.received.length === 1).length;
    expect(atOnce).toBeLessThan(1_000);
    timing.settle();
    const [first] = readers[0]?.received ?? [];
    expect(readers.every((reader) => reader.received.length === 1 && reader.received[0] === first)).toBe(true);
  });

  test("on a machine where writing takes long, others get a turn after a few milliseconds", () => {
    const timing = manualTiming();
    const state = new EnvironmentState(snapshotAt(1, 0, [flag("a")]));
    let now = 0;
    const slow = { ...timing, now: () => now };
    const fanOut = new FanOut({
      feed: state,
      timing: slow,
      coalesceMs: 10,
      slowReaderMs: 30_000,
      onSlowReader: () => {},
    });
    const readers = Array.from({ length: 1_000 }, () => {
      const reader = new Reader();
      const { connection } = reader.member;
      fanOut.join({
        ...reader.member,
        connection: { ...connection, write: (bytes) => [connection.write(bytes), now++].includes(true) },
      });
      return reader;
    });
    const patch = patchAt(1, 0);
    state.take({ event: "patch", epoch: 1, revision: 1, data: JSON.stringify(patch) });
    fanOut.announce();
    expect(readers.filter((reader) => reader.received.length > 0).length).toBeLessThan(50);
    timing.settle();
    expect(readers.every((reader) => reader.received.length === 1)).toBe(true);
  });

  test("a reader that does not read costs one place, is brought up in one step, and misses nothing", () => {
    const { change, join, timing, fanOut, state } = world();
    const reader = join();
    reader.full = true;
    change();
    for (let count = 0; count < 500; count++) {
      change();
      timing.advance(10);
    }
    expect(reader.received).toHaveLength(1);
    reader.full = false;
    fanOut.drained(reader.member);
    expect(reader.events).toEqual(["patch", "patch"]);
    expect(reader.member.order).toEqual(state.order);
    expect(reader.received.at(-1)?.toString()).toMatch(/"from":1,"to":501/);
  });

  test("a reader that never reads is cut, and one that is only slow is not", () => {
    const { change, join, timing, fanOut, cut } = world();
    const [dead, slow] = [join(), join()];
    dead.full = slow.full = true;
    change();
    timing.advance(20_000);
    slow.full = false;
    fanOut.drained(slow.member);
    timing.advance(10_000);
    fanOut.beat();
    expect([dead.open, slow.open, cut(), fanOut.size]).toEqual([false, true, 1, 1]);
  });

  test("a heartbeat never claims more than the client was sent", () => {
    const { join, fanOut, state } = world();
    const reader = join();
    const patch = patchAt(1, 0);
    state.take({ event: "patch", epoch: 1, revision: 1, data: JSON.stringify(patch) });
    fanOut.beat();
    expect(reader.events).toEqual(["patch", "heartbeat"]);
  });

  test("who leaves in the middle of a round is not written to", () => {
    const { change, join, timing, fanOut } = world();
    const readers = Array.from({ length: 2_000 }, join);
    change();
    const last = readers.at(-1) as Reader;
    fanOut.leave(last.member);
    timing.settle();
    expect(last.received).toHaveLength(0);
  });

  test("who joins after it was closed, having waited meanwhile, is not kept where nobody looks after it", () => {
    const { join, fanOut } = world();
    fanOut.close();
    expect(join().open).toBe(false);
    expect(fanOut.size).toBe(0);
  });
});

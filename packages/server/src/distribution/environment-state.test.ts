import type { Overlay, Patch } from "@flagwright/runtime";
import { describe, expect, test } from "vitest";
import { EnvironmentState } from "./environment-state.ts";
import { flag, patchAt, snapshotAt } from "./testing/model-flags.ts";

const start = (): EnvironmentState => new EnvironmentState(snapshotAt(1, 10, [flag("a"), flag("b")]));

const announcePatch = (patch: Patch) =>
  ({ event: "patch", epoch: patch.epoch, revision: patch.to, data: JSON.stringify(patch) }) as const;

function announceKill(revision: number, name: string, epoch = 1) {
  const overlay: Overlay = {
    epoch,
    revision,
    flag: name,
    killed: { at: "2026-01-01T00:00:00Z", by: "me", reason: "x" },
  };
  return { event: "kill", epoch, revision, data: JSON.stringify(overlay) } as const;
}

const text = (bytes: Buffer | undefined): string => bytes?.toString() ?? "";
const events = (bytes: Buffer | undefined): string[] =>
  [...text(bytes).matchAll(/^event: (\w+)$/gm)].map((m) => m[1] ?? "");

describe("an environment's state", () => {
  test("sends what the outbox held, byte for byte, with the id of the revision it leads to", () => {
    const state = start();
    const announcement = announcePatch(patchAt(1, 10, [flag("a", false)]));
    expect(state.take(announcement)).toMatchObject({ verdict: "applied" });
    expect(text(state.bytesFrom({ epoch: 1, revision: 10 }, 0))).toBe(
      `event: patch\nid: 1-11\ndata: ${announcement.data}\n\n`,
    );
  });

  test("makes each event once: everybody at the same place gets the same bytes", () => {
    const state = start();
    state.take(announcePatch(patchAt(1, 10)));
    const from = { epoch: 1, revision: 10 };
    expect(state.bytesFrom(from, 0)).toBe(state.bytesFrom({ ...from }, 0));
    expect(state.bytesFrom(undefined, 0)).toBe(state.bytesFrom(undefined, 0));
  });

  test("never goes back, and takes nothing twice", () => {
    const state = start();
    const first = announcePatch(patchAt(1, 10));
    state.take(first);
    expect(state.take(first)).toEqual({ verdict: "known" });
    expect(state.load(snapshotAt(1, 10))).toEqual({ verdict: "known" });
    expect(state.load(snapshotAt(0, 99))).toEqual({ verdict: "known" });
    expect(state.order).toMatchObject({ epoch: 1, revision: 11 });
  });

  test("sees a gap and does not step over it", () => {
    const state = start();
    expect(state.take(announcePatch(patchAt(1, 12)))).toEqual({ verdict: "gap" });
    expect(state.take(announcePatch(patchAt(2, 10)))).toEqual({ verdict: "gap" });
    expect(state.order.revision).toBe(10);
  });

  test("refuses what is not readable and keeps what it has", () => {
    const state = start();
    for (const data of ["", "{", "null", "[]", '{"format":1}', '{"format":2,"epoch":1,"from":10,"to":11}'])
      for (const event of ["patch", "kill", "purge"] as const)
        expect(state.take({ event, epoch: 1, revision: 11, data }).verdict).toBe("refused");
    expect(state.snapshot).toEqual(snapshotAt(1, 10, [flag("a"), flag("b")]));
  });

  test("brings a client that is further back than the log by a snapshot", () => {
    const state = start();
    state.take(announcePatch(patchAt(1, 10)));
    expect(events(state.bytesFrom({ epoch: 1, revision: 4 }, 0))).toEqual(["snapshot"]);
    expect(events(state.bytesFrom(undefined, 0))).toEqual(["snapshot"]);
  });

  test("tells a kill at once and without an id, and the patch after it", () => {
    const state = start();
    expect(state.take(announceKill(11, "a")).verdict).toBe("applied");
    const early = state.bytesFrom({ epoch: 1, revision: 10 }, 0);
    expect(events(early)).toEqual(["kill"]);
    expect(text(early)).not.toContain("id:");
    state.take(announcePatch(patchAt(1, 10, [flag("a")])));
    expect(events(state.bytesFrom({ epoch: 1, revision: 10 }, 0))).toEqual(["kill", "patch"]);
    expect(events(state.bytesFrom({ epoch: 1, revision: 10 }, state.killSequence))).toEqual(["patch"]);
  });

  test("a client that got a kill, went away and resumes gets every patch in between", () => {
    const state = start();
    state.take(announceKill(12, "a"));
    // The client has seen the kill of revision 12; its base, and so its Last-Event-ID, is still 10.
    state.take(announcePatch(patchAt(1, 10, [flag("b", false)])));
    state.take(announcePatch(patchAt(1, 11, [flag("a")])));
    const bytes = text(state.bytesFrom({ epoch: 1, revision: 10 }, 0));
    const patch = JSON.parse(/event: patch\nid: 1-12\ndata: (.*)\n/.exec(bytes)?.[1] ?? "{}");
    expect(patch).toMatchObject({ from: 10, to: 12 });
    expect(patch.put.flags.map((each: { key: string }) => each.key)).toEqual(["b", "a"]);
  });

  test("whoever comes while a kill waits for its base gets the snapshot and then the kill", () => {
    const state = start();
    state.take(announceKill(11, "a"));
    expect(events(state.bytesFrom(undefined, 0))).toEqual(["snapshot", "kill"]);
    expect(state.overlays.map((overlay) => overlay.flag)).toEqual(["a"]);
  });

  test("a kill that the base has reached is told no more, and an older one does not undo a newer one", () => {
    const state = start();
    expect(state.take(announceKill(10, "a")).verdict).toBe("known");
    state.take(announceKill(13, "a"));
    expect(state.take(announceKill(12, "a")).verdict).toBe("known");
    expect(state.take(announceKill(12, "b")).verdict).toBe("applied");
  });

  test("a purge outranks the epoch before it, and whoever had that epoch is told to drop its caches", () => {
    const state = start();
    const snapshot = snapshotAt(2, 11, [flag("a")]);
    const purge = { event: "purge", epoch: 2, revision: 11, data: JSON.stringify({ snapshot }) } as const;
    expect(state.take(purge).verdict).toBe("applied");
    expect(text(state.bytesFrom({ epoch: 1, revision: 10 }, 0))).toBe(
      `event: purge\nid: 2-11\ndata: ${JSON.stringify({ snapshot })}\n\n`,
    );
    expect(events(state.bytesFrom(undefined, 0))).toEqual(["snapshot"]);
  });

  test("a purge is one piece of memory, from however many places clients come", () => {
    const state = start();
    const snapshot = snapshotAt(2, 11, [flag("a")]);
    state.take({ event: "purge", epoch: 2, revision: 11, data: JSON.stringify({ snapshot }) });
    const from = (revision: number): Buffer | undefined => state.bytesFrom({ epoch: 1, revision }, undefined);
    expect(from(9)).toBe(from(4));
  });

  test("a client that is ahead of this node is sent nothing older", () => {
    const state = start();
    expect(state.bytesFrom({ epoch: 1, revision: 12 }, state.killSequence)).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { PatchLog } from "./patch-log.ts";
import { flag, patchAt } from "./testing/model-flags.ts";

function filled(log: PatchLog, count: number): PatchLog {
  for (let from = 0; from < count; from++) {
    const patch = patchAt(7, from, [flag(`f${from}`)]);
    log.add(patch, JSON.stringify(patch));
  }
  return log;
}

describe("the patch log", () => {
  test("gives the very text of the last patch, and one merged patch for those further back", () => {
    const log = filled(new PatchLog(), 3);
    expect(log.since({ epoch: 7, revision: 2 })).toBe(JSON.stringify(patchAt(7, 2, [flag("f2")])));
    const merged = JSON.parse(log.since({ epoch: 7, revision: 0 }) ?? "{}");
    expect(merged).toMatchObject({ epoch: 7, from: 0, to: 3 });
    expect(merged.put.flags.map((each: { key: string }) => each.key)).toEqual(["f0", "f1", "f2"]);
  });

  test("knows nothing of where it does not reach: other epochs, the future, what was dropped", () => {
    const log = filled(new PatchLog({ patches: 2, bytes: 1e6 }), 5);
    expect(log.since({ epoch: 7, revision: 2 })).toBeUndefined();
    expect(log.since({ epoch: 7, revision: 3 })).toBeDefined();
    expect(log.since({ epoch: 7, revision: 5 })).toBeUndefined();
    expect(log.since({ epoch: 8, revision: 3 })).toBeUndefined();
  });

  test("holds no more bytes than it may, even when one patch is larger than all of them", () => {
    const log = filled(new PatchLog({ patches: 100, bytes: 10 }), 3);
    expect(log.since({ epoch: 7, revision: 2 })).toBeUndefined();
  });

  test("starts anew when a patch does not follow", () => {
    const log = filled(new PatchLog(), 3);
    log.add(patchAt(7, 9), "later");
    expect(log.since({ epoch: 7, revision: 2 })).toBeUndefined();
    expect(log.since({ epoch: 7, revision: 9 })).toBe("later");
  });
});

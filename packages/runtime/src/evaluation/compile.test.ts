import { describe, expect, test } from "vitest";
import type { FlagConfiguration, Patch } from "../snapshot/model.ts";
import { compile } from "./compile.ts";
import { regularExpressions } from "./regular-expressions.ts";
import { makeFlag, makeRule, makeSegment, makeSnapshot } from "./testing/make.ts";

const at = Date.parse("2026-11-21T12:00:00Z");
const killed = { at: "2026-11-21T00:00:00Z", by: "ann", reason: "fire" };
const unknown = makeRule({ attribute: "x", operator: "telepathy", value: 1 });

function patch(from: number, change: Partial<Patch["put"]>, gone: Partial<Patch["delete"]> = {}): Patch {
  return {
    format: 1,
    epoch: 1,
    from,
    to: from + 1,
    put: { flags: [], segments: [], ...change },
    delete: { flags: [], segments: [], ...gone },
  };
}

describe("compile", () => {
  test("a flag without targeting answers with the same frozen object every time", () => {
    const flag = compile(makeSnapshot([makeFlag("a")])).flag("a");
    const outcome = flag?.evaluate({}, at);
    expect(outcome).toMatchObject({ value: true, variant: "on", reason: "STATIC" });
    expect(flag?.evaluate({ targetingKey: "u" }, at)).toBe(outcome);
    expect(Object.isFrozen(outcome)).toBe(true);
  });

  test("an object that is served cannot be changed by who receives it", () => {
    const variants: FlagConfiguration["variants"] = [["on", { percent: { of: [1, 2] } }]];
    const value = compile(makeSnapshot([makeFlag("a", { variants })]))
      .flag("a")
      ?.evaluate({}, at).value;
    expect(() => Object.assign((value as { percent: object }).percent, { of: 3 })).toThrow(TypeError);
    expect(() => (value as { percent: { of: number[] } }).percent.of.push(3)).toThrow(TypeError);
  });

  test("an unknown flag is undefined, and names that objects inherit are unknown", () => {
    const compiled = compile(makeSnapshot([makeFlag("a")]));
    for (const key of ["b", "__proto__", "constructor", "toString"]) expect(compiled.flag(key)).toBeUndefined();
  });

  test("without an engine a flag that uses matches is unreadable, and says why", () => {
    const snapshot = makeSnapshot([
      makeFlag("a", { rules: [makeRule({ attribute: "x", operator: "matches", value: "a" })] }),
    ]);
    expect(compile(snapshot).flag("a")).toMatchObject({
      unreadable: expect.stringContaining("regular expression engine"),
    });
    expect(compile(snapshot, { regularExpressions }).flag("a")?.unreadable).toBeUndefined();
  });
});

describe("a flag that can no longer be read", () => {
  const good = makeFlag("a", { rules: [makeRule({ segment: "s" })], otherwise: { variant: "off" } });
  const first = makeSnapshot([good], { segments: [makeSegment("s", { include: ["u1"] })] });
  const newer = { ...first, revision: 2, flags: [makeFlag("a", { rules: [unknown] })] };

  test("answers as it last did, with the segments of then, after a snapshot and after a patch", () => {
    const previous = compile(first);
    previous.flag("a");
    const later = { ...newer, segments: [makeSegment("s")] };
    for (const compiled of [compile(later, { previous }), previous.patched(patch(1, newer))]) {
      expect(compiled.flag("a")?.evaluate({ targetingKey: "u1" }, at)).toMatchObject({ value: true, ruleId: "r" });
      expect(compiled.flag("a")?.unreadable).toContain("telepathy");
      expect(compiled.flag("a")?.configuration).toBe(good);
    }
  });

  test("goes on doing so over any number of revisions, until it can be read again", () => {
    let compiled = compile(first);
    compiled.flag("a");
    for (let revision = 1; revision < 10; revision++) {
      compiled =
        revision % 2 === 0
          ? compile({ ...newer, revision: revision + 1 }, { previous: compiled })
          : compiled.patched(patch(revision, { flags: newer.flags }));
      if (revision % 3 === 0) compiled.flag("a");
    }
    expect(compiled.flag("a")?.evaluate({ targetingKey: "u1" }, at).value).toBe(true);
    const healed = compiled.patched(patch(10, { flags: [makeFlag("a", { otherwise: { variant: "off" } })] }));
    expect(healed.flag("a")?.evaluate({ targetingKey: "u1" }, at)).toMatchObject({ value: false, reason: "STATIC" });
    expect(healed.flag("a")?.unreadable).toBeUndefined();
  });

  test("gives its default when it has never been asked before", () => {
    const compiled = compile(newer, { previous: compile(first) });
    expect(compiled.flag("a")?.evaluate({ targetingKey: "u1" }, at)).toMatchObject({
      value: false,
      reason: "ERROR",
      errorCode: "PARSE_ERROR",
      errorMessage: expect.stringContaining("telepathy"),
    });
  });

  test("is killed all the same, by the snapshot and by an overlay", () => {
    const previous = compile(first);
    previous.flag("a");
    const inSnapshot = compile({ ...newer, flags: [makeFlag("a", { rules: [unknown], killed })] }, { previous });
    const overlaid = compile(newer, { previous }).overlaid([{ epoch: 1, revision: 3, flag: "a", killed }]);
    for (const compiled of [inSnapshot, overlaid])
      expect(compiled.flag("a")?.evaluate({ targetingKey: "u1" }, at)).toMatchObject({
        value: false,
        reason: "DISABLED",
      });
  });
});

describe("patched", () => {
  test("compiles again only what changed and what depends on it", () => {
    const before = compile(
      makeSnapshot(
        [
          makeFlag("plain"),
          makeFlag("changed"),
          makeFlag("by-segment", { rules: [makeRule({ segment: "inner" })] }),
          makeFlag("by-nested", { rules: [makeRule({ segment: "outer" })] }),
          makeFlag("by-other", { rules: [makeRule({ segment: "other" })] }),
          makeFlag("needs", { prerequisites: [{ flag: "by-nested", is: "on" }] }),
        ],
        {
          segments: [
            makeSegment("inner", { include: ["u1"] }),
            makeSegment("outer", { when: { segment: "inner" } }),
            makeSegment("other"),
          ],
        },
      ),
    );
    const keys = before.snapshot.flags.map(({ key }) => key);
    const entries = new Map(keys.map((key) => [key, before.flag(key)]));
    const after = before.patched(
      patch(1, { flags: [makeFlag("changed", { on: false })], segments: [makeSegment("inner", { include: ["u2"] })] }),
    );
    const kept = keys.filter((key) => after.flag(key) === entries.get(key));
    expect(kept).toEqual(["plain", "by-other"]);
    expect(after.flag("changed")?.evaluate({}, at).value).toBe(false);
    expect(after.flag("by-nested")?.evaluate({ targetingKey: "u2" }, at).ruleId).toBe("r");
    expect(after).toMatchObject({ epoch: 1, revision: 2, snapshot: { revision: 2 } });
    expect(before.flag("by-nested")?.evaluate({ targetingKey: "u2" }, at).ruleId).toBeUndefined();
  });

  test("a flag that comes or goes is noticed by those that ask for it", () => {
    const before = compile(
      makeSnapshot([makeFlag("needs", { prerequisites: [{ flag: "base", is: "on" }], off: "off" })]),
    );
    expect(before.flag("needs")?.evaluate({}, at).value).toBe(false);
    const with_ = before.patched(patch(1, { flags: [makeFlag("base")] }));
    expect(with_.flag("needs")?.evaluate({}, at).value).toBe(true);
    const without = with_.patched(patch(2, {}, { flags: ["base"] }));
    expect(without.flag("needs")?.evaluate({}, at).value).toBe(false);
    expect(without.flag("base")).toBeUndefined();
  });

  test("a segment that comes makes the flag readable that asks for it", () => {
    const before = compile(
      makeSnapshot([makeFlag("a", { rules: [makeRule({ segment: "s" })], otherwise: { variant: "off" } })]),
    );
    expect(before.flag("a")?.unreadable).toContain("does not exist");
    const after = before.patched(patch(1, { segments: [makeSegment("s", { when: { all: [] } })] }));
    expect(after.flag("a")?.evaluate({}, at).value).toBe(true);
  });

  test("a flag that becomes readable is noticed by those that it now leads back to", () => {
    const a = makeFlag("a", { prerequisites: [{ flag: "b", is: "on" }] });
    const b = makeFlag("b", { rules: [makeRule({ all: [{ segment: "s" }, { flag: "a", is: "on" }] })] });
    const before = compile(makeSnapshot([a, b]));
    expect(before.flag("a")?.unreadable).toBeUndefined();
    const after = before.patched(patch(1, { segments: [makeSegment("s")] }));
    expect(after.flag("a")?.unreadable).toContain("depends on itself");
  });

  test("a patch that starts elsewhere is refused", () => {
    expect(() => compile(makeSnapshot([])).patched(patch(2, {}))).toThrow(RangeError);
    expect(() => compile(makeSnapshot([], { epoch: 2 })).patched(patch(1, {}))).toThrow(RangeError);
  });
});

describe("overlaid", () => {
  const base = compile(
    makeSnapshot([
      makeFlag("a"),
      makeFlag("b"),
      makeFlag("needs", { prerequisites: [{ flag: "a", is: "on" }], off: "off" }),
    ]),
  );
  const value = (compiled: typeof base, key: string): unknown => compiled.flag(key)?.evaluate({}, at).value;

  test("a kill takes effect at once, on the flags that need the killed one too, and on no other", () => {
    const b = base.flag("b");
    expect(value(base, "needs")).toBe(true);
    const after = base.overlaid([{ epoch: 1, revision: 2, flag: "a", killed }]);
    expect([value(after, "a"), value(after, "needs"), after.flag("b") === b]).toEqual([false, false, true]);
    expect(after.flag("a")?.configuration.killed).toEqual(killed);
    expect(after.snapshot).toBe(base.snapshot);
  });

  test("a kill survives the patches before it, and gives way to the one that reaches it", () => {
    const overlaid = base.overlaid([{ epoch: 1, revision: 3, flag: "a", killed }]);
    const second = overlaid.patched(patch(1, { flags: [makeFlag("a")] }));
    expect(value(second, "a")).toBe(false);
    const third = second.patched(patch(2, { flags: [makeFlag("b")] }));
    expect([third.revision, value(third, "a"), value(third, "needs")]).toEqual([3, true, true]);
  });

  test("a lift takes a kill away", () => {
    const dead = compile(makeSnapshot([makeFlag("a", { killed })]));
    expect(value(dead, "a")).toBe(false);
    expect(value(dead.overlaid([{ epoch: 1, revision: 2, flag: "a", killed: null }]), "a")).toBe(true);
  });

  test("of two overlays for a flag the newer counts, and one that is no newer than the snapshot does not", () => {
    const kill = { epoch: 1, revision: 4, flag: "a", killed };
    const lift = { epoch: 1, revision: 5, flag: "a", killed: null };
    expect(value(base.overlaid([lift, kill]), "a")).toBe(true);
    expect(value(base.overlaid([lift]).overlaid([kill]), "a")).toBe(true);
    expect(base.overlaid([{ ...kill, revision: 1 }])).toBe(base);
    expect(base.overlaid([{ ...kill, epoch: 0, revision: 9 }])).toBe(base);
    expect(value(base.overlaid([{ ...kill, epoch: 2, revision: 0 }]), "a")).toBe(false);
  });

  test("an overlay that comes before its flag waits for it", () => {
    const overlaid = base.overlaid([{ epoch: 1, revision: 3, flag: "new", killed }]);
    expect(overlaid.flag("new")).toBeUndefined();
    expect(value(overlaid.patched(patch(1, { flags: [makeFlag("new")] })), "new")).toBe(false);
  });
});

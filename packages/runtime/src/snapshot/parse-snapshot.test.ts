import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeFlag, makeRule, makeSegment, makeSnapshot } from "../evaluation/testing/make.ts";
import * as limits from "./limits.ts";
import type { Condition, FlagConfiguration } from "./model.ts";
import { parseOverlay, parsePatch } from "./parse-patch.ts";
import { parseSnapshot } from "./parse-snapshot.ts";

const good = makeSnapshot([makeFlag("a")], { segments: [makeSegment("s")] });
const patch = {
  format: 1,
  epoch: 1,
  from: 1,
  to: 2,
  put: { flags: [], segments: [] },
  delete: { flags: ["a"], segments: [] },
};
const overlay = { epoch: 1, revision: 2, flag: "a", killed: { at: "2026-11-21T00:00:00Z", by: "ann", reason: "fire" } };

function withFlag(change: { readonly [member: string]: unknown }): unknown {
  return { ...good, flags: [{ ...makeFlag("a"), ...change }] };
}
function messageOf(input: unknown): string | undefined {
  const parsed = parseSnapshot(input);
  return parsed.ok ? undefined : parsed.error.message;
}
function nested(depth: number): Condition {
  return depth === 0 ? { all: [] } : { not: nested(depth - 1) };
}
function deep(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

describe("parseSnapshot", () => {
  test("takes a good snapshot as it is", () => {
    expect(parseSnapshot(good)).toEqual({ ok: true, snapshot: good });
  });

  test("ignores members that it does not know", () => {
    expect(parseSnapshot({ ...good, more: 1, flags: [{ ...makeFlag("a"), more: { __proto__: null } }] }).ok).toBe(true);
  });

  test.each([
    [null, "it must be an object"],
    [[], "it must be an object"],
    [{}, "/format must be 1"],
    [{ ...good, format: 2 }, "/format must be 1"],
    [{ ...good, epoch: 1.5 }, "/epoch must be an integer"],
    [{ ...good, revision: -1 }, "/revision must be an integer"],
    [{ ...good, revision: "1" }, "/revision must be an integer"],
    [{ ...good, flags: {} }, "/flags must be an array"],
    [{ ...good, flags: [null] }, "/flags/0 must be an object"],
    [{ ...good, flags: [makeFlag("a"), makeFlag("a")] }, '/flags/1 repeats the key "a"'],
    [{ ...good, segments: [makeSegment("s"), makeSegment("s")] }, '/segments/1 repeats the key "s"'],
    [withFlag({ key: "" }), "/flags/0/key must be a string of 1 to 120 characters"],
    [withFlag({ salt: 5 }), "/flags/0/salt must be a string"],
    [withFlag({ on: "true" }), "/flags/0/on must be true or false"],
    [withFlag({ type: "date" }), '/flags/0/type must be "boolean" or'],
    [withFlag({ default: undefined }), "/flags/0/default must be a JSON value"],
    [withFlag({ default: Number.NaN }), "/flags/0/default must be a JSON value"],
    [withFlag({ variants: [["on"]] }), "/flags/0/variants/0 must be an array of 2 items"],
    [withFlag({ activeFrom: "2026-02-30T00:00:00Z" }), "/flags/0/activeFrom must be an instant"],
    [withFlag({ autoOff: "2026-11-21" }), "/flags/0/autoOff must be an instant"],
    [withFlag({ killed: {} }), "/flags/0/killed/at must be an instant"],
    [withFlag({ metadata: { a: [] } }), "/flags/0/metadata/a must be a string, a number or a boolean"],
    [withFlag({ prerequisites: [{ flag: "b", is: "off" }] }), "/flags/0/prerequisites/0/is must be an array"],
    [withFlag({ otherwise: { variant: 1 } }), "/flags/0/otherwise/variant must be a string"],
    [
      withFlag({ otherwise: { split: { by: ["a"], algorithm: "murmur3", ranges: [["on", 0, 100_001]] } } }),
      "/flags/0/otherwise/split/ranges/0/2 must be an integer from 0 to 100000",
    ],
    [
      withFlag({ rules: [{ ...makeRule({ all: [] }), when: { all: [{ not: 5 }] } }] }),
      "/flags/0/rules/0/when/all/0/not must be an object",
    ],
    [
      withFlag({ rules: [{ ...makeRule({ all: [] }), when: { attribute: 5, operator: "equals", value: 1 } }] }),
      "/flags/0/rules/0/when/attribute must be an array",
    ],
    [
      withFlag({ targets: [{ match: [["a~/b", [null]]], serve: { variant: "on" } }] }),
      "/flags/0/targets/0/match/0/1/0 must be a string",
    ],
  ])("refuses %# with the place and the reason", (input, message) => {
    expect(messageOf(input)).toContain(message);
  });

  test("what cannot be understood of a flag is left to the compiler", () => {
    expect(parseSnapshot(withFlag({ otherwise: { lottery: true } })).ok).toBe(true);
    expect(parseSnapshot(withFlag({ rules: [{ ...makeRule({ all: [] }), when: { moon: "full" } }] })).ok).toBe(true);
  });

  test.each<readonly [string, Partial<FlagConfiguration>, Partial<FlagConfiguration>]>([
    [
      "rules",
      { rules: Array.from({ length: limits.MAX_RULES }, () => makeRule({ all: [] })) },
      { rules: Array.from({ length: limits.MAX_RULES + 1 }, () => makeRule({ all: [] })) },
    ],
    [
      "depth of conditions",
      { rules: [makeRule(nested(limits.MAX_CONDITION_DEPTH - 1))] },
      { rules: [makeRule(nested(limits.MAX_CONDITION_DEPTH))] },
    ],
    ["length of keys", { key: "k".repeat(limits.MAX_KEY_LENGTH) }, { key: "k".repeat(limits.MAX_KEY_LENGTH + 1) }],
    ["length of names", { salt: "s".repeat(limits.MAX_NAME_LENGTH) }, { salt: "s".repeat(limits.MAX_NAME_LENGTH + 1) }],
    [
      "depth of values",
      { default: deep(limits.MAX_VALUE_DEPTH) as string },
      { default: deep(limits.MAX_VALUE_DEPTH + 1) as string },
    ],
    [
      "length of lists",
      { default: Array.from({ length: limits.MAX_LIST_LENGTH }, () => 1) },
      { default: Array.from({ length: limits.MAX_LIST_LENGTH + 1 }, () => 1) },
    ],
  ])("the limit on %s is where it says", (_what, within, beyond) => {
    expect(messageOf(withFlag(within))).toBeUndefined();
    expect(messageOf(withFlag(beyond))).toContain("must");
  });

  test("a value nested a million levels deep is refused, not followed", () => {
    expect(messageOf(withFlag({ default: deep(1_000_000) }))).toContain("nested at most");
  });

  test("never throws, whatever it is given", () => {
    const boom = new Proxy(
      {},
      {
        get: () => {
          throw new Error("boom");
        },
      },
    );
    expect(parseSnapshot(boom)).toEqual({
      ok: false,
      error: { pointer: "", message: "Snapshot refused: it could not be read." },
    });
    fc.assert(fc.property(fc.anything(), (input) => typeof parseSnapshot(input).ok === "boolean"));
  });

  test("a member with any other value in its place is refused or understood, and never changed", () => {
    const members = Object.keys(makeFlag("a"));
    fc.assert(
      fc.property(fc.constantFrom(...members), fc.jsonValue(), (member, value) => {
        const input = withFlag({ [member]: value });
        const copy = structuredClone(input);
        parseSnapshot(input);
        expect(input).toEqual(copy);
      }),
    );
  });
});

describe("parsePatch and parseOverlay", () => {
  test("take good ones", () => {
    expect(parsePatch(patch)).toEqual({ ok: true, patch });
    expect(parseOverlay(overlay)).toEqual({ ok: true, overlay });
    expect(parseOverlay({ ...overlay, killed: null }).ok).toBe(true);
  });

  test.each([
    [{ ...patch, to: 1 }, "/to must be greater than 1"],
    [{ ...patch, put: { flags: [makeFlag("a"), makeFlag("a")], segments: [] } }, "/put/flags/1 repeats"],
    [{ ...patch, delete: { flags: [1], segments: [] } }, "/delete/flags/0 must be a string"],
    [{ ...patch, put: undefined }, "/put must be an object"],
  ])("a bad patch is refused: %#", (input, message) => {
    expect(parsePatch(input)).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } });
  });

  test.each([
    [{ ...overlay, killed: undefined }, "/killed must be an object"],
    [{ ...overlay, killed: { at: "now", by: "", reason: "" } }, "/killed/at must be an instant"],
    [{ ...overlay, revision: 1e300 }, "/revision must be an integer"],
  ])("a bad overlay is refused: %#", (input, message) => {
    expect(parseOverlay(input)).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } });
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyPatch } from "../snapshot/apply-patch.ts";
import type { Overlay, Patch } from "../snapshot/model.ts";
import { compile } from "./compile.ts";
import type { CompiledEntry } from "./scope.ts";
import { regularExpressions } from "./regular-expressions.ts";
import { contexts, snapshots, start } from "./testing/arbitrary-snapshot.ts";

const flagKey = fc.constantFrom<string>("a", "b", "c", "d");
const segmentKey = fc.constantFrom<string>("s", "t");

/** What one step does: which flags and segments of another snapshot are put, which go, what is asked in between. */
const step = fc.record({
  source: snapshots,
  flags: fc.uniqueArray(flagKey, { maxLength: 2 }),
  segments: fc.uniqueArray(segmentKey, { maxLength: 1 }),
  gone: fc.record({
    flags: fc.uniqueArray(flagKey, { maxLength: 1 }),
    segments: fc.uniqueArray(segmentKey, { maxLength: 1 }),
  }),
  kill: fc.option(fc.record({ flag: flagKey, lift: fc.boolean(), ahead: fc.integer({ min: 0, max: 3 }) }), {
    nil: undefined,
  }),
  asked: fc.uniqueArray(flagKey),
});

const options = { regularExpressions };

test("a snapshot that was patched and overlaid answers as one compiled afresh", () => {
  let compared = 0;
  fc.assert(
    fc.property(snapshots, fc.array(step, { minLength: 1, maxLength: 5 }), contexts, (first, steps, context) => {
      let snapshot = first;
      let compiled = compile(first, options);
      const overlays: Overlay[] = [];
      for (const { source, flags, segments, gone, kill, asked } of steps) {
        for (const key of asked) compiled.flag(key)?.evaluate(context, start);
        const patch: Patch = {
          format: 1,
          epoch: 1,
          from: snapshot.revision,
          to: snapshot.revision + 1,
          put: {
            flags: source.flags.filter(({ key }) => flags.includes(key)),
            segments: source.segments.filter(({ key }) => segments.includes(key)),
          },
          delete: {
            flags: gone.flags.filter((key) => !flags.includes(key)),
            segments: gone.segments.filter((key) => !segments.includes(key)),
          },
        };
        if (kill !== undefined) {
          const killed = kill.lift ? null : { at: "2026-11-21T00:00:00Z", by: "ann", reason: "fire" };
          overlays.push({ epoch: 1, revision: snapshot.revision + kill.ahead, flag: kill.flag, killed });
          compiled = compiled.overlaid(overlays.slice(-1));
        }
        snapshot = applyPatch(snapshot, patch);
        compiled = compiled.patched(patch);
        const fresh = compile(snapshot, options).overlaid(overlays);
        for (const { key } of snapshot.flags) {
          const [expected, actual] = [fresh.flag(key), compiled.flag(key)];
          expect(actual?.unreadable).toBe(expected?.unreadable);
          // What cannot be read may remember what the fresh one never knew, and so may those that depend on it.
          const asks = [key, ...(expected as CompiledEntry).flags];
          if (asks.some((each) => fresh.flag(each)?.unreadable !== undefined)) continue;
          expect(actual?.evaluate(context, start)).toEqual(expected?.evaluate(context, start));
          compared++;
        }
        expect(compiled.flags.length).toBe(snapshot.flags.length);
      }
    }),
    { numRuns: 500 },
  );
  expect(compared).toBeGreaterThan(2000);
});

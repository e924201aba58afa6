import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../evaluation/compile.ts";
import { compareOrder, isNewer } from "../snapshot/order.ts";
import { Replica } from "./replica.ts";
import { type Change, history, type Step } from "./testing/history.ts";

const changes = fc.array(fc.constantFrom<Change>("text", "text", "kill", "lift", "purge"), { maxLength: 12 });
/** Which message of which step arrives: any, in any order, any number of times. */
const arrivals = fc.array(fc.tuple(fc.nat(), fc.constantFrom("snapshot", "patch", "overlay")), { maxLength: 40 });

test("whatever arrives, in whatever order and how often: it never goes back, and each state is one that was", () => {
  fc.assert(
    fc.property(changes, arrivals, (made, arrived) => {
      const steps = history(made);
      const replica = new Replica((snapshot) => compile(snapshot));
      for (const [at, kind] of arrived) {
        const step = steps[at % steps.length] as Step;
        const before = replica.order;
        const verdict =
          kind === "snapshot"
            ? replica.snapshot(step.snapshot).verdict
            : kind === "patch"
              ? step.patch && replica.patch(step.patch).verdict
              : step.overlay && replica.kill(step.overlay).verdict;
        expect(verdict).not.toBe("refused");
        if (before !== undefined) expect(compareOrder(replica.order ?? before, before)).toBeGreaterThanOrEqual(0);
        const { base } = replica;
        if (base !== undefined)
          expect(base).toEqual(steps.find(({ snapshot }) => compareOrder(snapshot, base) === 0)?.snapshot);
        for (const overlay of replica.overlays) if (base !== undefined) expect(isNewer(overlay, base)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test("a kill is in force from when it is heard until a newer lift is, whatever else arrives", () => {
  fc.assert(
    fc.property(changes, arrivals, (made, arrived) => {
      const steps = history(made);
      const replica = new Replica((snapshot) => compile(snapshot));
      /** The newest that was heard of the flag, by whatever message brought it. */
      let newest: { readonly epoch: number; readonly revision: number; readonly killed: boolean } | undefined;
      for (const [at, kind] of arrived) {
        const { snapshot, overlay } = steps[at % steps.length] as Step;
        if (kind === "snapshot") replica.snapshot(snapshot);
        else if (kind === "overlay" && overlay !== undefined) replica.kill(overlay);
        else continue;
        const heard = kind === "snapshot" ? snapshot : overlay;
        if (heard !== undefined && (newest === undefined || isNewer(heard, newest)))
          newest = {
            epoch: heard.epoch,
            revision: heard.revision,
            killed:
              kind === "snapshot"
                ? snapshot.flags.some(({ key, killed: by }) => key === "new-checkout" && by !== undefined)
                : overlay?.killed !== null,
          };
        const flag = replica.current?.flag("new-checkout");
        if (flag !== undefined) expect(flag.configuration.killed !== undefined).toBe(newest?.killed);
      }
    }),
    { numRuns: 500 },
  );
});

test("with the last snapshot it is where the environment is, whatever came before", () => {
  fc.assert(
    fc.property(changes, arrivals, (made, arrived) => {
      const steps = history(made);
      const replica = new Replica((snapshot) => compile(snapshot));
      for (const [at, kind] of arrived) {
        const { patch, overlay } = steps[at % steps.length] as Step;
        if (kind === "patch" && patch !== undefined) replica.patch(patch);
        if (kind === "overlay" && overlay !== undefined) replica.kill(overlay);
      }
      const last = (steps.at(-1) as Step).snapshot;
      replica.snapshot(last);
      expect(replica.current?.snapshot).toEqual(last);
      expect(replica.overlays).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

import { expect, test } from "vitest";
import type { FlagConfiguration, Segment } from "../snapshot/model.ts";
import { staticSource } from "../sources/static-source.ts";
import { createClient } from "./create-client.ts";
import { checkoutFlag, newCheckout, snapshotOf, TestHost } from "./testing/flags.ts";

const NOON = Date.parse("2026-06-01T12:00:00Z");
const at = (hour: number): string => `2026-06-01T${String(hour).padStart(2, "0")}:00:00Z`;
const after12 = { attribute: "seen", operator: "before", value: "now" } as const;
const rule = (when: FlagConfiguration["rules"][number]["when"]): Partial<FlagConfiguration> => ({
  rules: [{ id: "r", when, serve: { variant: "on" }, onMiss: "next" }],
  otherwise: { variant: "off" },
});
const other = checkoutFlag(true, { key: "other", activeFrom: at(12) });
const segment: Segment = { key: "seen", include: [], exclude: [], when: after12 };
const context = { targetingKey: "u1", seen: at(12) };

/** Each is off before noon and on after it; whatever can depend on the time has to be here. */
test.each<[string, Partial<FlagConfiguration>]>([
  ["a window's beginning", { activeFrom: at(12) }],
  ["a window's end", { activeUntil: at(12), off: "on", otherwise: { variant: "off" } }],
  ["the end of a flag", { autoOff: at(12), off: "on", otherwise: { variant: "off" } }],
  [
    "a ramp",
    {
      otherwise: {
        split: {
          by: ["targetingKey"],
          algorithm: "murmur3",
          ranges: [["on", 0, 100_000]],
          ramp: {
            steps: [
              [at(0), 0],
              [at(12), 100_000],
            ],
          },
        },
      },
    },
  ],
  ["a date relative to now", rule(after12)],
  ["the same in a segment", rule({ segment: "seen" })],
  ["the same in another flag", rule({ flag: "other", is: "on" })],
  ["a prerequisite", { prerequisites: [{ flag: "other", is: "on" }] }],
])("the time is looked at when the answer depends on it: %s", (_name, over) => {
  const host = new TestHost();
  const snapshot = { ...snapshotOf(1, [checkoutFlag(true, over), other]), segments: [segment] };
  const client = createClient({ source: staticSource(snapshot), host, logger: null, ttlMs: Number.POSITIVE_INFINITY });
  host.time = NOON - 1;
  expect(client.get(newCheckout, context)).toBe(false);
  host.time = NOON + 1;
  expect(client.get(newCheckout, context)).toBe(true);
});

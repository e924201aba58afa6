import { expect, test } from "vitest";
import { EnvironmentState } from "./environment-state.ts";
import { ofrepFeed } from "./ofrep-feed.ts";
import { flag, snapshotAt } from "./testing/model-flags.ts";

test("a browser that evaluated just before a kill, and listens just after it, is told to evaluate again", () => {
  const state = new EnvironmentState(snapshotAt(1, 7, [flag("a")]));
  const feed = ofrepFeed(state);
  const listens = (): string | undefined => feed.bytesFrom({ epoch: 1, revision: 7 }, undefined)?.toString();
  expect(listens()).toBeUndefined();
  const killed = { at: "2026-01-01T00:00:00.000Z", by: "ops", reason: "outage" };
  const data = JSON.stringify({ epoch: 1, revision: 8, flag: "a", killed });
  expect(state.take({ event: "kill", epoch: 1, revision: 8, data }).verdict).toBe("applied");
  expect(listens()).toContain("refetchEvaluation");
  expect(feed.bytesFrom({ epoch: 1, revision: 7 }, state.killSequence)).toBeUndefined();
});

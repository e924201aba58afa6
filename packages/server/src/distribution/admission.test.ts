import { describe, expect, test } from "vitest";
import { Admission } from "./admission.ts";
import { manualTiming } from "./testing/manual-timing.ts";

describe("admission", () => {
  test("a herd is let in at the configured rate, and sent away with turns of its own in whole seconds", () => {
    const timing = manualTiming();
    const admission = new Admission({ maxStreams: 100_000, streamsPerSecond: 100, timing });
    const answers = Array.from({ length: 500 }, () => admission.admit());
    expect(answers.filter((answer) => answer.admitted)).toHaveLength(100);
    const waits = answers.flatMap((answer) => (answer.admitted ? [] : [answer.retryAfter]));
    expect(waits.every(Number.isInteger)).toBe(true);
    for (const second of [1, 2, 3, 4]) expect(waits.filter((wait) => wait === second)).toHaveLength(100);
  });

  test("who comes when told is let in: nobody waits for ever", () => {
    const timing = manualTiming();
    const admission = new Admission({ maxStreams: 100_000, streamsPerSecond: 100, timing });
    let waiting = 1_000;
    let seconds = 0;
    for (; waiting > 0 && seconds < 60; seconds++) {
      const due = Math.min(waiting, 100);
      for (let count = 0; count < due; count++) if (admission.admit().admitted) waiting--;
      timing.advance(1_000);
    }
    expect(seconds).toBe(10);
  });

  test("no second holds more than the rate, wherever it begins", () => {
    const timing = manualTiming();
    const admission = new Admission({ maxStreams: 100_000, streamsPerSecond: 100, timing });
    const letInAt: number[] = [];
    timing.advance(10_000);
    for (let ms = 0; ms < 5_000; ms += 10) {
      for (let count = 0; count < 7; count++) if (admission.admit().admitted) letInAt.push(ms);
      timing.advance(10);
    }
    for (const from of letInAt)
      expect(letInAt.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(100);
    expect(letInAt).toHaveLength(500);
  });

  test("a clock that goes back an hour keeps nobody out for an hour", () => {
    const timing = manualTiming();
    const admission = new Admission({ maxStreams: 100_000, streamsPerSecond: 10, timing });
    timing.advance(3_600_000);
    for (let count = 0; count < 15; count++) admission.admit();
    timing.advance(-3_600_000);
    expect(admission.admit()).toEqual({ admitted: true });
    for (let count = 0; count < 10; count++) admission.admit();
    expect(admission.admit()).toMatchObject({ admitted: false, retryAfter: 1 });
    timing.advance(1_000);
    expect(admission.admit()).toEqual({ admitted: true });
  });

  test("the cap holds, and a stream that ends makes room", () => {
    const timing = manualTiming();
    const admission = new Admission({ maxStreams: 2, streamsPerSecond: 100, timing });
    admission.admit();
    admission.admit();
    expect(admission.admit()).toMatchObject({ admitted: false, reason: "full", retryAfter: 10 });
    admission.release();
    expect(admission.admit()).toEqual({ admitted: true });
  });
});

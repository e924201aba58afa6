import { describe, expect, test } from "vitest";
import { TestHost } from "../client/testing/flags.ts";
import { Backoff, BACKOFF_CAP_MS, HEALTHY_AFTER_MS } from "./backoff.ts";

describe("full jitter", () => {
  test("the ceiling doubles up to the cap, and a wait is spread from nothing to the ceiling", () => {
    const host = new TestHost();
    host.chance = 1 - Number.EPSILON;
    const backoff = new Backoff(host);
    const waits = Array.from({ length: 8 }, () => Math.round(backoff.next()));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, BACKOFF_CAP_MS, BACKOFF_CAP_MS, BACKOFF_CAP_MS]);
    host.chance = 0;
    expect(backoff.next()).toBe(0);
  });

  test("what the server asks for is waited first, and jitter comes on top", () => {
    const host = new TestHost();
    expect(new Backoff(host).next(7_000)).toBe(7_500);
  });
});

describe("reset", () => {
  test("a connection that dies within a minute goes on where the failures left off", () => {
    const host = new TestHost();
    const backoff = new Backoff(host);
    backoff.next();
    backoff.next();
    backoff.succeeded();
    host.advance(HEALTHY_AFTER_MS - 1);
    backoff.succeeded();
    expect(backoff.next()).toBe(2_000);
    backoff.succeeded();
    host.advance(HEALTHY_AFTER_MS);
    expect(backoff.next()).toBe(500);
  });
});

import { describe, expect, test } from "vitest";
import { TestHost } from "../client/testing/flags.ts";
import { BREAK_AFTER, BREAK_MS, Endpoints } from "./endpoints.ts";

const urls = ["http://a", "http://b"];

describe("health memory", () => {
  test("the first endpoint is preferred, and the one that failed less after it", () => {
    const endpoints = new Endpoints(urls, new TestHost());
    expect(endpoints.pick().url).toBe("http://a");
    endpoints.failed(endpoints.pick());
    expect(endpoints.pick().url).toBe("http://b");
    endpoints.failed(endpoints.pick());
    expect(endpoints.pick().url).toBe("http://a");
    endpoints.succeeded({ url: "http://b", failures: 1, openUntil: 0 });
    expect(endpoints.pick().url).toBe("http://b");
  });
});

describe("circuit breaker", () => {
  test("opens after failures in a row, lets one trial through when its time is over, and opens again when that fails", () => {
    const host = new TestHost();
    const endpoints = new Endpoints(["http://a"], host);
    for (let failure = 1; failure < BREAK_AFTER; failure++) endpoints.failed(endpoints.pick());
    expect(endpoints.waitFor(endpoints.pick())).toBe(0);
    endpoints.failed(endpoints.pick());
    expect(endpoints.waitFor(endpoints.pick())).toBe(BREAK_MS * 1.25);
    host.advance(BREAK_MS * 1.25);
    expect(endpoints.waitFor(endpoints.pick())).toBe(0);
    endpoints.failed(endpoints.pick());
    expect(endpoints.waitFor(endpoints.pick())).toBe(BREAK_MS * 1.25);
    endpoints.succeeded(endpoints.pick());
    endpoints.failed(endpoints.pick());
    expect(endpoints.waitFor(endpoints.pick())).toBe(0);
  });

  test("an open circuit is passed over; when all are open, the one that closes first is next", () => {
    const host = new TestHost();
    const endpoints = new Endpoints(urls, host);
    const [a, b] = urls.map((url) => ({ url, failures: 0, openUntil: 0 }));
    for (let failure = 0; failure < BREAK_AFTER; failure++) endpoints.failed(b!);
    host.advance(1_000);
    for (let failure = 0; failure < BREAK_AFTER; failure++) endpoints.failed(a!);
    expect(endpoints.pick().url).toBe("http://b");
  });

  test("an address that is none is refused with an example", () => {
    expect(() => new Endpoints([], new TestHost())).toThrow("pass `url`");
    expect(() => new Endpoints(["127.0.0.1:4400"], new TestHost())).toThrow("http://127.0.0.1:4400");
  });
});

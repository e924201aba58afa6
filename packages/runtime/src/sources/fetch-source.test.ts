import { expect, test } from "vitest";
import type { Host } from "../client/host.ts";
import { fetchSource } from "./fetch-source.ts";

test.each([
  ["7", 7_000],
  ["Thu, 01 Jan 1970 00:00:09 GMT", 9_000],
  ["999999999", 300_000],
  ["-60", 0],
  ["soon", 0],
])(
  "a refusal with Retry-After %j is followed by a wait of %i ms and the backoff, which here is 0",
  async (header, waitMs) => {
    const waits: number[] = [];
    const failures: string[] = [];
    const host: Host = {
      now: () => 0,
      random: () => 0,
      after: (delayMs) => {
        waits.push(delayMs);
        return () => {};
      },
    };
    const source = fetchSource({
      url: "https://cdn.example.com/flags.json",
      host,
      fetch: () => Promise.resolve(new Response("", { status: 503, headers: { "retry-after": header } })),
    });
    source.start({
      current: () => undefined,
      take: () => Promise.resolve(),
      confirm: () => {},
      fail: (reason) => void failures.push(String(reason)),
    });
    await expect.poll(() => waits.length).toBe(2);
    expect(failures).toHaveLength(1);
    expect(waits[1]).toBe(waitMs);
    await source.close();
  },
);

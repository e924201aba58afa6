import { describe, expect, test } from "vitest";
import { parseRedisUrl } from "./redis-address.ts";

describe("the address of Redis", () => {
  test("one server, with and without user, TLS and database", () => {
    expect(parseRedisUrl("redis://localhost")).toEqual({
      kind: "single",
      nodes: [{ host: "localhost", port: 6379 }],
      tls: false,
    });
    expect(parseRedisUrl("rediss://fw:s%3Acr%40t:x@[::1]:80/3")).toEqual({
      kind: "single",
      nodes: [{ host: "::1", port: 80 }],
      tls: true,
      username: "fw",
      password: "s:cr@t:x",
      database: 3,
    });
    expect(parseRedisUrl("redis://:secret@h:1")).toMatchObject({ password: "secret" });
  });

  test("a cluster, by some of its nodes", () => {
    expect(parseRedisUrl("rediss+cluster://fw:secret@a:7000,b,10.0.0.1:7002")).toEqual({
      kind: "cluster",
      nodes: [
        { host: "a", port: 7000 },
        { host: "b", port: 6379 },
        { host: "10.0.0.1", port: 7002 },
      ],
      tls: true,
      username: "fw",
      password: "secret",
    });
  });

  test.each([
    "http://localhost",
    "redis://",
    "redis://a,b",
    "redis://a:b",
    "redis://a:70000",
    "redis://%E0%A4@a",
    "redis+cluster://a/1",
    "redis+cluster://a,,b",
    "redis://a?db=1",
    "",
  ])("%j is none", (text) => {
    expect(parseRedisUrl(text)).toBeUndefined();
  });
});

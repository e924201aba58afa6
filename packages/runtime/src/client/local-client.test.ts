import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { defineFlag } from "../codegen/v1/define-flag.ts";
import { registry } from "../codegen/v1/registry.ts";
import { operatorTable } from "../evaluation/operators/operator-table.ts";
import { regularExpressions } from "../evaluation/regular-expressions.ts";
import { makeRule } from "../evaluation/testing/make.ts";
import type { Snapshot } from "../snapshot/model.ts";
import { fetchSource, type FetchSourceOptions } from "../sources/fetch-source.ts";
import type { LocalSink } from "./local-source.ts";
import { type LocalClient, type LocalEvents, type LocalOptions, connect, createClient } from "./local-client.ts";
import {
  banner,
  bannerFlag,
  checkoutFlag,
  discount,
  discountFlag,
  hastyHost,
  newCheckout,
  snapshotOf,
} from "./testing/flags.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  registry.client = undefined;
});

function start(options: LocalOptions): LocalClient {
  const client = createClient({ host: hastyHost, ...options });
  closing.push(() => client.close());
  return client;
}

function next<Name extends keyof LocalEvents>(client: LocalClient, name: Name): Promise<LocalEvents[Name]> {
  return new Promise((resolve) => {
    const off = client.on(name, (event) => {
      off();
      resolve(event);
    });
  });
}

async function until(when: () => boolean): Promise<void> {
  while (!when()) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Site {
  readonly url: string;
  /** What is served, or the status of a refusal. */
  serves: unknown;
  readonly seen: { readonly etag: string | undefined; readonly key: string | undefined; readonly status: number }[];
}

/** A server of one file, as a CDN is. */
async function startSite(serves: unknown): Promise<Site> {
  const server = createServer((request, response) => {
    const { serves: now } = site;
    const body = typeof now === "string" ? now : JSON.stringify(now);
    const etag = `"${createHash("sha256").update(body).digest("hex")}"`;
    const { "if-none-match": asked, authorization } = request.headers;
    const status = typeof now === "number" ? now : asked === etag ? 304 : 200;
    site.seen.push({ etag: asked, key: authorization, status });
    response.writeHead(status, status === 200 ? { etag } : {}).end(status === 200 ? body : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const site: Site = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flags.json`, serves, seen: [] };
  return site;
}

function follow(site: Site, options: Partial<FetchSourceOptions & LocalOptions> = {}): LocalClient {
  return start({ ...options, source: fetchSource({ url: site.url, host: hastyHost, intervalMs: 20, ...options }) });
}

const half = {
  split: {
    by: ["targetingKey"],
    algorithm: "murmur3",
    ranges: [
      ["on", 0, 50_000],
      ["off", 50_000, 100_000],
    ],
  },
} as const;

test("a snapshot at hand answers at once", () => {
  const client = start({ snapshot: snapshotOf(3, [checkoutFlag(true), discountFlag(20)]) });
  expect(client.get(newCheckout, { targetingKey: "ann" })).toBe(true);
  expect(client.details(discount)).toEqual({
    flagKey: "discount",
    value: { percent: 20 },
    variant: "some",
    reason: "STATIC",
    epoch: 1,
    revision: 3,
    flagMetadata: {},
  });
  expect(client.details(banner)).toMatchObject({ value: "none", reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
  expect(client.status).toEqual({ state: "ready", epoch: 1, revision: 3 });
  expect(() => Object.assign(client.get(discount), { percent: 99 })).toThrow(TypeError);
});

test("flags at hand need no timer, which a worker forbids while its modules are loaded", async () => {
  const after = (): never => {
    throw new Error("not here");
  };
  const client = start({ snapshot: snapshotOf(1, [bannerFlag("eins")]), host: { ...hastyHost, after } });
  expect([client.get(banner), (await client.ready).state]).toEqual(["eins", "ready"]);
});

test("the default client answers when a flag is called", async () => {
  const client = await connect({ snapshot: snapshotOf(1, [checkoutFlag(true, { otherwise: half })]) });
  closing.push(() => client.close());
  const answers = Array.from({ length: 200 }, (_, at) => newCheckout({ targetingKey: `user-${at}` }));
  expect(answers.filter(Boolean).length).toBeGreaterThan(70);
  expect(answers.filter(Boolean).length).toBeLessThan(130);
});

test("before flags have come the defaults of the code serve", () => {
  const client = start({
    source: { start: () => undefined, refresh: () => undefined, close: () => Promise.resolve() },
  });
  expect(client.details(newCheckout, { targetingKey: "ann" })).toMatchObject({
    value: false,
    errorCode: "PROVIDER_NOT_READY",
  });
  expect(client.status).toEqual({ state: "connecting" });
});

const staff = (operator: string, value: string | number): Snapshot =>
  snapshotOf(2, [
    checkoutFlag(true, {
      rules: [{ id: "r", when: { attribute: "region", operator, value }, serve: { variant: "on" }, onMiss: "next" }],
      otherwise: { variant: "off" },
    }),
    bannerFlag("zwei"),
  ]);

test.each([
  ["semver", "^2.0.0", "2.1.0", "3.0.0"],
  ["cidr", "10.0.0.0/8", "10.1.2.3", "11.0.0.0"],
  ["before", "2026-01-01", "2025-12-31", "2026-01-01"],
  ["containsIgnoreCase", "STRASSE", "Hauptstraße", "Gasse"],
  ["lengthAtLeast", 3, "abc", "ab"],
])(
  "operators that few use are loaded before the snapshot that needs them answers: %s",
  async (operator, value, holds, fails) => {
    const client = start({ snapshot: staff(operator, value) });
    expect(client.status.state).toBe("connecting");
    expect((await client.ready).state).toBe("ready");
    expect(client.get(newCheckout, { targetingKey: "ann", region: holds })).toBe(true);
    expect(client.details(newCheckout, { targetingKey: "ann", region: fails })).toMatchObject({
      value: false,
      reason: "DEFAULT",
    });
  },
);

test("every operator there is can be loaded", async () => {
  const flags = operatorTable.map(({ name, example }) => ({
    ...bannerFlag("da"),
    key: name.toLowerCase(),
    rules: [makeRule({ attribute: "x", operator: name, value: example }, { variant: "text" })],
  }));
  const client = start({ snapshot: snapshotOf(1, flags), regularExpressions });
  await client.ready;
  for (const { key } of flags) {
    const flag = defineFlag<string>({ key, version: 1, type: "string", hash: "hash-banner", default: "none" });
    expect(client.details(flag)).toMatchObject({ flagKey: key, value: "da" });
  }
});

test("an operator that nobody knows takes down its flag and no other; one that is given needs no loading", async () => {
  const client = start({ snapshot: staff("resembles", "x") });
  const drift = next(client, "drift");
  await client.ready;
  expect(client.details(newCheckout, { targetingKey: "ann" })).toMatchObject({
    value: false,
    errorCode: "PARSE_ERROR",
  });
  expect(client.get(banner)).toBe("zwei");
  expect(await drift).toMatchObject({
    flag: "new-checkout",
    replacedBy: "default",
    problem: expect.stringContaining("resembles") as unknown,
  });

  const { semver } = await import("../evaluation/operators/semantic-version.ts");
  const given = start({ snapshot: staff("semver", "^2.0.0"), operators: { semver } });
  expect(given.get(newCheckout, { targetingKey: "ann", region: "2.2.2" })).toBe(true);
});

test("a value that this code cannot read gives way to the last good one of its variant, else to the default", async () => {
  const site = await startSite(snapshotOf(1, [discountFlag(20)]));
  const client = follow(site);
  const drifts: unknown[] = [];
  client.on("drift", (drift) => drifts.push(drift));
  await client.ready;
  expect(client.get(discount)).toEqual({ percent: 20 });
  site.serves = snapshotOf(2, [discountFlag("a lot", { schemaHash: "newer" })]);
  await next(client, "changed");
  expect(client.get(discount)).toEqual({ percent: 20 });
  expect(drifts).toEqual([
    { flag: "discount", variant: "some", expected: "hash-discount", actual: "newer", replacedBy: "last good value" },
  ]);
  site.serves = snapshotOf(3, [discountFlag(30, { schemaHash: "newer" })]);
  await next(client, "changed");
  expect(client.get(discount)).toEqual({ percent: 30 });

  const fresh = start({ snapshot: snapshotOf(2, [discountFlag("a lot", { schemaHash: "newer" })]) });
  expect((await fresh.ready).state).toBe("ready");
  expect(fresh.details(discount)).toMatchObject({ value: { percent: 0 }, variant: "some", reason: "STATIC" });
});

test("while operators cannot be loaded the flags stay, the status says why, and it is tried again", async () => {
  const address = "../evaluation/operators/network.ts";
  vi.doMock(address, () => {
    throw new Error("offline");
  });
  closing.push(() => vi.doUnmock(address));
  const site = await startSite({ ...staff("equals", "MY"), revision: 1 });
  const client = follow(site);
  await client.ready;
  site.serves = staff("cidr", "10.0.0.0/8");
  expect(await next(client, "status")).toMatchObject({ state: "stale", revision: 1 });
  expect(client.status.error).toMatch(/offline|mock/);
  expect(client.get(newCheckout, { targetingKey: "ann", region: "MY" })).toBe(true);

  const atHand = start({ snapshot: staff("cidr", "10.0.0.0/8") });
  await until(() => atHand.status.error !== undefined);
  expect(atHand.status.state).toBe("connecting");
  vi.doUnmock(address);
  await until(() => client.status.revision === 2 && atHand.status.revision === 2);
  expect(client.get(newCheckout, { targetingKey: "ann", region: "10.1.1.1" })).toBe(true);
  expect(client.status).toEqual({ state: "ready", epoch: 1, revision: 2 });
});

test("a snapshot at hand that is none harms nobody", async () => {
  const client = start({ snapshot: { flags: 5, segments: 1n } as unknown as Snapshot, readyTimeoutMs: 1 });
  expect(await client.ready).toMatchObject({ state: "connecting", error: expect.any(String) as unknown });
  expect(client.get(banner)).toBe("none");
});

test("a snapshot whose operators were long in coming does not take the place of a later one", async () => {
  let sink: LocalSink | undefined;
  const client = start({
    snapshot: staff("semver", "^2.0.0"),
    source: { start: (to) => void (sink = to), refresh: () => undefined, close: () => Promise.resolve() },
  });
  void sink?.take(snapshotOf(7, [bannerFlag("sieben")]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(client.status.revision).toBe(7);
});

test("a flag whose code comes later, with another schema, is withheld until it can be checked", async () => {
  const client = start({ snapshot: snapshotOf(1, [bannerFlag("eins"), { ...bannerFlag("spät"), key: "late" }]) });
  const late = defineFlag<string>({ key: "late", version: 1, type: "string", hash: "other", default: "früh" });
  const changed = next(client, "changed");
  expect(client.get(late)).toBe("früh");
  await changed;
  expect(client.get(late)).toBe("spät");
});

test("fetches with the key, asks with the tag, and takes what is newer", async () => {
  const site = await startSite(snapshotOf(1, [bannerFlag("eins")]));
  const client = follow(site, { key: "fw_server_1_secret" });
  expect((await client.ready).revision).toBe(1);
  await until(() => site.seen.some(({ status }) => status === 304));
  site.serves = snapshotOf(2, [bannerFlag("zwei")]);
  expect(await next(client, "changed")).toMatchObject({ revision: 2 });
  expect(client.get(banner)).toBe("zwei");
  site.serves = snapshotOf(1, [bannerFlag("eins")]);
  const count = site.seen.length;
  await until(() => site.seen.length > count + 2);
  expect(client.get(banner)).toBe("zwei");
  site.serves = { ...snapshotOf(1, [bannerFlag("woanders")]), environment: "another" };
  await next(client, "changed");
  expect(client.get(banner)).toBe("woanders");
  expect(new Set(site.seen.map(({ key }) => key))).toEqual(new Set(["Bearer fw_server_1_secret"]));
});

test.each([
  ["is no JSON", "{", /JSON/],
  ["is no snapshot", { format: 1 }, /Snapshot refused/],
  [
    "has a flag without a salt",
    snapshotOf(5, [{ ...bannerFlag("x"), salt: 5 as unknown as string }]),
    /salt must be a string/,
  ],
  ["is too large", "x".repeat(3_000), /more than 2000 bytes/],
  ["is a refusal", 503, /answered 503/],
])("what %s changes nothing; the status says why, and what comes later is taken", async (_what, bad, reason) => {
  const site = await startSite(snapshotOf(1, [bannerFlag("eins")]));
  const client = follow(site, { maxPayloadBytes: 2_000 });
  await client.ready;
  site.serves = bad;
  expect(await next(client, "status")).toMatchObject({ state: "stale", revision: 1 });
  expect(client.status.error).toMatch(reason);
  expect(client.details(banner)).toMatchObject({ value: "eins", reason: "STALE" });
  site.serves = snapshotOf(2, [bannerFlag("zwei")]);
  await until(() => client.status.state === "ready");
  expect(client.details(banner)).toMatchObject({ value: "zwei", reason: "STATIC" });
  expect(client.status.error).toBeUndefined();
});

test("a snapshot at hand serves until the source has a newer one", async () => {
  const site = await startSite(snapshotOf(4, [bannerFlag("vier")]));
  const client = follow(site, { snapshot: snapshotOf(3, [bannerFlag("drei")]) });
  expect(client.get(banner)).toBe("drei");
  await until(() => client.get(banner) === "vier");
});

test("after close it is silent, and flags go on answering", async () => {
  const site = await startSite(snapshotOf(1, [bannerFlag("eins")]));
  const client = follow(site);
  await client.ready;
  await Promise.all([client.close(), client.close()]);
  const count = site.seen.length;
  client.refresh();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(site.seen.length).toBe(count);
  expect(client.details(banner)).toMatchObject({ value: "eins", reason: "STALE" });
  expect(client.status.state).toBe("closed");
});

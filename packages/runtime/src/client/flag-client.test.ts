import { afterEach, describe, expect, test, vi } from "vitest";
import { registry } from "../codegen/v1/registry.ts";
import { defineFlag } from "../codegen/v1/define-flag.ts";
import type { Flag } from "../codegen/v1/flag.ts";
import type { JsonValue, Snapshot, ValueType } from "../snapshot/model.ts";
import type { Source, SourceEvent, SourceSink, Verdict } from "../sources/source.ts";
import { staticSource } from "../sources/static-source.ts";
import type { Client } from "./client.ts";
import { connect, createClient } from "./create-client.ts";
import type { ClientEvents } from "./events.ts";
import {
  banner,
  bannerFlag,
  checkoutFlag,
  discount,
  discountFlag,
  newCheckout,
  patchOf,
  snapshotOf,
  TestHost,
} from "./testing/flags.ts";

afterEach(() => {
  registry.client = undefined;
});

/** A source that says what the test says. */
class HandSource implements Source {
  readonly name = "hand";
  refreshes = 0;
  closed = false;
  #sink: SourceSink | undefined;
  start(sink: SourceSink): void {
    this.#sink = sink;
  }
  refresh(): void {
    this.refreshes++;
  }
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
  say(event: SourceEvent): Verdict | undefined {
    return this.#sink?.accept(event);
  }
  snapshot(snapshot: Snapshot): Verdict | undefined {
    return this.say({ type: "snapshot", data: snapshot });
  }
}

function clientWith(source: Source, host: TestHost = new TestHost()): { client: Client; host: TestHost } {
  return { client: createClient({ source, host, logger: null }), host };
}

function record<Name extends keyof ClientEvents>(client: Client, name: Name): ClientEvents[Name][] {
  const seen: ClientEvents[Name][] = [];
  client.on(name, (payload) => seen.push(payload));
  return seen;
}

const context = { targetingKey: "u1" };

describe("before there are flags", () => {
  test("a flag without a client has reason DEFAULT, one that is connecting PROVIDER_NOT_READY, then the snapshot's", async () => {
    expect(banner.details()).toMatchObject({ value: "none", reason: "DEFAULT" });
    const source = new HandSource();
    const connected = connect({ source, logger: null });
    expect(banner.details()).toMatchObject({ value: "none", reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
    source.snapshot(snapshotOf(1, [bannerFlag("da")]));
    const client = await connected;
    expect(banner.details()).toEqual({
      flagKey: "banner",
      value: "da",
      variant: "text",
      reason: "STATIC",
      epoch: 1,
      revision: 1,
      flagMetadata: {},
    });
    await client.close();
  });

  test("createClient leaves the default client alone", async () => {
    const client = createClient({ source: staticSource(snapshotOf(1, [bannerFlag("da")])) });
    expect([banner(), client.get(banner)]).toEqual(["none", "da"]);
    await client.close();
  });

  test("a second connect takes over when it is ready, not before, and closes the first", async () => {
    const first = new HandSource();
    const connecting = connect({ source: first, logger: null });
    first.snapshot(snapshotOf(1, [bannerFlag("erst")]));
    await connecting;
    const second = new HandSource();
    const replacing = connect({ source: second, logger: null });
    expect(banner()).toBe("erst");
    second.snapshot(snapshotOf(1, [bannerFlag("dann")]));
    await (await replacing).close();
    expect(banner()).toBe("dann");
    expect(first.closed).toBe(true);
  });

  test("ready is bounded; flags that come later take over and are announced", async () => {
    const source = new HandSource();
    const { client, host } = clientWith(source);
    const ready = record(client, "ready");
    host.advance(5_000);
    expect((await client.ready).state).toBe("connecting");
    expect(ready).toEqual([]);
    source.snapshot(snapshotOf(1, [bannerFlag("spät")]));
    expect([client.get(banner), client.status.state]).toEqual(["spät", "ready"]);
    expect(ready).toEqual([{ epoch: 1, revision: 1 }]);
  });

  test("getFlag waits for the first flags, and knows what the index has", async () => {
    const source = new HandSource();
    const index = { banner, "new-checkout": newCheckout };
    const client = createClient({ source, flags: index, host: new TestHost(), logger: null });
    const value = client.getFlag("banner");
    source.snapshot(snapshotOf(1, [bannerFlag("da"), checkoutFlag(true)]));
    expect(await value).toBe("da");
    expect(await client.getFlag("new-checkout", context)).toBe(true);
    await expect(client.getFlag("toString" as "banner")).rejects.toThrow('no "toString"');
  });
});

describe("never throws", () => {
  const throwing = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
      ownKeys: () => {
        throw new Error("trap");
      },
      getPrototypeOf: () => {
        throw new Error("trap");
      },
    },
  );
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a string", "user-1"],
    ["a symbol", Symbol("s")],
    ["a list", []],
    ["a function", () => 1],
    ["a proxy that throws", throwing],
    ["a getter that throws", Object.defineProperty({}, "targetingKey", { get: () => fail() })],
    ["a prototype in disguise", JSON.parse('{"__proto__": {"targetingKey": "u"}}')],
    ["a cycle", cyclic],
    ["a megabyte", { targetingKey: "x".repeat(1_000_000) }],
    ["numbers that are none", { targetingKey: Number.NaN, region: 1n }],
  ])("for %s as context", (_name, hostile) => {
    const split = checkoutFlag(true, {
      rules: [
        {
          id: "r",
          when: { attribute: ["region", "deep"], operator: "equals", value: "MY" },
          serve: { variant: "off" },
          onMiss: "next",
        },
      ],
      otherwise: { split: { by: ["targetingKey"], algorithm: "murmur3", ranges: [["on", 0, 100_000]] } },
    });
    const { client } = clientWith(staticSource(snapshotOf(1, [split])));
    expect(typeof client.get(newCheckout, hostile as typeof context)).toBe("boolean");
    expect(typeof client.details(newCheckout, hostile as typeof context).reason).toBe("string");
  });

  test("a flag that the environment lacks serves the compiled default and says FLAG_NOT_FOUND", () => {
    const { client } = clientWith(staticSource(snapshotOf(1, [])));
    expect(client.details(banner)).toEqual({
      flagKey: "banner",
      value: "none",
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
      errorMessage: 'The environment has no flag "banner".',
      epoch: 1,
      revision: 1,
      flagMetadata: {},
    });
  });

  test("the snapshot's default serves rather than the compiled one", () => {
    const flag = { ...bannerFlag("x"), default: "von dort", otherwise: { default: true } as const };
    const { client } = clientWith(staticSource(snapshotOf(1, [flag])));
    expect(client.get(banner)).toBe("von dort");
  });

  test("a listener that throws stops neither the others nor the client", () => {
    const source = new HandSource();
    const warn = vi.fn<(message: string) => void>();
    const client = createClient({ source, host: new TestHost(), logger: { warn } });
    client.on("changed", () => fail());
    const changed = record(client, "changed");
    expect(source.snapshot(snapshotOf(1, []))).toBe("applied");
    expect(changed).toHaveLength(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("a listener failed"));
  });
});

describe("time to live", () => {
  test("flags that nothing confirms become stale, are still served, and recover", () => {
    const source = new HandSource();
    const { client, host } = clientWith(source);
    const [stale, recovered] = [record(client, "stale"), record(client, "recovered")];
    source.snapshot(snapshotOf(1, [bannerFlag("da")]));
    const currentAt = host.time;
    host.advance(30_000);
    source.say({ type: "current", order: { epoch: 1, revision: 1 } });
    host.advance(59_999);
    expect(stale).toEqual([]);
    source.say({ type: "failed", error: { code: "NETWORK", message: "gone" } });
    host.advance(1);
    expect(stale).toEqual([
      { epoch: 1, revision: 1, currentAt: currentAt + 30_000, error: { code: "NETWORK", message: "gone" } },
    ]);
    expect(source.refreshes).toBe(1);
    expect(client.status.state).toBe("stale");
    expect(client.details(banner)).toMatchObject({ value: "da", reason: "STALE", revision: 1 });
    host.advance(10 * 24 * 3_600_000);
    expect(client.get(banner)).toBe("da");
    source.say({ type: "current" });
    expect(recovered).toEqual([{ epoch: 1, revision: 1, staleForMs: 10 * 24 * 3_600_000 + 60_000 }]);
    expect(client.details(banner).reason).toBe("STATIC");
  });

  test("a server that lags behind confirms nothing", () => {
    const source = new HandSource();
    const { client, host } = clientWith(source);
    source.snapshot(snapshotOf(5, []));
    host.advance(50_000);
    source.say({ type: "current", order: { epoch: 1, revision: 4 } });
    source.snapshot(snapshotOf(4, []));
    source.say({ type: "patch", data: patchOf(2, 3, []) });
    host.advance(10_000);
    expect(client.status.state).toBe("stale");
  });
});

describe("kill overlays", () => {
  const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };
  const kill = (revision: number, of: typeof killed | null, epoch = 1): SourceEvent => ({
    type: "kill",
    data: { epoch, revision, flag: "new-checkout", killed: of },
  });

  test("a kill masks the base until the base reaches its revision, whatever older data comes", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    source.snapshot(snapshotOf(5, [checkoutFlag(true)]));
    expect(source.say(kill(8, killed))).toBe("applied");
    const served = (): boolean => client.get(newCheckout, context);
    expect(served()).toBe(false);
    source.say({ type: "patch", data: patchOf(5, 6, [checkoutFlag(true)]) });
    expect(served()).toBe(false);
    source.snapshot(snapshotOf(7, [checkoutFlag(true)]));
    expect(served()).toBe(false);
    source.snapshot(snapshotOf(3, [checkoutFlag(true)]));
    expect(served()).toBe(false);
    // The patch that made the kill stand, and the lift after it.
    source.say({ type: "patch", data: patchOf(7, 8, [checkoutFlag(true, { killed })]) });
    expect(served()).toBe(false);
    source.say({ type: "patch", data: patchOf(8, 9, [checkoutFlag(true)]) });
    expect(served()).toBe(true);
  });

  test.each<[ValueType, JsonValue, JsonValue]>([
    ["boolean", true, false],
    ["string", "on", "off"],
    ["number", 1.5, 0],
    ["integer", 3, 0],
    ["object", { a: 1 }, {}],
    ["array", [1], []],
    ["any", null, "safe"],
  ])("a flag of type %s is killed and lifted", (type, value, safe) => {
    const flag: Flag<JsonValue> = defineFlag<JsonValue>({
      key: `a-${type}`,
      version: 1,
      type,
      hash: "h",
      default: safe,
    });
    const source = new HandSource();
    const { client } = clientWith(source);
    const configuration = checkoutFlag(true, {
      key: `a-${type}`,
      type,
      schemaHash: "h",
      default: safe,
      variants: [["v", value]],
      otherwise: { variant: "v" },
    });
    source.snapshot(snapshotOf(1, [configuration]));
    expect(client.get(flag)).toEqual(value);
    source.say({ type: "kill", data: { epoch: 1, revision: 2, flag: `a-${type}`, killed } });
    expect(client.details(flag)).toMatchObject({ value: safe, reason: "DISABLED" });
    source.say({ type: "kill", data: { epoch: 1, revision: 3, flag: `a-${type}`, killed: null } });
    expect(client.get(flag)).toEqual(value);
  });

  test("a lift overtakes too, and the newer of two overlays wins whichever comes first", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    source.snapshot(snapshotOf(5, [checkoutFlag(true, { killed })]));
    source.say(kill(7, null));
    source.say(kill(6, killed));
    expect(client.get(newCheckout, context)).toBe(true);
    expect(source.say(kill(5, killed))).toBe("unchanged");
    expect(client.get(newCheckout, context)).toBe(true);
  });

  test("a kill that comes before the first snapshot holds when it comes", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    source.say(kill(6, killed));
    expect(client.details(newCheckout, context).errorCode).toBe("PROVIDER_NOT_READY");
    source.snapshot(snapshotOf(5, [checkoutFlag(true)]));
    expect(client.get(newCheckout, context)).toBe(false);
  });

  test("a newer epoch drops the overlays of the older one", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    source.snapshot(snapshotOf(5, [checkoutFlag(true)]));
    source.say(kill(9, killed));
    source.snapshot(snapshotOf(0, [checkoutFlag(true)], 2));
    expect(client.get(newCheckout, context)).toBe(true);
  });
});

test("a key that is given another environment brings that one, whatever its order, and without the kills of the first", () => {
  const source = new HandSource();
  const { client } = clientWith(source);
  source.snapshot(snapshotOf(50, [checkoutFlag(true)]));
  const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };
  source.say({ type: "kill", data: { epoch: 1, revision: 60, flag: "new-checkout", killed } });
  source.snapshot({ ...snapshotOf(2, [checkoutFlag(true)]), environment: "staging" });
  expect([client.get(newCheckout, context), client.status.revision]).toEqual([true, 2]);
});

describe("schema handshake", () => {
  const drifted = { schemaHash: "another" };
  test("values of the compiled schema are not checked; those of another are, and good ones pass", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    const drift = record(client, "drift");
    source.snapshot(snapshotOf(1, [discountFlag(500)]));
    expect(client.get(discount)).toEqual({ percent: 500 });
    source.snapshot(snapshotOf(2, [discountFlag(50, drifted)]));
    expect(client.get(discount)).toEqual({ percent: 50 });
    expect(drift).toEqual([]);
  });

  test("a value that cannot be read gives way to the last good one, and comes back when it can", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    const drift = record(client, "drift");
    source.snapshot(snapshotOf(1, [discountFlag(10)]));
    source.say({ type: "patch", data: patchOf(1, 2, [discountFlag("ten", drifted)]) });
    expect(client.get(discount)).toEqual({ percent: 10 });
    expect(drift).toEqual([
      {
        flag: "discount",
        variant: "some",
        expected: "hash-discount",
        actual: "another",
        replacedBy: "last good value",
        epoch: 1,
        revision: 2,
      },
    ]);
    source.say({ type: "patch", data: patchOf(2, 3, [discountFlag("eleven", drifted)]) });
    expect(client.get(discount)).toEqual({ percent: 10 });
    source.say({ type: "patch", data: patchOf(3, 4, [discountFlag(12, drifted)]) });
    expect(client.get(discount)).toEqual({ percent: 12 });
  });

  test("without a last good value the default serves, and without a readable default the compiled one", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    const drift = record(client, "drift");
    source.snapshot(snapshotOf(1, [discountFlag("ten", { ...drifted, default: { percent: 1 } })]));
    expect(client.get(discount)).toEqual({ percent: 1 });
    expect(drift.map(({ replacedBy }) => replacedBy)).toEqual(["default"]);
    source.snapshot(snapshotOf(1, [discountFlag(99, { ...drifted, default: "none" })], 2));
    expect(client.get(discount)).toEqual({ percent: 1 });

    const fresh = clientWith(staticSource(snapshotOf(1, [discountFlag(99, { ...drifted, default: "none" })]))).client;
    expect(fresh.get(discount)).toEqual({ percent: 0 });
  });

  test("a configuration that cannot be read at all leaves the last readable one to answer", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    const puzzling = {
      rules: [
        {
          id: "r",
          when: { attribute: "region", operator: "divined-by-stars", value: 1 },
          serve: { variant: "new" },
          onMiss: "next" as const,
        },
      ],
    };
    source.snapshot(snapshotOf(1, [discountFlag(10), bannerFlag("eins")]));
    expect(client.get(discount)).toEqual({ percent: 10 });
    source.snapshot(
      snapshotOf(2, [
        discountFlag(20, {
          ...drifted,
          ...puzzling,
          variants: [["new", { percent: "many" }]],
          otherwise: { variant: "new" },
        }),
        bannerFlag("zwei"),
      ]),
    );
    const drift = record(client, "drift");
    expect([client.get(discount), client.get(banner), client.get(discount)]).toEqual([
      { percent: 10 },
      "zwei",
      { percent: 10 },
    ]);
    expect(drift).toMatchObject([
      { flag: "discount", problem: expect.stringContaining("divined-by-stars"), replacedBy: "last good value" },
    ]);
  });

  test("a flag whose values cannot be read can still be killed", () => {
    const source = new HandSource();
    const { client } = clientWith(source);
    source.snapshot(snapshotOf(1, [discountFlag(10)]));
    source.snapshot(snapshotOf(2, [discountFlag("ten", drifted)]));
    const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };
    source.say({ type: "kill", data: { epoch: 1, revision: 3, flag: "discount", killed } });
    expect(client.details(discount)).toMatchObject({ value: { percent: 0 }, reason: "DISABLED" });
  });
});

describe("contexts", () => {
  test("forContext reads flags for its context", () => {
    const rule = checkoutFlag(true, {
      rules: [
        {
          id: "my",
          when: { attribute: "region", operator: "in", value: ["MY"] },
          serve: { variant: "off" },
          onMiss: "next",
        },
      ],
    });
    const { client } = clientWith(staticSource(snapshotOf(1, [rule, bannerFlag("da")])));
    const here = client.forContext({ targetingKey: "u1", region: "MY" });
    expect([here.get(newCheckout), here.get(banner)]).toEqual([false, "da"]);
    expect(here.details(newCheckout)).toMatchObject({ reason: "TARGETING_MATCH", ruleId: "my" });
    expect(client.forContext({ targetingKey: "u1" }).get(newCheckout)).toBe(true);
  });

  test("what is not a flag is named as such", () => {
    const { client } = clientWith(staticSource(snapshotOf(1, [])));
    expect(() => client.get((() => 1) as unknown as typeof banner)).toThrow("not a flag");
  });
});

function fail(): never {
  throw new Error("thrown by the test");
}

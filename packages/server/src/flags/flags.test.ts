import type { Patch } from "@flagwright/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, definition, discount, startTestServer, type Reply, type TestServer } from "../testing/api.ts";
import { readSnapshot } from "../storage/read-snapshot.ts";

const ENVIRONMENT = "projects/shop/environments/production";

describe.each(["pglite", "postgres"] as const)("flag state on %s", (kind) => {
  let server: TestServer;
  let environmentId: string;
  beforeAll(async () => {
    server = await startTestServer(kind);
    const pushed = await server.call(
      "PUT",
      "projects/shop/definitions",
      bundle([
        definition("new-checkout"),
        definition("new-checkout", { version: 2 }),
        definition("dark-mode"),
        discount("discount"),
        ...Array.from({ length: 8 }, (_, index) => definition(`busy-${index}`)),
      ]),
    );
    expect(pushed.status).toBe(200);
    const environments = await server.call("GET", "projects/shop/environments");
    environmentId = environments.body.items.find((one: { key: string }) => one.key === "production").id;
  });
  afterAll(() => server.close());

  const read = (key: string): Promise<Reply> => server.call("GET", `${ENVIRONMENT}/flags/${key}`);
  const outbox = (): Promise<readonly { event: string; epoch: number; revision: number; payload: string }[]> =>
    server.database.asRelay((trx) =>
      trx
        .selectFrom("outbox")
        .where("environment_id", "=", environmentId)
        .orderBy("revision")
        .orderBy("id")
        .select(["event", "epoch", "revision", "payload"])
        .execute(),
    );

  test("a flag starts off, at version 1, with its definition and configuration", async () => {
    const flag = await read("discount");
    expect(flag.status).toBe(200);
    expect(flag.headers.get("etag")).toBe('"1"');
    expect(flag.body).toMatchObject({
      key: "discount",
      environment: "production",
      version: 1,
      state: { on: false },
      definition: { key: "discount", default: { percent: 0 } },
      configuration: { key: "discount", on: false, salt: "discount" },
    });
  });

  test("a toggle makes a new version and a new revision, and the patch in the outbox says exactly that", async () => {
    const before = (await server.call("GET", `${ENVIRONMENT}/flags`)).body;
    const toggled = await server.call("POST", `${ENVIRONMENT}/flags/dark-mode/toggle`, { on: true, reason: "launch" });
    expect(toggled.body).toMatchObject({ version: 2, revision: before.revision + 1, state: { on: true } });
    const last = (await outbox()).at(-1);
    expect(last).toMatchObject({ event: "patch", epoch: before.epoch, revision: before.revision + 1 });
    expect(JSON.parse(last?.payload ?? "")).toEqual({
      format: 1,
      epoch: before.epoch,
      from: before.revision,
      to: before.revision + 1,
      put: { flags: [toggled.body.configuration], segments: [] },
      delete: { flags: [], segments: [] },
    } satisfies Patch);
    const snapshot = await readSnapshot(server.database, environmentId);
    expect(snapshot.flags.find((flag) => flag.key === "dark-mode")).toEqual(toggled.body.configuration);
  });

  test("a replaced state is stored whole; one that does not fit is refused with its place and changes nothing", async () => {
    const state = {
      on: true,
      variants: [["big", { percent: 40 }]],
      targets: [],
      rules: [
        {
          id: "r1",
          when: { attribute: "region", operator: "in", value: ["MY"] },
          serve: { variant: "big" },
          onMiss: "next",
        },
      ],
      otherwise: { variant: "none" },
    };
    const put = await server.call("PUT", `${ENVIRONMENT}/flags/discount`, { state }, { "if-match": '"1"' });
    expect(put.status).toBe(200);
    expect(put.headers.get("etag")).toBe('"2"');
    expect(put.body.configuration.variants.at(-1)).toEqual(["big", { percent: 40 }]);

    const wrong = { ...state, variants: [["big", { percent: 400 }]] };
    const refused = await server.call("PUT", `${ENVIRONMENT}/flags/discount`, { state: wrong }, { "if-match": '"2"' });
    expect(refused.status).toBe(422);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(refused.body).toMatchObject({ code: "STATE_INVALID", status: 422 });
    expect(refused.body.errors[0].pointer).toMatch(/^\/state\/variants\/0\/1/);

    const unknown = { ...state, rules: [{ ...state.rules[0], serve: { variant: "bigg" } }] };
    const unserved = await server.call("PUT", `${ENVIRONMENT}/flags/discount`, { state: unknown }, { "if-match": "*" });
    expect(unserved.status).toBe(422);
    expect(unserved.body.errors[0].pointer).toBe("/state/rules/0/serve/variant");
    expect((await read("discount")).body).toEqual(put.body);
  });

  test("a merge patch changes what it names, and null removes", async () => {
    const { version } = (await read("discount")).body;
    const match = { "if-match": `"${version}"` };
    const patched = await server.call("PATCH", `${ENVIRONMENT}/flags/discount`, { state: { off: "small" } }, match);
    expect(patched.body.state).toMatchObject({ off: "small", on: true });
    const removed = await server.call(
      "PATCH",
      `${ENVIRONMENT}/flags/discount`,
      { state: { off: null } },
      { "if-match": "*" },
    );
    expect(removed.body.state).not.toHaveProperty("off");
  });

  test("a stale If-Match gets 412 with the ETag that stands, and nothing changes", async () => {
    const before = await read("discount");
    const events = (await outbox()).length;
    const stale = await server.call(
      "PATCH",
      `${ENVIRONMENT}/flags/discount`,
      { state: { on: false } },
      { "if-match": '"1"' },
    );
    expect(stale.status).toBe(412);
    expect(stale.body.code).toBe("VERSION_STALE");
    expect(stale.headers.get("etag")).toBe(before.headers.get("etag"));
    expect((await read("discount")).body).toEqual(before.body);
    expect(await outbox()).toHaveLength(events);
  });

  test("replacing and merging without If-Match get 428", async () => {
    for (const method of ["PUT", "PATCH"]) {
      const missing = await server.call(method, `${ENVIRONMENT}/flags/discount`, { state: { on: false } });
      expect([missing.status, missing.body.code]).toEqual([428, "IF_MATCH_MISSING"]);
    }
  });

  test("a kill of the bare key kills all versions in one revision, ahead of the patch; a lift restores the state", async () => {
    const killed = await server.call("POST", `${ENVIRONMENT}/flags/new-checkout/kill`, { reason: "payments fail" });
    expect(killed.body).toMatchObject({
      flags: ["new-checkout", "new-checkout@2"],
      killed: { reason: "payments fail", by: "first management key" },
    });
    const written = (await outbox()).filter((row) => row.revision === killed.body.revision);
    expect(written.map((row) => row.event)).toEqual(["kill", "kill", "patch"]);
    expect(JSON.parse(written[1]?.payload ?? "")).toEqual({
      epoch: killed.body.epoch,
      revision: killed.body.revision,
      flag: "new-checkout@2",
      killed: killed.body.killed,
    });
    expect((await read("new-checkout@2")).body.configuration.killed).toEqual(killed.body.killed);

    const again = await server.call("POST", `${ENVIRONMENT}/flags/new-checkout/kill`, { reason: "again" });
    expect(again.body).toMatchObject({ revision: killed.body.revision, killed: { reason: "payments fail" } });

    const lifted = await server.call("POST", `${ENVIRONMENT}/flags/new-checkout/lift`);
    expect(lifted.body).toMatchObject({ revision: killed.body.revision + 1, killed: null });
    expect((await read("new-checkout")).body).not.toHaveProperty("killed");
  });

  test("a kill of one version leaves the others alone", async () => {
    for (const [key, wireKey] of [
      ["new-checkout@2", "new-checkout@2"],
      ["new-checkout@1", "new-checkout"],
    ]) {
      const killed = await server.call("POST", `${ENVIRONMENT}/flags/${key}/kill`, { reason: "one" });
      expect(killed.body.flags).toEqual([wireKey]);
      await server.call("POST", `${ENVIRONMENT}/flags/${key}/lift`);
    }
  });

  test("history names every change, newest first, page by page; a diff shows what differs; a revert is a new version", async () => {
    const path = `${ENVIRONMENT}/flags/dark-mode`;
    await server.call("POST", `${path}/toggle`, { on: false, reason: "too dark" });
    const first = await server.call("GET", `${path}/history?limit=2`);
    expect(first.body.items).toMatchObject([
      { version: 3, action: "toggle", reason: "too dark", actor: "first management key", state: { on: false } },
      { version: 2, action: "toggle", reason: "launch" },
    ]);
    const second = await server.call("GET", `${path}/history?limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ version: 1, action: "define" }], nextCursor: null });
    const diff = await server.call("GET", `${path}/diff?from=1&to=2`);
    expect(diff.body.changes).toEqual([{ pointer: "/state/on", before: false, after: true }]);
    const reverted = await server.call("POST", `${path}/revert`, { version: 2 }, { "if-match": '"3"' });
    expect(reverted.body).toMatchObject({ version: 4, state: { on: true } });
    expect((await server.call("POST", `${path}/revert`, { version: 99 })).status).toBe(404);
  });

  test("concurrent changes of an environment get revisions without a gap, and patches that join", async () => {
    const from = (await outbox()).at(-1)?.revision ?? 0;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        server.call("POST", `${ENVIRONMENT}/flags/busy-${index % 8}/toggle`, { on: index % 3 === 0 }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
    const revisions = answers.map((answer) => answer.body.revision as number).toSorted((a, b) => a - b);
    expect(revisions).toEqual(revisions.map((_, index) => from + 1 + index));
    const patches = (await outbox())
      .filter((row) => row.event === "patch")
      .map((row) => JSON.parse(row.payload) as Patch);
    for (const [index, patch] of patches.entries()) expect(patch.from).toBe(patches[index - 1]?.to ?? 0);
  });

  test("of concurrent changes with the same If-Match exactly one wins", async () => {
    const { version } = (await read("busy-0")).body;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        server.call(
          "PATCH",
          `${ENVIRONMENT}/flags/busy-0`,
          { state: { on: true }, reason: `try ${index}` },
          { "if-match": `"${version}"` },
        ),
      ),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect((await read("busy-0")).body.version).toBe(version + 1);
  });

  test("a purge raises the epoch above every copy, goes on counting, and carries the snapshot", async () => {
    const before = (await server.call("GET", `${ENVIRONMENT}/flags`)).body;
    const purged = await server.call("POST", `${ENVIRONMENT}/purge`, { reason: "bad cache", flag: "dark-mode" });
    expect(purged.body.epoch).toBeGreaterThan(before.epoch);
    expect(purged.body.revision).toBe(before.revision + 1);
    const last = (await outbox()).at(-1);
    expect(last).toMatchObject({ event: "purge", ...purged.body });
    expect(JSON.parse(last?.payload ?? "").snapshot).toEqual(await readSnapshot(server.database, environmentId));
    const toggled = await server.call("POST", `${ENVIRONMENT}/flags/busy-1/toggle`, { on: true });
    expect(toggled.body).toMatchObject({ epoch: purged.body.epoch, revision: purged.body.revision + 1 });
    expect((await server.call("POST", `${ENVIRONMENT}/purge`, { reason: "x", flag: "none" })).status).toBe(404);
    expect((await server.call("POST", `${ENVIRONMENT}/purge`, {})).status).toBe(422);
  });

  test("the list is paged in the order of the keys and says at which revision", async () => {
    const keys: string[] = [];
    let cursor = "";
    do {
      const page = await server.call("GET", `${ENVIRONMENT}/flags?limit=5${cursor && `&cursor=${cursor}`}`);
      expect(page.body).toMatchObject({ epoch: expect.any(Number), revision: expect.any(Number) });
      keys.push(...page.body.items.map((item: { key: string }) => item.key));
      cursor = page.body.nextCursor ?? "";
    } while (cursor !== "");
    expect(keys).toHaveLength(12);
    expect(keys).toEqual(keys.toSorted());
  });

  test("rules that ask each other in a circle, or in too long a chain, are refused before anybody gets them", async () => {
    const asks = (flag: string | undefined) => ({
      on: true,
      variants: [],
      targets: [],
      rules:
        flag === undefined ? [] : [{ id: "r", when: { flag, is: "on" }, serve: { variant: "on" }, onMiss: "next" }],
      otherwise: { variant: "on" },
    });
    const put = (key: string, flag: string | undefined) =>
      server.call("PUT", `${ENVIRONMENT}/flags/${key}`, { state: asks(flag) }, { "if-match": "*" });
    expect((await put("busy-0", "busy-1")).status).toBe(200);
    expect((await put("busy-1", "busy-2")).status).toBe(200);
    for (const flag of ["busy-0", "busy-2"]) {
      const { status, body } = await put("busy-2", flag);
      expect([status, body.code, body.errors[0].code]).toEqual([422, "STATE_INVALID", "UNEVALUABLE"]);
      expect(body.errors[0].message).toContain("depends on itself");
    }
    expect((await put("busy-2", "busy-3")).status).toBe(200);
    for (const key of ["busy-0", "busy-1", "busy-2"]) await put(key, undefined);

    const links = Array.from({ length: 23 }, (_, index) => definition(`link-${index}`));
    await server.call("PUT", "projects/shop/definitions", bundle(links));
    for (let index = 21; index > 0; index--)
      expect((await put(`link-${index}`, `link-${index + 1}`)).status).toBe(index === 1 ? 422 : 200);
    // What was so already can be switched off.
    expect((await put("link-22", undefined)).status).toBe(200);
  });
});

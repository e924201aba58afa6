import { compile } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSnapshot } from "../storage/read-snapshot.ts";
import { bundle, definition, discount, startTestServer, type TestServer } from "../testing/api.ts";

const PUSH = "projects/shop/definitions";
const LIVE = "projects/shop/environments/production";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer("postgres");
});
afterAll(() => server.close());

const revision = async (): Promise<number> => (await server.call("GET", `${LIVE}/flags`)).body.revision;
async function snapshot(): ReturnType<typeof readSnapshot> {
  const { body } = await server.call("GET", "projects/shop/environments");
  const { id } = body.items.find((one: { key: string }) => one.key === "production");
  return readSnapshot(server.database, id);
}

const chain = (length: number): readonly FlagDefinition[] =>
  Array.from({ length }, (_, index) =>
    definition(`link-${index + 1}`, index + 1 < length ? { requires: [{ flag: `link-${index + 2}`, is: "on" }] } : {}),
  );

describe("a push", () => {
  test("adds flags to every environment with one revision each, and is repeatable without effect", async () => {
    const pushed = await server.call("PUT", PUSH, bundle([definition("dark-mode"), discount("discount")]));
    expect(pushed.body).toMatchObject({ added: ["dark-mode", "discount"], changed: [], archived: [], dryRun: false });
    expect(Object.keys(pushed.body.revisions).toSorted()).toEqual(["development", "production", "staging"]);
    for (const order of Object.values<{ revision: number }>(pushed.body.revisions)) expect(order.revision).toBe(1);
    const again = await server.call("PUT", PUSH, bundle([discount("discount"), definition("dark-mode")]));
    expect(again.body).toMatchObject({
      added: [],
      unchanged: ["discount", "dark-mode"],
      revisions: pushed.body.revisions,
    });
    expect((await server.call("GET", PUSH)).body).toEqual(bundle([definition("dark-mode"), discount("discount")]));
  });

  test("that is a dry run says what would happen and does nothing", async () => {
    const dry = await server.call("PUT", `${PUSH}?dryRun=true`, bundle([definition("dark-mode"), definition("extra")]));
    expect(dry.body).toMatchObject({
      added: ["extra"],
      unchanged: ["dark-mode"],
      untouched: ["discount"],
      dryRun: true,
    });
    expect(await revision()).toBe(1);
    expect((await server.call("GET", `${LIVE}/flags/extra`)).status).toBe(404);
  });

  test("keeps every version of a definition that it ever took", async () => {
    const described = definition("dark-mode", { description: "Dark colours." });
    const pushed = await server.call("PUT", PUSH, bundle([described, discount("discount")]));
    expect(pushed.body).toMatchObject({ changed: ["dark-mode"], unchanged: ["discount"] });
    const kept = await server.database.asOwner((trx) =>
      trx.selectFrom("definition").select("content").where("wire_key", "=", "dark-mode").orderBy("id").execute(),
    );
    expect(kept.map((row) => JSON.parse(row.content).description)).toEqual(["The flag dark-mode.", "Dark colours."]);
    expect((await server.call("GET", `${LIVE}/flags/dark-mode`)).body).toMatchObject({
      version: 2,
      definition: { description: "Dark colours." },
    });
  });

  test("that would make a stored state invalid is refused by name, and nothing of it is taken", async () => {
    const state = { on: true, otherwise: { variant: "small" }, off: "small" };
    await server.call("PATCH", `${LIVE}/flags/discount`, { state }, { "if-match": "*" });
    const before = await revision();
    const without = discount("discount", { variants: [["none", { percent: 0 }]] });
    const refused = await server.call("PUT", PUSH, bundle([definition("brand-new"), without]));
    expect([refused.status, refused.body.code]).toEqual([422, "STATE_INCOMPATIBLE"]);
    expect(refused.body.errors[0]).toMatchObject({
      pointer: "/definitions/1",
      message: expect.stringContaining("discount in production, at /off"),
    });
    expect(await revision()).toBe(before);
    expect((await server.call("GET", `${LIVE}/flags/brand-new`)).status).toBe(404);
  });

  test("leaves flags alone that it does not name; pruning archives them, history and all", async () => {
    const kept = await server.call("PUT", PUSH, bundle([definition("dark-mode", { description: "Dark colours." })]));
    expect(kept.body).toMatchObject({ untouched: ["discount"], archived: [] });
    const pruned = await server.call(
      "PUT",
      `${PUSH}?prune=true`,
      bundle([definition("dark-mode", { description: "Dark colours." })]),
    );
    expect(pruned.body).toMatchObject({ archived: ["discount"], untouched: [] });
    expect((await snapshot()).flags.map((flag) => flag.key)).toEqual(["dark-mode"]);
    expect((await server.call("GET", `${LIVE}/flags/discount`)).status).toBe(404);
    expect((await server.call("GET", `${LIVE}/flags/discount/history`)).body.items).toHaveLength(2);
    const archived = await server.call("GET", "projects/shop/flags?archived=true");
    expect(archived.body.items).toMatchObject([{ key: "discount", archived: true }]);
  });

  test("that brings an archived flag back keeps the state where it fits, else starts it anew", async () => {
    const dark = definition("dark-mode", { description: "Dark colours." });
    await server.call("PUT", PUSH, bundle([dark, discount("discount")]));
    expect((await server.call("GET", `${LIVE}/flags/discount`)).body).toMatchObject({
      version: 3,
      state: { off: "small" },
    });
    await server.call("PUT", `${PUSH}?prune=true`, bundle([dark]));
    const without = discount("discount", { variants: [["none", { percent: 0 }]] });
    expect((await server.call("PUT", PUSH, bundle([dark, without]))).status).toBe(200);
    expect((await server.call("GET", `${LIVE}/flags/discount`)).body).toMatchObject({
      version: 4,
      state: { on: false },
    });
  });

  test("in parallel takes turns: each sees the other's work", async () => {
    const names = ["one", "two", "three", "four", "five"];
    const before = await revision();
    const answers = await Promise.all(names.map((name) => server.call("PUT", PUSH, bundle([definition(name)]))));
    expect(answers.map((answer) => answer.status)).toEqual(names.map(() => 200));
    expect(await revision()).toBe(before + names.length);
    const keys = (await snapshot()).flags.map((flag) => flag.key);
    expect(keys).toEqual(expect.arrayContaining(names));
  });

  test("takes a thousand flags at once", async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => definition(`many-${index}`));
    const pushed = await server.call("PUT", PUSH, bundle(many));
    expect(pushed.status).toBe(200);
    expect(pushed.body.added).toHaveLength(1_000);
    expect((await snapshot()).flags.filter((flag) => flag.key.startsWith("many-"))).toHaveLength(1_000);
  });
});

describe("a bundle is refused", () => {
  test.each([
    ["for another project", bundle([], { project: "other" }), 409, "PROJECT_MISMATCH", undefined],
    [
      "with a default that its schema refuses",
      bundle([discount("bad", { default: { percent: 99 } })]),
      422,
      "BUNDLE_INVALID",
      /^\/definitions\/0\/default/,
    ],
    [
      "with one flag twice",
      bundle([definition("twice"), definition("twice")]),
      422,
      "BUNDLE_INVALID",
      /^\/definitions\/1/,
    ],
    ["that is no bundle", { hello: 1 }, 422, "BUNDLE_INVALID", /^/],
    [
      "with a flag that needs an unknown one",
      bundle([definition("needy", { requires: [{ flag: "nobody", is: "on" }] })]),
      422,
      "BUNDLE_INVALID",
      /^\/definitions\/0\/requires/,
    ],
    ["with a chain of flags that evaluation does not follow", bundle(chain(22)), 422, "BUNDLE_INVALID", /0\/requires$/],
  ] as const)("%s", async (_, body, status, code, pointer) => {
    const before = await revision();
    const refused = await server.call("PUT", PUSH, body);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    if (pointer !== undefined) expect(refused.body.errors[0].pointer).toMatch(pointer);
    expect(await revision()).toBe(before);
  });
});

test("the longest chain that is taken can be read by clients: its head is on when all are", async () => {
  const links = chain(21);
  expect((await server.call("PUT", PUSH, bundle(links))).status).toBe(200);
  const state = { on: true, variants: [], targets: [], rules: [], otherwise: { variant: "on" } };
  for (const { key } of links)
    expect((await server.call("PUT", `${LIVE}/flags/${key}`, { state }, { "if-match": "*" })).status).toBe(200);
  const compiled = compile(await snapshot());
  expect(compiled.flag("link-1")?.evaluate({}, Date.now())).toMatchObject({ value: true });
});

describe("segments", () => {
  const STAFF = `${LIVE}/segments/staff`;
  const when = { attribute: "region", operator: "in", value: ["MY"] };

  test("are declared by a push, start empty, and are filled under If-Match", async () => {
    await server.call("PUT", PUSH, bundle([], { segments: ["staff", "partners"] }));
    const empty = await server.call("GET", STAFF);
    expect(empty.body).toMatchObject({ version: 1, segment: { key: "staff", include: [], exclude: [] } });
    const segment = { key: "staff", include: ["ann"], exclude: ["bob"], when };
    const filled = await server.call("PUT", STAFF, { segment, reason: "hired" }, { "if-match": '"1"' });
    expect(filled.body).toMatchObject({ version: 2, segment });
    expect((await snapshot()).segments.find((one) => one.key === "staff")).toEqual(segment);
    expect((await server.call("PUT", STAFF, { segment }, { "if-match": '"1"' })).status).toBe(412);
    expect((await server.call("PUT", STAFF, { segment })).status).toBe(428);
  });

  test("with a condition that cannot be read are refused, as are unknown names", async () => {
    const wrong = { key: "staff", include: [], exclude: [], when: { ...when, attribute: "reigon" } };
    const refused = await server.call("PUT", STAFF, { segment: wrong }, { "if-match": "*" });
    expect([refused.status, refused.body.code]).toEqual([422, "SEGMENT_INVALID"]);
    expect(refused.body.errors[0].pointer).toMatch(/^\/segment\/when/);
    const unknown = await server.call("GET", `${LIVE}/segments/staf`);
    expect([unknown.status, unknown.body.code]).toEqual([404, "SEGMENT_NOT_FOUND"]);
    expect(unknown.body.detail).toContain('Did you mean "staff"?');
  });

  test("cannot come to ask for what a flag that uses them may not read", async () => {
    const narrow = definition("narrow", { context: { required: ["targetingKey"], optional: [] } });
    await server.call("PUT", PUSH, bundle([narrow], { segments: ["staff", "partners"] }));
    const rules = [{ id: "r", when: { segment: "partners" }, serve: { variant: "on" }, onMiss: "next" }];
    const used = await server.call("PATCH", `${LIVE}/flags/narrow`, { state: { rules } }, { "if-match": "*" });
    expect(used.status).toBe(200);
    const segment = { key: "partners", include: [], exclude: [], when };
    const refused = await server.call("PUT", `${LIVE}/segments/partners`, { segment }, { "if-match": "*" });
    expect([refused.status, refused.body.code]).toEqual([422, "SEGMENT_IN_USE"]);
    expect(refused.body.errors[0].message).toContain("narrow");
  });

  test("that a state asks for cannot be pruned; others can, and come back after their last version", async () => {
    const narrow = definition("narrow", { context: { required: ["targetingKey"], optional: [] } });
    const kept = bundle([narrow], { segments: ["staff"] });
    expect((await server.call("PUT", `${PUSH}?prune=true`, kept)).body.code).toBe("STATE_INCOMPATIBLE");
    const pruned = await server.call("PUT", `${PUSH}?prune=true`, bundle([narrow], { segments: ["partners"] }));
    expect(pruned.status).toBe(200);
    expect((await snapshot()).segments.map((one) => one.key)).toEqual(["partners"]);
    await server.call("PUT", PUSH, bundle([narrow], { segments: ["partners", "staff"] }));
    expect((await server.call("GET", STAFF)).body).toMatchObject({ version: 3, segment: { include: [] } });
  });
});

describe("projects", () => {
  test("a new one has environments in their order, nothing else, and its name is taken", async () => {
    const created = await server.call("POST", "projects", { key: "warehouse", name: "Warehouse" });
    expect([created.status, created.body.name]).toEqual([201, "Warehouse"]);
    const environments = await server.call("GET", "projects/warehouse/environments");
    expect(environments.body.items.map((one: { key: string }) => one.key)).toEqual([
      "development",
      "staging",
      "production",
    ]);
    expect((await server.call("GET", "projects/warehouse/flags")).body.items).toEqual([]);
    const again = await server.call("POST", "projects", { key: "warehouse" });
    expect([again.status, again.body.code]).toEqual([409, "PROJECT_EXISTS"]);
  });

  test("each has definitions of its own", async () => {
    const pushed = await server.call(
      "PUT",
      "projects/warehouse/definitions",
      bundle([definition("dark-mode")], { project: "warehouse" }),
    );
    expect(pushed.status).toBe(200);
    const before = (await server.call("GET", `${LIVE}/flags`)).body.revision;
    await server.call("POST", "projects/warehouse/environments/production/flags/dark-mode/toggle", { on: true });
    expect((await server.call("GET", `${LIVE}/flags`)).body.revision).toBe(before);
  });
});

describe("environments", () => {
  test("a new one has every flag and segment, off and empty", async () => {
    const created = await server.call("POST", "projects/shop/environments", { key: "qa", name: "Quality" });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ key: "qa", name: "Quality", revision: 1 });
    const flags = await server.call("GET", "projects/shop/environments/qa/flags");
    expect(flags.body.items).toMatchObject([{ key: "narrow", version: 1, state: { on: false } }]);
    const again = await server.call("POST", "projects/shop/environments", { key: "qa" });
    expect([again.status, again.body.code]).toEqual([409, "ENVIRONMENT_EXISTS"]);
    const bad = await server.call("POST", "projects/shop/environments", { key: "Q A" });
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([422, "/key"]);
  });

  test("flags are filtered by owner, kind and tag, and paged", async () => {
    await server.call(
      "PUT",
      PUSH,
      bundle([definition("tagged", { tags: ["checkout"], owner: "team-b", kind: "permission" })]),
    );
    for (const query of ["owner=team-b", "kind=permission", "tag=checkout", "owner=team-b&tag=checkout"]) {
      const found = await server.call("GET", `projects/shop/flags?${query}`);
      expect(found.body.items.map((item: { key: string }) => item.key)).toEqual(["tagged"]);
    }
    const page = await server.call("GET", "projects/shop/flags?limit=1");
    const next = await server.call("GET", `projects/shop/flags?limit=200&cursor=${page.body.nextCursor}`);
    const whole = await server.call("GET", "projects/shop/flags?limit=200");
    expect(next.body.items[0]).toEqual(whole.body.items[1]);
    expect((await server.call("GET", "projects/shop/flags?cursor=%F0%9F")).status).toBe(400);
  });
});

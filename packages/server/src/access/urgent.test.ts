import { fastify } from "fastify";
import { expect, test } from "vitest";
import type { Database } from "../storage/database.ts";
import type { StoredKey } from "../storage/doors.ts";
import { createAccess, type Access } from "./access.ts";
import { newKey } from "./api-key.ts";

/** A server with one urgent route, one key, and a database that can go away. */
async function urgentRoute() {
  const { text, id, secretHash } = newKey("management");
  const stored: StoredKey = {
    id,
    kind: "management",
    name: "on call",
    organization_id: "o",
    project_id: null,
    environment_id: null,
    secret_hash: secretHash,
    expires_at: null,
    revoked_at: null,
    last_used_at: null,
  };
  const state: { away: boolean; revokedAt: Date | null } = { away: false, revokedAt: null };
  const database = {
    throughDoor: async () => {
      if (state.away) throw new Error("no database");
      return [{ ...stored, revoked_at: state.revokedAt }];
    },
    asOrganization: async () => undefined,
  } as unknown as Database;
  const access: Access = createAccess({ database, clock: { now: () => Date.now() } });
  const app = fastify();
  app.decorateRequest("principal");
  app.post("/kill", { config: { urgent: true }, onRequest: access.authenticate(["management"]) }, async () => "done");
  const kill = async (): Promise<boolean> =>
    (await app.inject({ method: "POST", url: "/kill", headers: { authorization: `Bearer ${text}` } })).statusCode ===
    200;
  return { access, id, state, kill, close: () => app.close() };
}

test("a key that was good does what is urgent while the database is away", async () => {
  const { state, kill, close } = await urgentRoute();
  state.away = true;
  expect(await kill()).toBe(false);
  state.away = false;
  expect(await kill()).toBe(true);
  state.away = true;
  expect(await kill()).toBe(true);
  await close();
});

test("one that another node says is revoked does not", async () => {
  const { access, id, state, kill, close } = await urgentRoute();
  expect(await kill()).toBe(true);
  access.forget(id);
  state.away = true;
  expect(await kill()).toBe(false);
  await close();
});

test("nor one that the database refused before it went away", async () => {
  const { state, kill, close } = await urgentRoute();
  expect(await kill()).toBe(true);
  state.revokedAt = new Date();
  expect(await kill()).toBe(false);
  state.away = true;
  expect(await kill()).toBe(false);
  await close();
});

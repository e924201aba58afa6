import { expect, test } from "vitest";
import type { Access, Principal } from "../access/access.ts";
import { Problem } from "../http/problem.ts";
import { Principals } from "./principals.ts";
import { manualTiming } from "./testing/manual-timing.ts";

const principal: Principal = { organizationId: "o", keyId: "id", keyName: "n", kind: "server", environmentId: "e" };
const revoked = new Problem(401, "KEY_REVOKED", "Unauthorized", "The key has been revoked.");

function world() {
  const timing = manualTiming();
  const asked: { readonly good: () => void; readonly fail: (error: Error) => void }[] = [];
  const access = {
    principalOf: () =>
      new Promise<Principal>((resolve, reject) => asked.push({ good: () => resolve(principal), fail: reject })),
  } as unknown as Access;
  const principals = new Principals(access, timing);
  return { timing, asked, principals, ask: () => principals.of("key", ["server"]) };
}

test("a key that is revoked while it is looked up is not remembered", async () => {
  const { asked, principals, ask } = world();
  const early = ask();
  principals.forget("id");
  asked[0]?.good();
  await early;
  const late = ask();
  asked[1]?.fail(revoked);
  await expect(late).rejects.toThrow("revoked");
});

test("a key that is revoked while the database goes away is not good for old times' sake", async () => {
  const { timing, asked, principals, ask } = world();
  const first = ask();
  asked[0]?.good();
  await first;
  timing.advance(60_000);
  const second = ask();
  principals.forget("id");
  asked[1]?.fail(new Error("the database is away"));
  await expect(second).rejects.toThrow("away");
});

test("a key that was good stays good while the database is away", async () => {
  const { timing, asked, ask } = world();
  const first = ask();
  asked[0]?.good();
  await first;
  timing.advance(60_000);
  const second = ask();
  asked[1]?.fail(new Error("the database is away"));
  expect(await second).toBe(principal);
  expect(await ask()).toBe(principal);
  expect(asked).toHaveLength(2);
});

test("a clock that goes back does not make a key good for longer", async () => {
  const { timing, asked, ask } = world();
  const first = ask();
  asked[0]?.good();
  await first;
  timing.advance(-3_600_000);
  const second = ask();
  asked[1]?.fail(revoked);
  await expect(second).rejects.toThrow("revoked");
});

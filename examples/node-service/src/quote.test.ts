import { join } from "node:path";
import { type Client, connect, staticSource } from "@flagwright/runtime/node";
import { fileSnapshot, readProject } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quote } from "./quote.ts";

const root = join(import.meta.dirname, "..", "..", "..");

describe("a quote, before anything is connected", () => {
  it("falls back to the safe defaults that were compiled in", () => {
    expect(quote({ user: "u1", region: "MY", total: 10_000 })).toEqual({
      checkout: "three-steps",
      total: 10_000,
      message: undefined,
      pay: ["card"],
    });
  });
});

describe("a quote under the rules in flags/environments/development.yaml", () => {
  let client: Client;
  beforeAll(async () => {
    const snapshot = fileSnapshot(await readProject(root), "development");
    if (snapshot === undefined) throw new Error("flags/environments/development.yaml is gone");
    client = await connect({ source: staticSource(snapshot) });
  });
  afterAll(() => client.close());

  it("gives the one-page checkout to Malaysia and Singapore only", () => {
    expect(quote({ user: "u1", region: "MY", total: 100 }).checkout).toBe("one-page");
    expect(quote({ user: "u1", region: "TH", total: 100 }).checkout).toBe("three-steps");
  });
  it("offers no wallet in Thailand", () => {
    expect(quote({ user: "u1", region: "TH", total: 100 }).pay).toEqual(["card", "transfer"]);
    expect(quote({ user: "u1", region: "SG", total: 100 }).pay).toEqual(["card", "wallet", "transfer"]);
  });
  it("gives about half of the people in Malaysia five percent off, and each of them always the same", () => {
    const totals = Array.from(
      { length: 1000 },
      (_, n) => quote({ user: `user-${n}`, region: "MY", total: 10_000 }).total,
    );
    const discounted = totals.filter((total) => total === 9_500).length;
    expect(discounted).toBeGreaterThan(420);
    expect(discounted).toBeLessThan(580);
    expect(totals).toEqual(totals.map((_, n) => quote({ user: `user-${n}`, region: "MY", total: 10_000 }).total));
  });
});

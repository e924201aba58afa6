import type { Flag } from "@flagwright/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as sample from "./fixtures/abi-v1/flags.gen.ts";
import { createConsumer, type Consumer } from "./testing/consumer.ts";

/**
 * `fixtures/abi-v1` was written by version 0.1.0 of the generator and is never generated again: it stands for the code
 * that is checked in somewhere, and that today's runtime must run and today's types must allow.
 */

const folder = join(import.meta.dirname, "fixtures/abi-v1");
let consumer: Consumer | undefined;

beforeAll(async () => {
  consumer = await createConsumer();
});
afterAll(() => consumer?.remove());

test("code of an earlier generator runs on this runtime", () => {
  expect(sample.newCheckout({ targetingKey: "u", region: "MY" })).toBe(false);
  expect(sample.regionalDiscount.details({ targetingKey: "u", region: "MY" })).toMatchObject({
    flagKey: "regional-discount",
    value: { percent: 0 },
    reason: "DEFAULT",
  });
  expect(sample.regionalDiscountV2.key).toBe("regional-discount@2");
  expect(sample.searchRanking.variants).toEqual({ classic: "classic" });
  expect(sample.searchTimeoutMs()).toBe(800);
  expect(sample.limits.default).toEqual({ calls: 5 });
  const flag: Flag<boolean, sample.NewCheckoutContext> = sample.newCheckout;
  expect(flag.version).toBe(1);
});

test("code of an earlier generator compiles against these types", async () => {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  consumer?.write(paths.map((path) => ({ path, content: readFileSync(join(folder, path), "utf8") })));
  expect(await consumer?.check({ files: paths, options: { allowImportingTsExtensions: true } })).toEqual([]);
});

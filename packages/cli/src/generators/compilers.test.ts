import { afterAll, beforeAll, expect, test } from "vitest";
import { checkOutputs, OUTPUTS, outputFiles } from "./testing/outputs.ts";
import { createConsumer, type Consumer } from "./testing/consumer.ts";

let consumer: Consumer | undefined;

beforeAll(async () => {
  consumer = await createConsumer();
  consumer.write(await outputFiles());
});
afterAll(() => consumer?.remove());

test.each(["5.6", "7"] as const)("every output compiles strictly under TypeScript %s", async (version) => {
  expect(await checkOutputs(consumer, version, "nodenext")).toEqual([]);
});

test("what is generated runs in Node as it is, from ESM and from CommonJS", async () => {
  for (const { entry, runs } of OUTPUTS.filter(({ runs }) => runs)) {
    const module = await consumer?.load(`${entry}.${runs ?? ""}`);
    const flag = module?.["regionalDiscount"] as ((context: object) => unknown) & { readonly key: string };
    expect(flag({})).toEqual({ percent: 0 });
    expect(flag.key).toBe("regional-discount");
  }
  const { createRequire } = await import("node:module");
  const required = createRequire(`${consumer?.root ?? ""}/index.cjs`)("./js/index.js") as Record<string, () => unknown>;
  expect(required["searchTimeoutMs"]?.()).toBe(800);
});

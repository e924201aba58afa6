import { afterAll, beforeAll, expect, test } from "vitest";
import { createConsumer, TYPESCRIPT_VERSIONS, type Consumer } from "./testing/consumer.ts";
import { checkOutputs, MODULE_SETTINGS, outputFiles } from "./testing/outputs.ts";

let consumer: Consumer | undefined;

beforeAll(async () => {
  consumer = await createConsumer();
  consumer.write(await outputFiles());
});
afterAll(() => consumer?.remove());

const matrix = TYPESCRIPT_VERSIONS.flatMap((version) =>
  MODULE_SETTINGS.map((resolution) => [version, resolution] as const),
);

test.each(matrix)("every output compiles strictly under TypeScript %s with %s", async (version, resolution) => {
  expect(await checkOutputs(consumer, version, resolution)).toEqual([]);
});

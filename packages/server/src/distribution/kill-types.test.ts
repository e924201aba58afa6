import { schemaHash, type FlagDefinition, type JsonSchema } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream } from "./testing/sse-reader.ts";

/** The kill switch must not meet a path that nobody has tried: every type of flag, in every state. */
const typed = (key: string, type: FlagDefinition["type"], value: JsonSchema, safe: unknown, other: unknown) =>
  booleanFlag(key, {
    type,
    value,
    schemaHash: schemaHash(value),
    default: safe,
    variants: [["other", other]],
  } as Partial<FlagDefinition>);

const definitions: readonly FlagDefinition[] = [
  booleanFlag("boolean"),
  typed("string", "string", { type: "string" }, "safe", "other"),
  typed("number", "number", { type: "number" }, 0.5, 1.5),
  typed("integer", "integer", { type: "integer" }, 1, 2),
  typed("enum", "string", { enum: ["a", "b"] }, "a", "b"),
  typed("object", "object", { type: "object" }, {}, { deep: { er: [1, null] } }),
  typed("array", "array", { type: "array" }, [], [1, "two"]),
  typed("mixed", "any", { enum: [null, 1, "x"] }, null, "x"),
  booleanFlag("second", { version: 2 }),
];

let server: RunningServer;
let manager: Manager;

beforeAll(async () => {
  server = await createServer({ port: 0, project: "shop", drainMs: 500, logLevel: "silent" });
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push([...definitions, booleanFlag("second")]);
});
afterAll(() => server.close());

describe("a kill", () => {
  test.each(definitions.map((each) => [each.version === 1 ? each.key : `${each.key}@${each.version}`, each] as const))(
    "of %s serves the default at once, whether it was off or on, and lifts cleanly",
    async (wireKey, { default: safe }) => {
      const evaluated = async (): Promise<unknown> =>
        (
          await fetch(`${server.url}/ofrep/v1/evaluate/flags/${encodeURIComponent(wireKey)}`, {
            method: "POST",
            headers: { authorization: `Bearer ${manager.serverKey}`, "content-type": "application/json" },
            body: '{"context":{"targetingKey":"u"}}',
          })
        ).json();
      for (const on of [false, true]) {
        await manager.toggle(wireKey, on);
        const before = await evaluated();
        const reader = await readStream(`${server.url}/sdk/v1/stream`, manager.serverKey);
        await reader.until((event) => event.event === "snapshot");
        const order = await manager.kill(wireKey, "test");
        const kill = await reader.until((event) => event.event === "kill");
        expect(kill.data).toMatchObject({ epoch: order.epoch, revision: order.revision, flag: wireKey });
        await reader.until((event) => event.id === `${order.epoch}-${order.revision}`);
        expect(await evaluated()).toMatchObject({ value: safe, reason: "DISABLED" });
        const path = `projects/shop/environments/development/flags/${encodeURIComponent(wireKey)}/lift`;
        expect((await manager.call("POST", path, {})).status).toBe(200);
        await expect.poll(evaluated).toEqual(before);
        reader.close();
      }
    },
  );
});

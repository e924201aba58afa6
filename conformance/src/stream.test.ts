import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@flagwright/runtime/node";
import type { EvaluationContext } from "@flagwright/runtime";
import { defineFlag, type Flag } from "@flagwright/runtime/codegen/v1";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../packages/server/src/testing/api.ts";
import { answerOf } from "./answer.ts";
import { loadSuites } from "./cases.ts";
import { definitionOf } from "./contract.ts";
import { publish, type Refused } from "./publish.ts";

/** By suite: what a server does not take, and the code of the reason. It must be neither more nor less. */
const known = JSON.parse(readFileSync(join(import.meta.dirname, "../not-on-a-server.json"), "utf8")) as {
  readonly [suite: string]: Refused;
};

let server: TestServer;
let now = 0;
const clock = { now: () => now, random: Math.random, after: afterRealTime };

function afterRealTime(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}

beforeAll(async () => {
  server = await startTestServer("pglite", { project: "conformance" });
});
afterAll(() => server.close());

describe("an SDK that follows a real server over SSE", () => {
  test.each(loadSuites())("$title", async (suite) => {
    const environment = "development";
    const { call, credentials } = server;
    const refused = await publish(
      suite,
      (method, path, body) => call(method, `projects/conformance/${path}`, body, { "if-match": "*" }),
      environment,
    );
    expect(refused).toEqual(known[suite.name] ?? {});
    const answer = await call("GET", `projects/conformance/environments/${environment}/flags?limit=1`);
    now = Date.now();
    const client = createClient({
      url: server.url,
      key: credentials.serverKeys[environment] ?? "",
      host: clock,
      logger: null,
      report: false,
    });
    await client.ready;
    expect(client.status).toMatchObject({ state: "ready", revision: answer.body.revision });
    const given = suite.cases
      .filter(({ flag }) => refused[flag] === undefined)
      .map(({ id, flag, context, at }) => {
        const configuration = suite.snapshot.flags.find(({ key }) => key === flag);
        if (configuration === undefined) throw new Error(flag);
        const { key, version, type, schemaHash, default: safe } = { ...definitionOf(configuration, []), key: flag };
        const getter: Flag<unknown, EvaluationContext> = defineFlag({
          key,
          version,
          type,
          hash: schemaHash,
          default: safe,
        });
        now = at;
        return { id, answer: answerOf(client.details(getter, context)) };
      });
    await client.close();
    expect(given).toEqual(
      suite.cases
        .filter(({ flag }) => refused[flag] === undefined)
        .map(({ id, expect: expected }) => ({ id, answer: expected })),
    );
  });
});

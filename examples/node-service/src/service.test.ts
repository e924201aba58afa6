import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Client, connect } from "@flagwright/runtime/node";
import { type DefinitionBundle, readProject } from "@flagwright/schema";
import { createServer, type RunningServer } from "@flagwright/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createService } from "./service.ts";

const root = join(import.meta.dirname, "..", "..", "..");
let flagwright: RunningServer;
let client: Client;
let service: Server;

beforeAll(async () => {
  flagwright = await createServer({ port: 0, project: "shop", logLevel: "silent" });
  const project = await readProject(root);
  const bundle: DefinitionBundle = {
    format: 1,
    project: "shop",
    context: project.config.context,
    definitions: project.definitions.map(({ value }) => value),
    segments: project.segments.map(({ value }) => value.key),
  };
  await manage("PUT", "definitions", bundle);
  client = await connect({ url: flagwright.url, key: flagwright.credentials?.serverKeys["development"] ?? "" });
  service = createService().listen(0, "127.0.0.1");
  await once(service, "listening");
});
afterAll(async () => {
  service.close();
  await client.close();
  await flagwright.close();
});

async function manage(method: string, path: string, body: object): Promise<void> {
  const response = await fetch(`${flagwright.url}/api/v1/projects/shop/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${flagwright.credentials?.managementKey ?? ""}`,
      "content-type": "application/json",
      "if-match": "*",
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

async function ask(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${(service.address() as AddressInfo).port}${path}`);
  return { status: response.status, body: await response.json() };
}

/** Makes a change and waits until it has reached this process. */
async function change(method: string, path: string, body: object): Promise<void> {
  const changed = new Promise<void>((resolve) => {
    const off = client.on("changed", () => {
      off();
      resolve();
    });
  });
  await manage(method, `environments/development/flags/${path}`, body);
  await changed;
}

describe("the service, connected to a server", () => {
  it("serves the defaults of flags that are off", async () => {
    expect((await ask("/search?user=u1")).body).toEqual({ ranking: "classic", timeoutMs: 800 });
    expect((await ask("/quote?user=u1&region=MY&total=10000")).body).toMatchObject({ checkout: "three-steps" });
  });
  it("follows a change while it runs, a kill, and its end", async () => {
    const pay = async (): Promise<unknown> => (await ask("/quote?user=u1&region=MY")).body;
    await change("PATCH", "payment-providers", { state: { on: true, otherwise: { variant: "all" } } });
    expect(await pay()).toMatchObject({ pay: ["card", "wallet", "transfer"] });
    await change("POST", "payment-providers/kill", { reason: "the wallet is down" });
    expect(await pay()).toMatchObject({ pay: ["card"] });
    await change("POST", "payment-providers/lift", {});
    expect(await pay()).toMatchObject({ pay: ["card", "wallet", "transfer"] });
  });
  it("refuses what it cannot read with a message, never with a crash", async () => {
    expect(await ask("/quote?region=XX")).toMatchObject({ status: 400 });
    expect(await ask("/quote?region=MY&total=-1")).toMatchObject({ status: 400 });
    expect(await ask("/nothing")).toMatchObject({ status: 404 });
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { bundle, definition } from "./api.ts";
import { startProcess, type ServerProcess } from "./process.ts";

const FLAGS = 5;
const LIVE = "projects/shop/environments/production";

interface Acknowledged {
  readonly key: string;
  readonly version: number;
  readonly revision: number;
  readonly on: boolean;
}

/**
 * Makes changes, three at a time, while the process is killed now and then with changes under way. What was
 * acknowledged must stand after every restart; what was cut may stand or not, but nothing in between.
 */
export async function killWhileChanging(changes: number, kills: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-sigkill-"));
  let server: ServerProcess | undefined;
  const start = async (): Promise<string> => {
    const files = ["--data", join(folder, "data"), "--credentials", join(folder, "keys")];
    server = startProcess(["--port", "0", "--project", "shop", "--max-event-loop-delay-ms", "0", ...files]);
    const started = await server.started;
    if (!("url" in started)) throw new Error(started.said);
    return started.url;
  };
  try {
    await run(folder, start, (): ServerProcess | undefined => server, changes, kills);
  } finally {
    await server?.end("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  folder: string,
  start: () => Promise<string>,
  server: () => ServerProcess | undefined,
  changes: number,
  kills: number,
): Promise<void> {
  let url = await start();
  const { managementKey } = JSON.parse(readFileSync(join(folder, "keys"), "utf8"));
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${managementKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const keys = Array.from({ length: FLAGS }, (_, index) => `flag-${index}`);
  await call("PUT", "projects/shop/definitions", bundle(keys.map((key) => definition(key))));

  const acknowledged: Acknowledged[] = [];
  let lastSeen = 0;
  let sent = 0;
  let killed = 0;
  let cut = 0;
  while (sent < changes) {
    const until = killed < kills ? Math.floor(((killed + 1) * changes) / (kills + 1)) : changes;
    const worker = async (): Promise<void> => {
      while (sent < until) {
        const turn = sent++;
        const key = keys[turn % FLAGS] ?? "";
        const on = turn % 2 === 0;
        const answer = (await call("POST", `${LIVE}/flags/${key}/toggle`, {
          on,
          reason: `turn ${turn}`,
        })) as Acknowledged;
        acknowledged.push({ key, on, version: answer.version, revision: answer.revision });
      }
    };
    const workers = [worker(), worker(), worker()].map((work) => work.catch(() => void cut++));
    if (killed < kills) {
      // Killed as soon as the last of this batch has been sent: its changes are then somewhere on their way.
      while (sent < until) await new Promise((resolve) => setImmediate(resolve));
      await server()?.end("SIGKILL");
      killed++;
      await Promise.all(workers);
      url = await start();
    } else await Promise.all(workers);
    lastSeen = await check(call, acknowledged, lastSeen);
  }
  expect(killed).toBe(kills);
  expect(cut).toBeGreaterThan(0);
  expect(acknowledged.length + cut).toBeGreaterThanOrEqual(changes - 2 * kills);
  console.log(`${changes} changes, ${killed} kills: ${acknowledged.length} acknowledged and kept, ${cut} cut`);
}

/** Every acknowledged change is in the history as it was acknowledged; order and audit log are whole. */
async function check(
  call: (method: string, path: string) => Promise<unknown>,
  acknowledged: readonly Acknowledged[],
  lastSeen: number,
): Promise<number> {
  const list = (await call("GET", `${LIVE}/flags`)) as { readonly revision: number };
  expect(list.revision).toBeGreaterThanOrEqual(Math.max(lastSeen, ...acknowledged.map((change) => change.revision)));
  const revisions = new Set<number>();
  for (let index = 0; index < FLAGS; index++) {
    const key = `flag-${index}`;
    const { items } = (await call("GET", `${LIVE}/flags/${key}/history?limit=200`)) as {
      readonly items: readonly {
        readonly version: number;
        readonly revision: number;
        readonly state: { readonly on: boolean };
      }[];
    };
    expect(items.map((item) => item.version)).toEqual(items.map((_, place) => items.length - place));
    for (const item of items) revisions.add(item.revision);
    for (const change of acknowledged.filter((one) => one.key === key))
      expect(items.find((item) => item.version === change.version)).toMatchObject({
        revision: change.revision,
        state: { on: change.on },
      });
  }
  // Revision 1 is the push, which made a version of every flag; all others made one version each, without a gap.
  expect([...revisions].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: list.revision }, (_, index) => index + 1),
  );
  expect(await call("GET", "audit/verify")).toMatchObject({ valid: true });
  return list.revision;
}

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Client } from "../client/client.ts";
import type { ClientError } from "../client/client-error.ts";
import { createClient } from "../client/node-client.ts";
import { banner, bannerFlag, hastyHost, snapshotOf } from "../client/testing/flags.ts";

let folder: string;
const clients: Client[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flagwright-file-"));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await rm(folder, { recursive: true });
});

function follow(path: string, maxPayloadBytes = 1_000_000): { client: Client; failures: ClientError[] } {
  const client = createClient({ snapshotFile: path, host: hastyHost, logger: null, maxPayloadBytes });
  clients.push(client);
  const failures: ClientError[] = [];
  client.on("error", (error) => failures.push(error));
  return { client, failures };
}

function text(revision: number, value: string): string {
  return JSON.stringify(snapshotOf(revision, [bannerFlag(value)]));
}

test("the file is the authority: an edit that goes back to an older revision is served", async () => {
  const path = join(folder, "flags.json");
  await writeFile(path, text(9, "neun"));
  const { client } = follow(path);
  await client.ready;
  await writeFile(path, text(3, "drei"));
  await expect.poll(() => client.get(banner)).toBe("drei");
  expect(client.details(banner)).toMatchObject({ revision: 3, reason: "STATIC" });
});

test("a file that is replaced by renaming is followed, and so is one that was not there at first", async () => {
  const path = join(folder, "flags.json");
  const { client, failures } = follow(path);
  await expect.poll(() => failures.map(({ code }) => code)).toContain("FILE_UNREADABLE");
  for (const value of ["eins", "zwei"]) {
    await writeFile(`${path}.new`, text(1, value));
    await rename(`${path}.new`, path);
    await expect.poll(() => client.get(banner)).toBe(value);
  }
});

test("mounted configuration, where a link to a folder is swapped, is followed", async () => {
  for (const value of ["eins", "zwei"]) {
    await mkdir(join(folder, value));
    await writeFile(join(folder, value, "flags.json"), text(1, value));
  }
  await symlink("eins", join(folder, "data"));
  await symlink(join("data", "flags.json"), join(folder, "flags.json"));
  const { client } = follow(join(folder, "flags.json"));
  await expect.poll(() => client.get(banner)).toBe("eins");
  await symlink("zwei", join(folder, "data.new"));
  await rename(join(folder, "data.new"), join(folder, "data"));
  await expect.poll(() => client.get(banner)).toBe("zwei");
});

test("a file that is too large is not read, and one that is half written is read when it is whole", async () => {
  const path = join(folder, "flags.json");
  await writeFile(path, text(1, "gut"));
  const { client, failures } = follow(path, 5_000);
  await client.ready;
  await writeFile(path, text(2, "x".repeat(10_000)));
  await expect.poll(() => failures.at(-1)?.message).toContain("5000");
  const whole = text(3, "heil");
  await writeFile(path, whole.slice(0, 100));
  await expect.poll(() => failures.at(-1)?.code).toBe("PAYLOAD_INVALID");
  expect(client.get(banner)).toBe("gut");
  await writeFile(path, whole);
  await expect.poll(() => client.get(banner)).toBe("heil");
});

import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Credentials } from "../tenancy/first-start.ts";

/**
 * Writes the first keys and the server's address, whole or not at all, readable by the owner only. At later starts the
 * keys are not known any more: then only the address in a file that is there is brought up to date.
 */
export function writeCredentialsFile(path: string, url: string, credentials: Credentials | undefined): void {
  const content = credentials === undefined ? withAddress(path, url) : { url, ...credentials };
  if (content === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function withAddress(path: string, url: string): object | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof content === "object" && content !== null ? { ...content, url } : undefined;
  } catch {
    return undefined;
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";

/** What `flagwright serve` leaves for the other commands, mode 0600 and ignored by git. */
export interface Credentials {
  readonly url: string;
  readonly project: string;
  readonly managementKey: string;
  readonly serverKeys: { readonly [environment: string]: string };
  readonly clientKeys: { readonly [environment: string]: string };
}

export const CREDENTIALS_FILE = ".flagwright/credentials.json";

export function credentialsPath(root: string): string {
  return join(root, CREDENTIALS_FILE);
}

/** `undefined` when there is none. @throws Failure when there is one and it cannot be read. */
export function readCredentials(path: string): Credentials | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Failure(`Cannot read ${path}: ${(error as Error).message}`);
  }
  const help = "Remove it and start the server again; it writes a new one on its first start only, so keep its keys.";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure(`${path} is not JSON.`, { help });
  }
  const { url, project, managementKey, serverKeys = {}, clientKeys = {} } = (value ?? {}) as Partial<Credentials>;
  if (typeof url !== "string" || typeof project !== "string" || typeof managementKey !== "string")
    throw new Failure(`${path} lacks "url", "project" or "managementKey".`, { help });
  return { url, project, managementKey, serverKeys, clientKeys };
}

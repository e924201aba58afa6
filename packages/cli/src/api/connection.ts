import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { findRoot } from "../project/root.ts";
import { CREDENTIALS_FILE, credentialsPath, readCredentials, type Credentials } from "./credentials.ts";

/** Where a server is and who asks. */
export interface Connection {
  readonly url: string;
  readonly key: string;
  /** Where the key was found, for messages. */
  readonly keySource: string;
  /** What was asked for by name. */
  readonly project: string | undefined;
  /** What the credentials file says, for when neither a person nor `flagwright.yaml` says anything. */
  readonly credentialsProject: string | undefined;
}

/** The options that say which server, project and environment; the environment variables stand in for each. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly key?: string;
  readonly project?: string;
}

export const DEFAULT_URL = "http://127.0.0.1:4400";

/**
 * Options, else environment variables, else the credentials file at the project's root.
 *
 * @throws Failure when no key is to be found, or the address is none.
 */
export function findConnection(options: ConnectionOptions, io: Io): Connection {
  const { env, cwd } = io;
  const root = findRoot(cwd);
  const credentials = root === undefined ? undefined : readCredentials(credentialsPath(root));
  const url = validUrl(options.url ?? nonEmpty(env["FLAGWRIGHT_URL"]) ?? credentials?.url ?? DEFAULT_URL);
  const { key, keySource } = findKey(options, io, credentials, url);
  const project = options.project ?? nonEmpty(env["FLAGWRIGHT_PROJECT"]);
  return { url, key, keySource, project, credentialsProject: credentials?.project };
}

function findKey(
  options: ConnectionOptions,
  { env }: Io,
  credentials: Credentials | undefined,
  url: string,
): { readonly key: string; readonly keySource: string } {
  if (options.key !== undefined) return { key: options.key, keySource: "--key" };
  const fromEnvironment = nonEmpty(env["FLAGWRIGHT_KEY"]);
  if (fromEnvironment !== undefined) return { key: fromEnvironment, keySource: "FLAGWRIGHT_KEY" };
  if (credentials === undefined)
    throw new Failure("There is no key to talk to the server with.", {
      help: `Start a server here (flagwright serve writes ${CREDENTIALS_FILE}), or give a management key by --key or FLAGWRIGHT_KEY.`,
    });
  // A key is a secret of the server that made it: another server must never see it.
  if (origin(credentials.url) !== origin(url))
    throw new Failure(`${CREDENTIALS_FILE} holds the key of ${credentials.url}, not of ${url}.`, {
      help: "Give that server's management key by --key or FLAGWRIGHT_KEY.",
    });
  return { key: credentials.managementKey, keySource: CREDENTIALS_FILE };
}

function validUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Failure(`"${text}" is not the address of a server.`, { help: `It looks like ${DEFAULT_URL}.` });
  return text.replace(/\/+$/, "");
}

function origin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

import type { Command as Commander } from "commander";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { readOutline } from "../project/outline.ts";
import { findConnection, type Connection, type ConnectionOptions } from "./connection.ts";
import { withHttp } from "./http.ts";
import { ManagementApi, type Place } from "./management-api.ts";

export interface ServerOptions extends ConnectionOptions {
  readonly env?: string;
}

/** A server that has been found, and the project there. */
export interface Session {
  readonly api: ManagementApi;
  readonly connection: Connection;
  readonly project: string;
}

/** Adds `--url`, `--key` and `--project` to a command. */
export function addServerOptions(command: Commander): Commander {
  return command
    .option("--url <url>", "address of the server (FLAGWRIGHT_URL)")
    .option("--key <key>", "key to ask it with (FLAGWRIGHT_KEY)")
    .option("--project <key>", "project, when it is not this folder's (FLAGWRIGHT_PROJECT)");
}

/** For the commands that run {@link withNamedEnvironment}. */
export function addNamedEnvironmentOption(command: Commander): Commander {
  return command.option("-e, --env <name>", "environment (FLAGWRIGHT_ENVIRONMENT); needed when there are several");
}

export function addEnvironmentOption(command: Commander): Commander {
  return command.option("-e, --env <name>", "environment (FLAGWRIGHT_ENVIRONMENT; else the project's first)");
}

/** Runs `work` with the management API of the server and project that the options, or the folder, name. */
export function withServer<T>(options: ServerOptions, io: Io, work: (session: Session) => Promise<T>): Promise<T> {
  const connection = findConnection(options, io);
  return withHttp(connection, async (http) => {
    const api = new ManagementApi(http);
    const project =
      connection.project ?? readOutline(io.cwd).project ?? connection.credentialsProject ?? (await onlyProject(api));
    return work({ api, connection, project });
  });
}

type WorkInEnvironment<T> = (session: Session & { readonly at: Place }) => Promise<T>;

/** As {@link withServer}, for the state of one environment. */
export function withEnvironment<T>(options: ServerOptions, io: Io, work: WorkInEnvironment<T>): Promise<T> {
  return withServer(options, io, (session) =>
    work({ ...session, at: { project: session.project, environment: chosenEnvironment(options, io) } }),
  );
}

/**
 * As {@link withEnvironment}, for what is done in an emergency: where there are several environments it takes none by
 * itself. A kill that landed in the first one would look like success while production burns.
 */
export function withNamedEnvironment<T>(options: ServerOptions, io: Io, work: WorkInEnvironment<T>): Promise<T> {
  return withServer(options, io, async (session) =>
    work({ ...session, at: { project: session.project, environment: await namedEnvironment(options, io, session) } }),
  );
}

async function namedEnvironment(
  { env }: ServerOptions,
  io: Io,
  { api, project }: Pick<Session, "api" | "project">,
): Promise<string> {
  const named = env ?? io.env["FLAGWRIGHT_ENVIRONMENT"];
  if (named !== undefined && named !== "") return named;
  const declared = readOutline(io.cwd).environments;
  const names = declared.length > 0 ? declared : (await api.environments(project)).map(({ key }) => key);
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw new Failure("Say in which environment; nothing was done.", {
    help: `Add --env ${names.join(", or --env ")}${names.length === 0 ? "NAME" : ""} (or set FLAGWRIGHT_ENVIRONMENT).`,
  });
}

/** `--env`, else `FLAGWRIGHT_ENVIRONMENT`, else the first of `flagwright.yaml`, else `development`. */
export function chosenEnvironment({ env }: { readonly env?: string }, io: Io): string {
  return env ?? (io.env["FLAGWRIGHT_ENVIRONMENT"] || (readOutline(io.cwd).environments[0] ?? "development"));
}

async function onlyProject(api: ManagementApi): Promise<string> {
  const projects = await api.projects();
  const [only] = projects;
  if (projects.length === 1 && only !== undefined) return only.key;
  throw new Failure(
    projects.length === 0 ? "The server has no project." : `The server has ${projects.length} projects; say which one.`,
    { help: `Use --project${projects.length === 0 ? "" : `: ${projects.map(({ key }) => key).join(", ")}`}.` },
  );
}

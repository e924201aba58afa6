import type { JsonValue } from "@flagwright/runtime";
import { schemaHash, type DefinitionBundle, type FlagDefinition } from "@flagwright/schema";
import { createServer, type RunningServer, type ServerParts } from "../server.ts";
import type { ServerConfig } from "../config.ts";
import { openPglite } from "../storage/pglite.ts";
import { openPostgres } from "../storage/postgres.ts";
import type { Database } from "../storage/database.ts";
import { startPostgres } from "../storage/testing/postgres.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read answers freely
  readonly body: any;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: { readonly [name: string]: string },
) => Promise<Reply>;

export interface TestServer extends RunningServer {
  readonly database: Database;
  readonly credentials: NonNullable<RunningServer["credentials"]>;
  /** As the holder of the first management key, below `/api/v1`. */
  readonly call: Call;
  /** As the holder of this key; `undefined` sends none. */
  readonly as: (key: string | undefined) => Call;
}

/** A server on a free port, on a database of its own that tests can look into. */
export async function startTestServer(
  kind: "pglite" | "postgres",
  config: Partial<ServerConfig> = {},
  parts: ServerParts = {},
): Promise<TestServer> {
  const postgres = kind === "postgres" ? await startPostgres() : undefined;
  const database =
    postgres === undefined
      ? await openPglite(undefined)
      : await openPostgres({ url: await postgres.newDatabase(), onConnectionError: () => {} });
  const running = await createServer(
    { port: 0, project: "shop", logLevel: "silent", maxEventLoopDelayMs: 0, drainMs: 1_000, ...config },
    { ...parts, database },
  );
  const { credentials } = running;
  if (credentials === undefined) throw new Error("the database was not empty");
  const as =
    (key: string | undefined): Call =>
    async (method, path, body, headers = {}) => {
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      const answer = await fetch(`${running.url}${path.startsWith("/") ? path : `/api/v1/${path}`}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(text === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text as string }),
      });
      const content = await answer.text();
      const json = answer.headers.get("content-type")?.includes("json") === true;
      return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(content) : content };
    };
  return {
    ...running,
    credentials,
    database,
    as,
    call: as(credentials.managementKey),
    async close() {
      await running.close();
      await database.close();
      await postgres?.stop();
    },
  };
}

/** A valid definition: boolean unless told otherwise. */
export function definition(key: string, more: Partial<FlagDefinition> = {}): FlagDefinition {
  const value = more.value ?? { type: "boolean" };
  return {
    key,
    version: 1,
    description: `The flag ${key}.`,
    owner: "team-tests",
    tags: [],
    kind: "operational",
    lifecycle: { status: "active" },
    visibility: "server",
    sensitive: false,
    type: "boolean",
    value,
    schemaHash: schemaHash(value),
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    bucketBy: "targetingKey",
    salt: key,
    context: { required: ["targetingKey"], optional: ["region"] },
    requires: [],
    ...more,
  };
}

/** A flag whose values are objects with a percentage. */
export function discount(key: string, more: Partial<FlagDefinition> = {}): FlagDefinition {
  const variants: readonly (readonly [string, JsonValue])[] = [
    ["none", { percent: 0 }],
    ["small", { percent: 5 }],
  ];
  return definition(key, {
    type: "object",
    value: {
      type: "object",
      required: ["percent"],
      properties: { percent: { type: "number", minimum: 0, maximum: 90 } },
      additionalProperties: false,
    },
    default: { percent: 0 },
    variants,
    ...more,
  });
}

export function bundle(definitions: readonly FlagDefinition[], more: Partial<DefinitionBundle> = {}): DefinitionBundle {
  return {
    format: 1,
    project: "shop",
    context: { attributes: { region: { enum: ["MY", "SG"] } } },
    definitions,
    segments: [],
    ...more,
  };
}

/** What must appear nowhere. Secrets are base64url, so they may hold the separator. */
export function secretOf(key: string): string {
  return key.split("_").slice(3).join("_");
}

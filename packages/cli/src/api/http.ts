import { Agent, request } from "undici";
import { Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";
import { failureOf, notOurs, unreachable } from "./problem.ts";

export interface Call {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  /** Below the server's address, with the query. */
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string;
  /** How long the answer may take; a minute unless it is said. */
  readonly timeoutMs?: number;
}

/** Connecting to a server that is there takes milliseconds; ten seconds are for one across the world that restarts. */
const CONNECT_TIMEOUT_MS = 10_000;
/** What a server does for one flag takes milliseconds; beyond this it is not coming. */
const ANSWER_TIMEOUT_MS = 60_000;

/** One server over kept connections. `close` lets the process end. */
export interface Http {
  /** @throws Failure for every answer that is not a success. */
  readonly send: <T>(call: Call) => Promise<T>;
  readonly close: () => Promise<void>;
}

export function createHttp(connection: Connection): Http {
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
  return {
    close: () => agent.close(),
    async send<T>({ method, path, body, ifMatch, timeoutMs = ANSWER_TIMEOUT_MS }: Call): Promise<T> {
      let status: number;
      let text: string;
      try {
        const answer = await request(`${connection.url}${path}`, {
          method,
          dispatcher: agent,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          headers: {
            accept: "application/json",
            authorization: `Bearer ${connection.key}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        status = answer.statusCode;
        text = await answer.body.text();
      } catch (error) {
        throw unreachable(connection, error);
      }
      const value = parse(text);
      if (status >= 200 && status < 300 && (value !== undefined || text === "")) return value as T;
      if (typeof value !== "object" || value === null || status < 400) throw notOurs(connection, status);
      throw failureOf(connection, { ...value, status });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Runs one piece of work with a connection that is closed after it, whatever happens. */
export async function withHttp<T>(connection: Connection, work: (http: Http) => Promise<T>): Promise<T> {
  if (!/^[!-~]+$/.test(connection.key))
    throw new Failure(`The key from ${connection.keySource} holds characters that no key has.`);
  const http = createHttp(connection);
  try {
    return await work(http);
  } finally {
    await http.close();
  }
}

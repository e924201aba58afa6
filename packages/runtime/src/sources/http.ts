import type { ClientError } from "../client/client-error.ts";

/** The part of `fetch` that is used; any implementation will do. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly url: string;
  readonly redirected: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): BodyReader } | null;
}

export interface BodyReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** The server's answer may be as large as this, in bytes: about 30,000 flags. Larger ones are refused, not read. */
export const MAX_PAYLOAD_BYTES: number = 32 * 1024 * 1024;

/** No server may silence its clients for longer than this by one header. */
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** Joins a server's address and a route, whatever slashes there are. */
export function routeOf(url: string, route: string): string {
  return `${url.replace(/\/+$/u, "")}${route}`;
}

/** What an answer other than the expected one means. Nothing of the key gets into a message. */
export function errorOf(url: string, response: FetchResponse, now: number): ClientError {
  const { status } = response;
  const where = `${new URL(url).origin} answered ${status}`;
  const retryAfterMs = retryAfter(response.headers.get("retry-after"), now);
  const common = { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  switch (status) {
    case 401:
      return {
        ...common,
        code: "UNAUTHORIZED",
        message: `${where}: the key is missing, wrong, expired or revoked.`,
        help: "Pass a server key of the environment (fw_server_…) as `key`.",
        permanent: true,
      };
    case 403:
      return {
        ...common,
        code: "FORBIDDEN",
        message: `${where}: the key may not read an environment's flags.`,
        help: "Clients need a key of kind server; management and client keys are refused here.",
        permanent: true,
      };
    case 404:
      return {
        ...common,
        code: "NOT_FOUND",
        message: `${where}: there is no Flagwright server at this address.`,
        help: "Check `url`: it is the server's root, without a path.",
        permanent: true,
      };
    case 429:
      return { ...common, code: "RATE_LIMITED", message: `${where}: too many requests.` };
    case 502:
    case 503:
    case 504:
      return { ...common, code: "UNAVAILABLE", message: `${where}: the server is not available.` };
    default:
      return { ...common, code: "UNEXPECTED_STATUS", message: `${where}, which is not expected here.` };
  }
}

/** `Retry-After` (RFC 9110, 10.2.3), seconds or a date, in milliseconds. */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\s*\d+\s*$/u.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** The whole body as text, or `undefined` when it has more bytes than allowed; the rest is then not read. */
export async function readText(response: FetchResponse, maxBytes: number): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

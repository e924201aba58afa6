import { isNewer } from "@flagwright/runtime";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { gzipSync } from "node:zlib";
import { Problem } from "../http/problem.ts";
import type { Access } from "../access/access.ts";
import type { Channels, OpenChannel } from "./channels.ts";
import type { EnvironmentState } from "./environment-state.ts";
import { MAX_READS, parseReads } from "./hot-flags.ts";
import { formatOrder, parseOrder } from "./order-id.ts";
import { MAX_REPORT_BYTES, reportSchema, type Report } from "./report.ts";
import type { Principals } from "./principals.ts";
import { openStream } from "./stream.ts";

export interface SdkRoutesOptions {
  readonly channels: Channels;
  /** The stream that was let in has ended. */
  readonly release: () => void;
  readonly heartbeatMs: number;
  /** True when the client should say once more which schemas it has. */
  readonly onReport: (environmentId: string, keyId: string, address: string, report: Report) => boolean;
  readonly onConnected: (environmentId: string, instance: string | undefined) => void;
  readonly onDisconnected: (environmentId: string, instance: string | undefined) => void;
  readonly letIn: () => void;
  readonly principalsOf: (access: Access) => Principals;
}

/** Compressing costs more than it saves below this. */
const MIN_GZIP_BYTES = 1024;

export function sdkRoutes(options: SdkRoutesOptions): FastifyPluginAsync {
  const { channels, heartbeatMs } = options;
  return async (app) => {
    const authenticate = options.principalsOf(app.access).authenticate(["server"]);
    app.addHook("onRequest", (request, _reply, done) => authenticate(request, done));

    app.get("/ruleset", async (request, reply) => {
      const { state } = (await channelOf(channels, request)).channel;
      const tag = `"${formatOrder(state.order)}"`;
      reply
        .header("etag", tag)
        .header("cache-control", "private, no-cache")
        .header("vary", "authorization, accept-encoding");
      if (matches(request.headers["if-none-match"], tag)) return reply.code(304).send();
      return sendJson(request, reply, state);
    });

    // A HEAD request has no body to stream into.
    app.get("/stream", { exposeHeadRoute: false }, async (request, reply) => {
      const reads = readsOf(request);
      const open = await channelOf(channels, request);
      const resumeFrom = lastEventId(request);
      // A client that is ahead has heard of a change that this node has not: read before answering.
      if (resumeFrom !== undefined) await open.channel.healTo(resumeFrom);
      options.letIn();
      const instance = instanceOf(request);
      const { environmentId } = open.channel;
      const current = resumeFrom !== undefined && !isNewer(open.channel.order, resumeFrom);
      options.onConnected(environmentId, instance);
      openStream({
        reply,
        fanOut: open.sdk,
        member: {
          keyId: request.principal.keyId,
          order: resumeFrom,
          killSequence: undefined,
          blockedSince: undefined,
          ...(reads === undefined ? {} : { reads }),
        },
        headers: { "flagwright-heartbeat-ms": String(heartbeatMs) },
        // Whoever resumes and has missed nothing is told so at once.
        ...(current ? { greeting: open.channel.state.heartbeat } : {}),
        onClose: () => {
          options.release();
          options.onDisconnected(environmentId, instance);
        },
      });
    });

    app.post<{ Body: Report }>(
      "/report",
      { bodyLimit: MAX_REPORT_BYTES, schema: { body: reportSchema } },
      // Without a promise, since every client reports every kill.
      (request, reply) => {
        const { environmentId, keyId } = request.principal;
        const schemasUnknown = options.onReport(environmentId ?? "", keyId, request.ip, request.body);
        if (schemasUnknown) reply.header("flagwright-send", "schemas");
        reply.code(202).send();
      },
    );
  };
}

export async function channelOf(channels: Channels, request: FastifyRequest): Promise<OpenChannel> {
  const { environmentId, keyId } = request.principal;
  if (environmentId === undefined)
    throw new Problem(403, "KEY_SCOPE", "Forbidden", `The key ${keyId} belongs to no environment.`);
  const open = await channels.get(environmentId).catch((cause: unknown) => {
    throw new Problem(503, "ENVIRONMENT_UNREADABLE", "Service unavailable", "The environment cannot be read now.", {
      retryAfter: 1,
      cause,
    });
  });
  if (open === undefined)
    throw new Problem(404, "ENVIRONMENT_NOT_FOUND", "Not found", "The key's environment is gone.");
  return open;
}

export function lastEventId(request: FastifyRequest): ReturnType<typeof parseOrder> {
  const header = request.headers["last-event-id"];
  return typeof header === "string" ? parseOrder(header) : undefined;
}

/** The hot flags that the client reads: `?reads=stock-level,banner`. Without it, it may read any. */
function readsOf(request: FastifyRequest): ReadonlySet<string> | undefined {
  const { reads } = request.query as { readonly reads?: unknown };
  if (reads === undefined) return undefined;
  const parsed = typeof reads === "string" ? parseReads(reads) : undefined;
  if (parsed === undefined)
    throw new Problem(
      400,
      "READS_INVALID",
      "Bad request",
      `\`reads\` is a list of at most ${MAX_READS} flag keys with commas between them: \`?reads=stock-level,banner\`.`,
    );
  return parsed;
}

function instanceOf(request: FastifyRequest): string | undefined {
  const header = request.headers["flagwright-instance"];
  return typeof header === "string" && header.length <= 200 && header !== "" ? header : undefined;
}

/** RFC 9110, section 13.1.2: a list of tags, weakly compared, or `*`. */
export function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((each) => ["*", tag].includes(each.trim().replace(/^W\//, "")));
}

const zipped = new WeakMap<Buffer, Buffer>();

function sendJson(request: FastifyRequest, reply: FastifyReply, state: EnvironmentState): FastifyReply {
  const { json } = state;
  reply.type("application/json; charset=utf-8");
  if (json.length < MIN_GZIP_BYTES || !/\bgzip\b/.test(request.headers["accept-encoding"] ?? ""))
    return reply.send(json);
  let bytes = zipped.get(json);
  if (bytes === undefined) zipped.set(json, (bytes = gzipSync(json, { level: 4 })));
  return reply.header("content-encoding", "gzip").send(bytes);
}

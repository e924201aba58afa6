import cors from "@fastify/cors";
import { isNewer, type CompiledFlag, type EvaluationContext } from "@flagwright/runtime";
import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { createHash } from "node:crypto";
import type { OpenChannel } from "../distribution/channels.ts";
import type { Distribution } from "../distribution/index.ts";
import { parseOrder, formatOrder } from "../distribution/order-id.ts";
import { channelOf, lastEventId, matches } from "../distribution/sdk-routes.ts";
import { openStream } from "../distribution/stream.ts";
import { compiledOf } from "./evaluator.ts";
import { ofrepAnswer } from "./ofrep-answer.ts";
import { answerOfrepErrors, OfrepError } from "./ofrep-error.ts";
import { RateLimit } from "./rate-limit.ts";

export interface OfrepOptions {
  readonly distribution: Distribution;
  /** Evaluations that one key may ask of this node per second; a bulk counts as one. */
  readonly requestsPerSecond: number;
}

/** A context is a few attributes; a list of segments may make it longer. */
const BODY_LIMIT = 256 * 1024;
const JSON_TYPE = "application/json; charset=utf-8";
/** How long a hidden browser tab keeps its stream. */
const INACTIVITY_SECONDS = 120;
const PREFLIGHT_SECONDS = 600;

/**
 * The OpenFeature Remote Evaluation Protocol, version 0.3; register it with the prefix `/ofrep/v1`. Client keys see the
 * flags with visibility `client`, server keys all of them.
 */
export function ofrepRoutes({ distribution, requestsPerSecond }: OfrepOptions): FastifyPluginAsync {
  const { channels, timing } = distribution;
  const limit = new RateLimit(requestsPerSecond, () => timing.now());
  return async (app) => {
    const principals = distribution.principalsOf(app.access);
    answerOfrepErrors(app);
    await app.register(cors, {
      // Keys come in headers, never in cookies, so any origin may ask.
      origin: "*",
      methods: ["GET", "POST"],
      allowedHeaders: ["authorization", "x-api-key", "content-type", "if-none-match", "last-event-id"],
      exposedHeaders: ["etag", "retry-after"],
      maxAge: PREFLIGHT_SECONDS,
    });

    await app.register(async (api) => {
      const authenticate = principals.authenticate(["server", "client"]);
      api.addHook("onRequest", (request, _reply, done) => {
        authenticate(request, (error) => {
          const wait = error === undefined ? limit.take(request.principal.keyId) : 0;
          done(wait > 0 ? new OfrepError(429, "GENERAL", "This key asks too often.", wait) : error);
        });
      });

      api.post<{ Params: { key: string } }>(
        "/evaluate/flags/:key",
        { bodyLimit: BODY_LIMIT, schema: { summary: "Evaluate a flag (OFREP)", tags: ["ofrep"] } },
        (request, reply) => {
          const context = contextOf(request);
          const answer = ({ channel: { state } }: OpenChannel): void => {
            const { key } = request.params;
            const flag = compiledOf(state).flag(key);
            if (flag === undefined || !isVisible(request, flag))
              throw new OfrepError(404, "FLAG_NOT_FOUND", `There is no flag ${JSON.stringify(key)}.`);
            const outcome = flag.evaluate(context, timing.now());
            const failed = outcome.errorCode !== undefined;
            reply
              .code(failed ? 400 : 200)
              .type(JSON_TYPE)
              .send(ofrepAnswer(flag, outcome));
          };
          // At once where possible: an answer that waits for a promise costs half as much again.
          const open = channels.opened(request.principal.environmentId);
          return open === undefined ? channelOf(channels, request).then(answer) : answer(open);
        },
      );

      api.post<{ Querystring: { readonly flagConfigEtag?: unknown } }>(
        "/evaluate/flags",
        { bodyLimit: BODY_LIMIT, schema: { summary: "Evaluate all flags (OFREP)", tags: ["ofrep"] } },
        async (request, reply) => {
          const context = contextOf(request);
          const { channel } = await channelOf(channels, request);
          const { flagConfigEtag: told } = request.query;
          const heardOf = typeof told === "string" ? parseOrder(told.replaceAll('"', "")) : undefined;
          if (heardOf !== undefined) await channel.healTo(heardOf);
          const { state } = channel;
          const compiled = compiledOf(state);
          const now = timing.now();
          const answers: string[] = [];
          for (const { key } of compiled.snapshot.flags) {
            const flag = compiled.flag(key);
            if (flag !== undefined && isVisible(request, flag))
              answers.push(ofrepAnswer(flag, flag.evaluate(context, now)));
          }
          const flags = `[${answers.join(",")}]`;
          const tag = tagOf(formatOrder(state.order), request, context, flags);
          reply.header("etag", tag).header("cache-control", "no-store");
          // This node has not seen what the client has heard of, so it must not say that nothing changed.
          const behind = heardOf !== undefined && isNewer(heardOf, state.order);
          if (!behind && matches(request.headers["if-none-match"], tag)) return reply.code(304).send();
          return reply
            .type(JSON_TYPE)
            .send(`{"flags":${flags}${eventStreamsOf(request)}${metadataOf(formatOrder(state.order))}}`);
        },
      );
    });

    // The browser's EventSource sends no headers: the key comes in the address. Client keys are public by design.
    app.get<{ Querystring: { readonly key?: unknown } }>(
      "/stream",
      { exposeHeadRoute: false, schema: { summary: "Tells when to evaluate again (OFREP)", tags: ["ofrep"] } },
      async (request, reply) => {
        const { key } = request.query;
        request.principal = await principals.of(typeof key === "string" ? key : "", ["client"]);
        const open = await channelOf(channels, request);
        const from = lastEventId(request);
        if (from !== undefined) await open.channel.healTo(from);
        distribution.letIn();
        openStream({
          reply,
          fanOut: open.ofrep,
          member: {
            keyId: request.principal.keyId,
            order: from ?? open.channel.order,
            killSequence: undefined,
            blockedSince: undefined,
          },
          headers: {},
          onClose: () => distribution.release(),
        });
      },
    );
  };
}

function isVisible(request: FastifyRequest, { configuration }: CompiledFlag): boolean {
  return request.principal.kind === "server" || configuration.visibility === "client";
}

function contextOf({ body }: FastifyRequest): EvaluationContext {
  const context = typeof body === "object" && body !== null && "context" in body ? body.context : undefined;
  if (typeof context !== "object" || context === null || Array.isArray(context))
    throw new OfrepError(400, "INVALID_CONTEXT", 'The body is an object with a "context" that is an object.');
  if ("targetingKey" in context && typeof context.targetingKey !== "string")
    throw new OfrepError(400, "INVALID_CONTEXT", 'The "targetingKey" is text.');
  return context as EvaluationContext;
}

/** Over everything that the answer depends on: the configuration, who asks, the whole context, and the time in it. */
function tagOf(order: string, { principal }: FastifyRequest, context: EvaluationContext, flags: string): string {
  const hash = createHash("sha1").update(`${order} ${principal.kind} `).update(JSON.stringify(context)).update("\n");
  return `"${hash.update(flags).digest("base64url")}"`;
}

function eventStreamsOf(request: FastifyRequest): string {
  if (request.principal.kind !== "client") return "";
  const key = /^Bearer +(\S+)/i.exec(request.headers.authorization ?? "")?.[1] ?? String(request.headers["x-api-key"]);
  const requestUri = `/ofrep/v1/stream?key=${encodeURIComponent(key)}`;
  return `,"eventStreams":${JSON.stringify([{ type: "sse", endpoint: { requestUri }, inactivityDelaySec: INACTIVITY_SECONDS }])}`;
}

function metadataOf(version: string): string {
  return `,"metadata":{"version":"${version}"}`;
}

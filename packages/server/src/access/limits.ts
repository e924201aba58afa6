import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { Problem } from "../http/problem.ts";
import { parseKey } from "./api-key.ts";

const MINUTE_MS = 60_000;
/** Keys cannot be guessed; this keeps an address that sends wrong ones from costing a look-up each time. */
const FAILURES_PER_MINUTE = 60;

declare module "fastify" {
  interface FastifyContextConfig {
    /** A kill must get through when nothing else does: not limited, not shed. */
    urgent?: boolean;
  }
}

/** Limits requests per key and address, and wrong keys per address. */
export async function limitRequests(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    allowList: (request) => request.routeOptions.config.urgent === true,
    // By both: someone who has only seen a key's id cannot use up what its owner may ask.
    keyGenerator: (request) => `${request.ip} ${keyIdOf(request.headers.authorization)}`,
    errorResponseBuilder: (_request, { max, ttl }) =>
      tooMany(`This key may make ${max} requests a minute.`, ttl / 1000),
  });
  const failures = app.createRateLimit({
    max: FAILURES_PER_MINUTE,
    timeWindow: MINUTE_MS,
    keyGenerator: (request) => `failures ${request.ip}`,
  });
  app.addHook("onRequest", async (request) => {
    const state = await failures(request, { increment: false });
    if (!state.isAllowed && state.isExceeded)
      throw tooMany("Too many requests with a wrong key came from this address.", state.ttl / 1000);
  });
  app.addHook("onResponse", async (request, reply) => {
    if (reply.statusCode === 401) await failures(request);
  });
}

function tooMany(detail: string, retryAfter: number): Problem {
  return new Problem(429, "RATE_LIMITED", "Too many requests", detail, { retryAfter });
}

function keyIdOf(authorization: string | undefined): string {
  return parseKey(authorization?.replace(/^Bearer +/i, "") ?? "")?.id ?? "";
}

import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import underPressure from "@fastify/under-pressure";
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { Access } from "./access/access.ts";
import { limitRequests } from "./access/limits.ts";
import { accessRoutes } from "./access/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import type { ServerConfig } from "./config.ts";
import type { Distribution } from "./distribution/index.ts";
import { receiptRoutes } from "./distribution/receipt-routes.ts";
import { ofrepRoutes } from "./evaluation/ofrep-routes.ts";
import { createBreakGlass } from "./flags/break-glass.ts";
import { killRoutes } from "./flags/kill-routes.ts";
import { purgeRoutes } from "./flags/purge-routes.ts";
import { readRoutes } from "./flags/read-routes.ts";
import { stateRoutes } from "./flags/state-routes.ts";
import { createRunChange } from "./http/change.ts";
import { answerFrameworkError, answerProblems } from "./http/errors.ts";
import { acceptJson } from "./http/json-body.ts";
import { Problem } from "./http/problem.ts";
import { validateBySchema } from "./http/validation.ts";
import type { Clock } from "./operations/clock.ts";
import { createMetrics } from "./operations/metrics.ts";
import { operationsRoutes } from "./operations/routes.ts";
import { registryRoutes } from "./registry/routes.ts";
import { segmentRoutes } from "./segments/routes.ts";
import type { Database } from "./storage/database.ts";
import { uuidv7 } from "./storage/uuid.ts";
import { tenancyRoutes } from "./tenancy/routes.ts";

export interface AppOptions {
  readonly database: Database;
  readonly access: Access;
  readonly distribution: Distribution;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly config: ServerConfig;
}

/** Bodies of routes that do not say otherwise. */
const BODY_LIMIT = 1024 * 1024;
/** Wire keys have up to 105 characters, percent-encoded a little more. */
const MAX_PARAMETER = 200;
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Every route and everything that all routes share. It listens to nothing yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { database, access, distribution, clock, logger, config } = options;
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: config.trustProxy,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: answerFrameworkError,
    genReqId: (request) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : uuidv7(clock.now());
    },
  });
  app.decorate("access", access);
  app.decorateRequest("principal");
  acceptJson(app);
  validateBySchema(app);
  answerProblems(app);

  const metrics = createMetrics(distribution);
  metrics.observe(app);
  // Hooks that run for every request call back, and write nothing that nobody reads: an evaluation takes 30 µs in all.
  const logsEverything = ["debug", "trace"].includes(logger.level);
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const failed = reply.statusCode >= 500;
    if (failed || logsEverything)
      request.log[failed ? "warn" : "debug"](
        { method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime },
        "request",
      );
    done();
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Flagwright", version: "1", description: "Errors are RFC 9457 problem details." },
      components: {
        securitySchemes: { key: { type: "http", scheme: "bearer", bearerFormat: "fw_<kind>_<id>_<secret>" } },
      },
      security: [{ key: [] }],
    },
  });

  const committed = (environmentId: string, action: string): void => {
    if (action === "environment.delete") distribution.environmentDeleted(environmentId);
    else distribution.wake(environmentId);
    metrics.changed(action);
  };
  const runChange = createRunChange({
    database,
    clock,
    committed,
    readers: (environmentId) => distribution.readers(environmentId),
  });
  const breakGlass = createBreakGlass({
    database,
    distribution,
    clock,
    committed,
    warn: (fields, message) => logger.warn(fields, message),
  });
  const shared = { database, runChange, breakGlass };
  await app.register(distribution.routes, { prefix: "/sdk/v1" });
  await app.register(ofrepRoutes({ distribution, requestsPerSecond: config.evaluationsPerSecond }), {
    prefix: "/ofrep/v1",
  });
  // What people's browsers show. SDKs show nothing, and writing these headers costs more than an evaluation.
  await app.register(async (pages) => {
    await pages.register(helmet);
    await pages.register(
      async (api) => {
        await limitRequests(api, config.requestsPerMinute);
        if (config.maxEventLoopDelayMs > 0)
          await api.register(underPressure, {
            maxEventLoopDelay: config.maxEventLoopDelayMs,
            pressureHandler: (request) => {
              if (request.routeOptions.config.urgent === true) return;
              throw new Problem(503, "OVERLOADED", "Service unavailable", "The server is busy. Try again.", {
                retryAfter: 2,
              });
            },
          });
        await api.register(accessRoutes(shared));
        await api.register(
          tenancyRoutes({ ...shared, open: (environmentId) => distribution.channels.get(environmentId) }),
        );
        await api.register(registryRoutes(shared));
        await api.register(readRoutes(shared));
        await api.register(stateRoutes(shared));
        await api.register(killRoutes(shared));
        await api.register(receiptRoutes({ ...shared, distribution }));
        await api.register(purgeRoutes(shared));
        await api.register(segmentRoutes(shared));
        await api.register(auditRoutes(shared));
      },
      { prefix: "/api/v1" },
    );
    await pages.register(operationsRoutes({ database, distribution, metrics }));
    await pages.register(swaggerUi, {
      routePrefix: "/docs",
      staticCSP: true,
      uiConfig: { persistAuthorization: false },
    });
    pages.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  });
  return app;
}

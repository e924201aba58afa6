import type { FastifyPluginAsync } from "fastify";
import type { Distribution } from "../distribution/index.ts";
import type { Database } from "../storage/database.ts";
import type { Metrics } from "./metrics.ts";

interface Check {
  readonly ok: boolean;
  readonly detail?: string;
}

/** A dependency that does not answer within this is not ready. */
const CHECK_TIMEOUT_MS = 2_000;

/** For orchestrators and monitoring; without a key, so without anything that is anybody's. */
export function operationsRoutes({
  database,
  distribution,
  metrics,
}: {
  readonly database: Database;
  readonly distribution: Distribution;
  readonly metrics: Metrics;
}): FastifyPluginAsync {
  return async (app) => {
    const tags = ["operations"];
    app.get("/healthz", { schema: { summary: "The process lives", tags } }, async () => ({ status: "ok" }));

    app.get("/readyz", { schema: { summary: "Each dependency, by name", tags } }, async (_request, reply) => {
      const status = distribution.status();
      const checks: { readonly [name: string]: Check } = {
        [database.kind]: await check(database),
        node: { ok: !status.draining, ...(status.draining ? { detail: "draining" } : {}) },
      };
      const ready = Object.values(checks).every((one) => one.ok);
      // Redis is a wake-up and a cache: without it this node still serves, later.
      return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", checks, bus: status.bus });
    });

    app.get("/metrics", { schema: { summary: "Prometheus metrics", tags } }, async (_request, reply) =>
      reply
        .type(metrics.registry.contentType)
        .serializer(String)
        .send(await metrics.registry.metrics()),
    );
  };
}

/** A database that takes no writes is not ready: this node could not make a kill durable. */
async function check(database: Database): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: "no answer" }), CHECK_TIMEOUT_MS);
  });
  const outcome = database.ping().then(
    (writable): Check => (writable ? { ok: true } : { ok: false, detail: "read-only" }),
    (): Check => ({ ok: false, detail: "unreachable" }),
  );
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

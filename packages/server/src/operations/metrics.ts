import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Distribution } from "../distribution/index.ts";

export interface Metrics {
  readonly registry: Registry;
  /** Counts and times every request by route, never by address: addresses are without number. */
  observe(app: FastifyInstance): void;
  /** A change was committed. `action` is one of ours, `flag.kill`. */
  changed(action: string): void;
}

/** One registry per server: several in one process, as in tests, do not mix. */
export function createMetrics(distribution: Distribution): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "flagwright_" });
  const requests = new Histogram({
    name: "flagwright_http_request_duration_seconds",
    help: "Time from the request's head to the end of the answer. Streams are not counted.",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const changes = new Counter({
    name: "flagwright_changes_total",
    help: "Committed changes by action; kill-switch activations are action flag.kill.",
    labelNames: ["action"],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    const one: Gauge = new Gauge({ name, help, registers: [], collect: () => one.set(read()) });
    registry.registerMetric(one);
  };
  gauge("flagwright_streams", "Open event streams on this node.", () => distribution.status().streams);
  gauge("flagwright_streams_max", "Streams that this node holds at the most.", () => distribution.status().maxStreams);
  gauge("flagwright_draining", "1 while the node is leaving.", () => Number(distribution.status().draining));
  gauge("flagwright_relay_delay_seconds_p99", "Change to relay, 99th percentile of the last 1,000 changes.", () => {
    const delays = distribution.status().relayDelaysMs;
    return (delays[Math.floor(delays.length * 0.99)] ?? 0) / 1000;
  });
  const events = new Gauge({
    name: "flagwright_distribution_events_total",
    help: "What happened in distribution, by kind, since the node started.",
    labelNames: ["kind"],
    registers: [],
    collect() {
      for (const [kind, count] of Object.entries(distribution.status().counters)) events.set({ kind }, count);
    },
  });
  registry.registerMetric(events);

  return {
    registry,
    changed: (action) => changes.inc({ action }),
    observe(app) {
      app.addHook("onResponse", (request, reply, done) => {
        const route = request.routeOptions.url ?? "none";
        if (!route.endsWith("/stream"))
          requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
        done();
      });
    },
  };
}

import { expect, test, vi } from "vitest";
import { staticSource } from "../sources/static-source.ts";
import { createClient } from "./create-client.ts";
import type { Hook } from "./hook.ts";
import { openTelemetryHook } from "./opentelemetry-hook.ts";
import { banner, bannerFlag, discount, discountFlag, newCheckout, snapshotOf } from "./testing/flags.ts";

const source = staticSource(snapshotOf(7, [bannerFlag("da"), discountFlag(5)]));

test("a hook is told of every answer, by get and by details, and one that throws harms none", () => {
  const heard: string[] = [];
  const hook: Hook = { evaluated: ({ flagKey, value }) => void heard.push(`${flagKey}=${String(value)}`) };
  const warn = vi.fn<(message: string) => void>();
  const faulty: Hook = {
    evaluated: () => {
      throw new Error("of no use");
    },
  };
  const client = createClient({ source, hooks: [faulty, hook], logger: { warn } });
  expect([client.get(banner), client.details(banner).value]).toEqual(["da", "da"]);
  expect(heard).toEqual(["banner=da", "banner=da"]);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("of no use"));
});

test("OpenTelemetry events have the names of its semantic conventions", () => {
  const noted: [string, object][] = [];
  const api = { trace: { getActiveSpan: () => ({ addEvent: (...event: [string, object]) => noted.push(event) }) } };
  const client = createClient({ source, hooks: [openTelemetryHook(api)], logger: null });
  client.get(discount, {});
  client.get(newCheckout, { targetingKey: "u1" });
  expect(noted).toEqual([
    [
      "feature_flag.evaluation",
      {
        "feature_flag.key": "discount",
        "feature_flag.provider.name": "flagwright",
        "feature_flag.result.reason": "static",
        "feature_flag.result.variant": "some",
        "feature_flag.result.value": '{"percent":5}',
        "feature_flag.set.id": "acme/shop/production",
        "feature_flag.version": "1-7",
      },
    ],
    [
      "feature_flag.evaluation",
      expect.objectContaining({
        "feature_flag.context.id": "u1",
        "feature_flag.result.reason": "error",
        "error.type": "flag_not_found",
      }),
    ],
  ]);
  const silent = createClient({ source, hooks: [openTelemetryHook(api, { value: false })], logger: null });
  silent.get(banner);
  expect(noted.at(-1)?.[1]).not.toHaveProperty("feature_flag.result.value");
});

import type { Hook } from "./hook.ts";

/** The part of `@opentelemetry/api` that is used. */
export interface OpenTelemetryApi {
  readonly trace: {
    getActiveSpan():
      | { addEvent(name: string, attributes: { readonly [name: string]: string | number | boolean }): unknown }
      | undefined;
  };
}

/**
 * Notes every answer as an event of the active span, named as OpenTelemetry's semantic conventions for feature flags
 * say (`feature_flag.evaluation`). Values that are objects are noted as JSON; `value: false` leaves values out.
 *
 * @example
 * ```ts
 * import * as opentelemetry from "@opentelemetry/api";
 * await connect({ url, key, hooks: [openTelemetryHook(opentelemetry)] });
 * ```
 */
export function openTelemetryHook(api: OpenTelemetryApi, options: { readonly value?: boolean } = {}): Hook {
  return {
    evaluated({ flagKey, value, variant, reason, errorCode, errorMessage, epoch, revision }, context, environment) {
      const span = api.trace.getActiveSpan();
      if (span === undefined) return;
      const targetingKey = (context as { readonly targetingKey?: unknown } | undefined)?.targetingKey;
      span.addEvent("feature_flag.evaluation", {
        "feature_flag.key": flagKey,
        "feature_flag.provider.name": "flagwright",
        "feature_flag.result.reason": reason.toLowerCase(),
        ...(variant === undefined ? {} : { "feature_flag.result.variant": variant }),
        ...(options.value === false ? {} : { "feature_flag.result.value": attributeOf(value) }),
        ...(typeof targetingKey === "string" ? { "feature_flag.context.id": targetingKey } : {}),
        ...(environment === undefined
          ? {}
          : {
              "feature_flag.set.id": `${environment.organization}/${environment.project}/${environment.environment}`,
            }),
        ...(revision === undefined ? {} : { "feature_flag.version": `${epoch}-${revision}` }),
        ...(errorCode === undefined ? {} : { "error.type": errorCode.toLowerCase() }),
        ...(errorMessage === undefined ? {} : { "feature_flag.error.message": errorMessage }),
      });
    },
  };
}

function attributeOf(value: unknown): string | number | boolean {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value) ?? "";
}

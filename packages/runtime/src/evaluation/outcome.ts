import type { FlagConfiguration, JsonValue } from "../snapshot/model.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import type { ErrorCode, Reason } from "./details.ts";

/** Outcomes are shared between calls, so they and their values are frozen. */
export function outcome(
  value: JsonValue,
  variant: string | undefined,
  reason: Reason,
  ruleId?: string,
  variantNumber = 0,
): Outcome {
  return Object.freeze({
    value: frozen(value),
    variant,
    variantNumber,
    reason,
    ruleId,
    errorCode: undefined,
    errorMessage: undefined,
  });
}

/** The safe default, with what went wrong. */
export function failure(configuration: FlagConfiguration, errorCode: ErrorCode, errorMessage: string): Outcome {
  return Object.freeze({
    value: frozen(configuration.default),
    variant: undefined,
    variantNumber: 0,
    reason: "ERROR",
    ruleId: undefined,
    errorCode,
    errorMessage,
  });
}

function frozen(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

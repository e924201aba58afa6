import type { CompiledFlag, Outcome } from "@flagwright/runtime";

/** OFREP names fewer error codes than OpenFeature. */
const ERROR_CODES = new Set(["PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL"]);

/** Outcomes are shared and frozen, so each is written out once. */
const written = new WeakMap<Outcome, string>();

/**
 * One flag's answer as JSON: `evaluationSuccess` or `evaluationFailure` of OFREP 0.3. The protocol has no reason
 * DEFAULT; it goes out as UNKNOWN, and the metadata says `reason: "DEFAULT"`.
 */
export function ofrepAnswer(flag: CompiledFlag, outcome: Outcome): string {
  const known = written.get(outcome);
  if (known !== undefined) return known;
  const { key, metadata } = flag.configuration;
  const text = JSON.stringify(
    outcome.errorCode === undefined
      ? {
          key,
          value: outcome.value,
          reason: outcome.reason === "DEFAULT" ? "UNKNOWN" : outcome.reason,
          ...(outcome.variant === undefined ? {} : { variant: outcome.variant }),
          ...metadataOf({
            ...metadata,
            ...(outcome.reason === "DEFAULT" ? { reason: "DEFAULT" } : {}),
            ...(outcome.ruleId === undefined ? {} : { ruleId: outcome.ruleId }),
          }),
        }
      : {
          key,
          errorCode: ERROR_CODES.has(outcome.errorCode) ? outcome.errorCode : "GENERAL",
          ...(outcome.errorMessage === undefined ? {} : { errorDetails: outcome.errorMessage }),
          ...metadataOf(metadata ?? {}),
        },
  );
  written.set(outcome, text);
  return text;
}

function metadataOf(metadata: Readonly<Record<string, unknown>>): { readonly metadata?: object } {
  return Object.keys(metadata).length === 0 ? {} : { metadata };
}

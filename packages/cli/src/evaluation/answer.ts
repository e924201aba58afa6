import type { CompiledSnapshot, EvaluationContext, EvaluationDetails, JsonValue } from "@flagwright/runtime";

/** As the client answers, except that a flag that does not exist has no compiled-in default: its value is `null`. */
export function answer(compiled: CompiledSnapshot, key: string, context: unknown, at: number): EvaluationDetails {
  const order = { epoch: compiled.epoch, revision: compiled.revision };
  const flag = compiled.flag(key);
  if (flag === undefined)
    return {
      flagKey: key,
      value: null,
      reason: "ERROR",
      errorCode: "FLAG_NOT_FOUND",
      errorMessage: `The environment has no flag ${JSON.stringify(key)}.`,
      ...order,
      flagMetadata: {},
    };
  const flagMetadata = flag.configuration.metadata ?? {};
  if (!isContext(context))
    return {
      flagKey: key,
      value: flag.configuration.default,
      reason: "ERROR",
      errorCode: "INVALID_CONTEXT",
      errorMessage: "The context is not an object.",
      ...order,
      flagMetadata,
    };
  const { value, variant, reason, errorCode, errorMessage, ruleId } = flag.evaluate(context, at);
  return {
    flagKey: key,
    value: value satisfies JsonValue,
    ...(variant === undefined ? {} : { variant }),
    reason,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(ruleId === undefined ? {} : { ruleId }),
    ...order,
    flagMetadata,
  };
}

function isContext(context: unknown): context is EvaluationContext {
  return typeof context === "object" && context !== null && !Array.isArray(context);
}

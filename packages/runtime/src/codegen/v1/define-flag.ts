import type { EvaluationDetails } from "../../evaluation/details.ts";
import type { Flag, FlagData, Validate } from "./flag.ts";
import { REGISTERED, registry, type RegisteredFlag } from "./registry.ts";

const BOOLEAN_VARIANTS = Object.freeze({ on: true, off: false });

/**
 * Makes the function that reads a flag, and registers the flag. Called by generated code only, once for each flag.
 *
 * `V` and `C` come from the annotation of the exported constant. `C` is `void` (the default) in the output for
 * browsers, where the context is set on the client.
 *
 * @example
 * ```ts
 * export const newCheckout: Flag<boolean, { readonly targetingKey: string }> = /*@__PURE__*\/ defineFlag({
 *   key: "new-checkout", version: 1, type: "boolean", hash: "Q0x…", default: false,
 * });
 * ```
 */
export function defineFlag<V, C = void>(data: FlagData<NoInfer<V>>, validate?: Validate): Flag<V, C> {
  freeze(data.default);
  if (data.variants !== undefined) freeze(data.variants);
  const registered: RegisteredFlag = { index: registry.flags.length, data, validate };
  registry.flags.push(registered);

  const read = (context?: unknown): unknown =>
    registry.client === undefined ? data.default : registry.client.value(registered, context);
  const details = (context?: unknown): EvaluationDetails<unknown> =>
    registry.client === undefined ? unconnected(data) : registry.client.details(registered, context);

  return Object.defineProperty(
    Object.assign(read, {
      key: data.key,
      version: data.version,
      default: data.default,
      variants: data.variants ?? (data.type === "boolean" ? BOOLEAN_VARIANTS : {}),
      details,
    }),
    REGISTERED,
    { value: registered },
  ) as Flag<V, C>;
}

function unconnected(data: FlagData<unknown>): EvaluationDetails<unknown> {
  return { flagKey: data.key, value: data.default, reason: "DEFAULT", flagMetadata: {} };
}

/** Values are shared by all callers: a caller that changes one would change it for all. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

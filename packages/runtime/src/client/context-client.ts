import type { Flag } from "../codegen/v1/flag.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import type { FlagClient } from "./flag-client.ts";
import { registered } from "./registered.ts";

/** Reads flags for one context. */
export interface ContextClient<Context> {
  readonly context: Context;
  /** Compiles only if the context has every attribute that the flag requires, with the right type. */
  get<V, C>(flag: Flag<V, C> & Readable<V, C, Context>): V;
  details<V, C>(flag: Flag<V, C> & Readable<V, C, Context>): EvaluationDetails<V>;
}

/**
 * Nothing to add when the context has what the flag reads. Otherwise the flag with the context it would have to
 * accept, so that the compiler names the attribute that is missing or wrong.
 */
type Readable<V, C, Context> = [C] extends [void] ? unknown : [Context] extends [C] ? unknown : Flag<V, Context>;

export function contextClient<Context>(core: FlagClient, context: Context): ContextClient<Context> {
  return {
    context,
    get: <V, C>(flag: Flag<V, C>) => core.value(registered(flag), context) as V,
    details: <V, C>(flag: Flag<V, C>) => core.details(registered(flag), context) as EvaluationDetails<V>,
  };
}

import { isDeepStrictEqual } from "node:util";
import type { JsonValue, Serve } from "@flagwright/runtime";
import type { FlagDefinition, FlagState } from "@flagwright/schema";
import type { FlagResource } from "../api/resources.ts";
import { Failure } from "../failure.ts";
import { printable } from "../output/text.ts";

/** The name of a variant that `set --value` makes, unless it is given one. */
const CUSTOM = "custom";

/** Everybody that no rule takes gets this variant. @throws Failure when the flag has none of that name. */
export function withVariant({ definition, state }: FlagResource, variant: string): FlagState {
  const names = variantNames(definition, state);
  if (!names.includes(variant))
    throw new Failure(`${definition.key} has no variant "${printable(variant)}". It has ${list(names)}.`, {
      help: isJson(variant) ? `For a value instead of a variant: --value '${variant}'` : undefined,
    });
  return { ...state, otherwise: { variant } };
}

/**
 * Everybody that no rule takes gets this value: by the variant that has it, else by one of the state's own, made for
 * it. A variant that was made so before, and that nothing else serves, takes the new value.
 */
export function withValue({ definition, state }: FlagResource, value: JsonValue, name: string = CUSTOM): FlagState {
  const existing = [...definition.variants, ...state.variants].find(([, other]) => isDeepStrictEqual(other, value));
  if (existing !== undefined) return { ...state, otherwise: { variant: existing[0] } };
  const contract = new Set(definition.variants.map(([each]) => each));
  let free = name;
  for (let count = 2; contract.has(free) || isServedElsewhere(state, free); count++) free = `${name}-${count}`;
  return {
    ...state,
    variants: [...state.variants.filter(([each]) => each !== free), [free, value]],
    otherwise: { variant: free },
  };
}

export function variantNames(definition: FlagDefinition, state: FlagState): readonly string[] {
  return [...definition.variants, ...state.variants].map(([name]) => name);
}

function isServedElsewhere(state: FlagState, variant: string): boolean {
  return (
    state.off === variant ||
    [...state.rules, ...state.targets].some(({ serve }) => serves(serve, variant)) ||
    ("split" in state.otherwise && serves(state.otherwise, variant))
  );
}

function serves(serve: Serve, variant: string): boolean {
  if ("split" in serve) return serve.split.ranges.some(([name]) => name === variant);
  return "variant" in serve && serve.variant === variant;
}

/** @throws Failure that shows where the text stops being JSON. */
export function parseValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new Failure(`--value is JSON, and this is not: ${(error as Error).message}`, {
      help: isPlainWord(text) ? `A text is quoted: --value '${JSON.stringify(text)}'` : undefined,
    });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isPlainWord(text: string): boolean {
  return /^[\w .-]+$/.test(text);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map(printable).join(", ");
}

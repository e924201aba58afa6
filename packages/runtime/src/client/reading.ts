import type { RegisteredFlag } from "../codegen/v1/registry.ts";

import type { FlagConfiguration, JsonValue, ValueType } from "../snapshot/model.ts";
import type { DriftEvent } from "./events.ts";

/** The values of one flag that this code can read: what evaluation says is looked up here before it is served. */
export interface Reading {
  readonly hash: string;
  /** The configuration's list of variants: the same list means that this reading is of that configuration. */
  readonly source: FlagConfiguration["variants"];
  readonly default: unknown;
  readonly variants: ReadonlyMap<string, unknown>;
  readonly drift: readonly Pick<DriftEvent, "variant" | "replacedBy">[];
}

/**
 * Reads a configuration whose schema is not the one this code was generated from. A value that fails the compiled
 * check gives way to the last good one of the same variant, else to the default. A flag can still be killed,
 * targeted and rolled out; only what cannot be read is withheld.
 */
export function readValues(
  flag: RegisteredFlag,
  configuration: FlagConfiguration,
  lastGood: Reading | undefined,
): Reading {
  const drift: Pick<DriftEvent, "variant" | "replacedBy">[] = [];
  const withhold = (name: string | undefined, good: boolean): void => {
    drift.push({ ...(name === undefined ? {} : { variant: name }), replacedBy: good ? "last good value" : "default" });
  };

  let safe: unknown = configuration.default;
  if (!canRead(flag, safe)) {
    withhold(undefined, lastGood !== undefined);
    safe = lastGood === undefined ? flag.data.default : lastGood.default;
  }
  const variants = new Map<string, unknown>();
  for (const [name, value] of configuration.variants) {
    if (canRead(flag, value)) variants.set(name, value);
    else {
      const good = lastGood?.variants.has(name) ?? false;
      withhold(name, good);
      variants.set(name, good ? lastGood?.variants.get(name) : safe);
    }
  }
  return { hash: configuration.schemaHash, source: configuration.variants, default: safe, variants, drift };
}

/** What is served for a variant; without one the default. */
export function served(
  { variants, default: safe }: Reading,
  { variant }: { readonly variant?: string | undefined },
): unknown {
  return variant !== undefined && variants.has(variant) ? variants.get(variant) : safe;
}

/** The values of a configuration that needs no check, since its schema is the one compiled in. */
export function trustedValues(configuration: FlagConfiguration): Reading {
  return {
    hash: configuration.schemaHash,
    source: configuration.variants,
    default: configuration.default,
    variants: new Map(configuration.variants),
    drift: [],
  };
}

/** True when the compiled code can work with this value. Never throws. */
export function canRead({ data, validate }: RegisteredFlag, value: unknown): boolean {
  if (!hasType(value, data.type)) return false;
  if (data.enum !== undefined && !data.enum.some((allowed) => sameJson(allowed, value))) return false;
  try {
    return validate === undefined || validate(value);
  } catch {
    return false;
  }
}

function hasType(value: unknown, type: ValueType): boolean {
  switch (type) {
    case "any":
      return value !== undefined;
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

/** Equality of JSON values, whatever the order of an object's members. */
function sameJson(a: JsonValue, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size && left.every(([name, value]) => right.has(name) && sameJson(value, right.get(name)))
  );
}

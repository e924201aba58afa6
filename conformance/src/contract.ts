import type { FlagConfiguration, JsonObject } from "@flagwright/runtime";
import { type FlagDefinition, type FlagState, parseWireKey, schemaHash } from "@flagwright/schema";

type Variants = FlagConfiguration["variants"];

/** A contract's variants have plain names. A state may add others. */
function isPlain([name]: Variants[number]): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name);
}

/** The contract that a configuration of a suite fulfils. */
export function definitionOf(configuration: FlagConfiguration, attributes: readonly string[]): FlagDefinition {
  const { key, type, variants } = configuration;
  const { key: bare, version } = parseWireKey(key) ?? { key, version: 1 };
  const value: JsonObject = type === "any" ? {} : { type };
  return {
    key: bare,
    version,
    description: "A flag of the conformance suite.",
    owner: "conformance",
    tags: [],
    kind: "permission",
    lifecycle: { status: "active" },
    visibility: configuration.visibility,
    sensitive: false,
    type,
    value,
    schemaHash: schemaHash(value),
    default: configuration.default,
    variants: variants.filter(isPlain),
    bucketBy: configuration.bucketBy,
    salt: configuration.salt,
    context: {
      required: configuration.bucketBy === null ? [] : [configuration.bucketBy],
      optional: attributes.filter((name) => name !== configuration.bucketBy),
    },
    requires: configuration.prerequisites,
  };
}

/** The rest of it: what an environment says about the flag. */
export function stateOf(configuration: FlagConfiguration): FlagState {
  const { on, off, autoOff, activeFrom, activeUntil, variants, targets, rules, otherwise } = configuration;
  return {
    on,
    ...(off === undefined ? {} : { off }),
    ...(autoOff === undefined ? {} : { autoOff }),
    ...(activeFrom === undefined ? {} : { activeFrom }),
    ...(activeUntil === undefined ? {} : { activeUntil }),
    variants: variants.filter((variant) => !isPlain(variant)),
    targets,
    rules,
    otherwise,
  };
}

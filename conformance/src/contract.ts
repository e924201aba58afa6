import type { FlagConfiguration, JsonObject } from "@flagwright/runtime";
import { type FlagDefinition, type FlagState, parseWireKey, schemaHash } from "@flagwright/schema";

/** The contract that a configuration of a suite fulfils: its variants belong to the state, but for a boolean's. */
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
    variants: type === "boolean" ? variants : [],
    bucketBy: configuration.bucketBy,
    salt: configuration.salt,
    context: { required: [], optional: attributes },
    requires: configuration.prerequisites,
  };
}

/** The rest of it: what an environment says about the flag. */
export function stateOf(configuration: FlagConfiguration): FlagState {
  const { on, off, autoOff, activeFrom, activeUntil, type, variants, targets, rules, otherwise } = configuration;
  return {
    on,
    ...(off === undefined ? {} : { off }),
    ...(autoOff === undefined ? {} : { autoOff }),
    ...(activeFrom === undefined ? {} : { activeFrom }),
    ...(activeUntil === undefined ? {} : { activeUntil }),
    variants: type === "boolean" ? [] : variants,
    targets,
    rules,
    otherwise,
  };
}

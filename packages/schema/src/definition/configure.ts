import type { FlagConfiguration, Instant, Killed } from "@flagwright/runtime";
import { wireKey } from "./identity.ts";
import type { FlagDefinition, FlagState } from "./model.ts";

/**
 * Joins a contract and its state to what is sent and evaluated. The server and file-based mode both use it, so that
 * they cannot differ. State adds variants; it cannot take any away. Of two instants at which a flag ends, the earlier
 * counts.
 */
export function configure(definition: FlagDefinition, state: FlagState, killed?: Killed): FlagConfiguration {
  const autoOff = earlier(definition.autoOff, state.autoOff);
  return {
    key: wireKey(definition),
    type: definition.type,
    schemaHash: definition.schemaHash,
    visibility: definition.visibility,
    default: definition.default,
    variants: [...definition.variants, ...state.variants],
    salt: definition.salt,
    bucketBy: definition.bucketBy,
    on: state.on,
    ...(state.off === undefined ? {} : { off: state.off }),
    ...(killed === undefined ? {} : { killed }),
    ...(autoOff === undefined ? {} : { autoOff }),
    ...(state.activeFrom === undefined ? {} : { activeFrom: state.activeFrom }),
    ...(state.activeUntil === undefined ? {} : { activeUntil: state.activeUntil }),
    prerequisites: definition.requires,
    targets: state.targets,
    rules: state.rules,
    otherwise: state.otherwise,
  };
}

/**
 * How a flag starts in every environment: off. Switched on without more, a boolean flag serves `on`, since that is
 * what switching it on means; any other serves its default until somebody says what else.
 */
export function initialState(definition: FlagDefinition): FlagState {
  return {
    on: false,
    variants: [],
    targets: [],
    rules: [],
    otherwise: definition.type === "boolean" ? { variant: "on" } : { default: true },
  };
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

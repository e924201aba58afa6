import type {
  AttributeCondition,
  FlagConfiguration,
  Instant,
  JsonObject,
  JsonValue,
  Prerequisite,
  Rule,
  Segment,
  Serve,
  Target,
  ValueType,
  Visibility,
} from "@flagwright/runtime";

export type FlagKind = "release" | "experiment" | "operational" | "permission" | "configuration";

/** A JSON Schema of draft 2020-12, as data. */
export type JsonSchema = boolean | JsonObject;

/** A calendar date: `2027-01-31`. */
export type CalendarDate = string;

/**
 * One version of one flag's contract, in canonical form: shorthands expanded, defaults filled in, `$ref`s to shared
 * schemas bundled under `$defs`. This is what `push` sends, the registry keeps and the generator reads.
 */
export interface FlagDefinition {
  /** Without the version. */
  readonly key: string;
  readonly version: number;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly kind: FlagKind;
  readonly created?: CalendarDate;
  readonly expires?: CalendarDate;
  /** When the flag ends by itself at run time; implied by `expires` for experiments. */
  readonly autoOff?: Instant;
  readonly lifecycle: Lifecycle;
  readonly visibility: Visibility;
  readonly sensitive: boolean;
  readonly type: ValueType;
  readonly value: JsonSchema;
  readonly schemaHash: string;
  readonly default: JsonValue;
  readonly variants: readonly (readonly [name: string, value: JsonValue])[];
  /** The attribute that splits use; `null` when the flag may not serve a split. */
  readonly bucketBy: string | null;
  /** The bare key, or that of the flag it was renamed from. */
  readonly salt: string;
  readonly context: { readonly required: readonly string[]; readonly optional: readonly string[] };
  readonly requires: readonly Prerequisite[];
  readonly renamedFrom?: string;
}

export type Lifecycle =
  | { readonly status: "active" }
  | {
      readonly status: "deprecated";
      readonly reason?: string;
      readonly replacement?: string;
      readonly sunset?: CalendarDate;
    }
  | {
      readonly status: "sunset";
      readonly reason?: string;
      readonly replacement?: string;
      readonly sunset?: CalendarDate;
    };

/** The context attributes of a project: name → JSON Schema. `targetingKey` is always a string. */
export interface ContextSchema {
  readonly attributes: { readonly [name: string]: JsonSchema };
}

/** What an environment says about one flag version: everything that may change without a new definition. */
export interface FlagState {
  readonly on: boolean;
  readonly off?: string;
  readonly autoOff?: Instant;
  readonly activeFrom?: Instant;
  readonly activeUntil?: Instant;
  /** Variants beyond the definition's; their values must satisfy the value schema. */
  readonly variants: readonly (readonly [name: string, value: JsonValue])[];
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
  readonly otherwise: Serve;
}

/** Everything that one push sends: `PUT /api/v1/projects/{project}/definitions`. */
export interface DefinitionBundle {
  readonly format: 1;
  readonly project: string;
  readonly context: ContextSchema;
  readonly definitions: readonly FlagDefinition[];
  /** Segment names belong to the project; their contents to an environment. */
  readonly segments: readonly string[];
}

export type { AttributeCondition, FlagConfiguration, Segment };

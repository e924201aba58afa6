import type { FlagDefinition, JsonSchema } from "@flagwright/schema";
import { wireKey } from "@flagwright/schema/definitions";
import type { GeneratorInput } from "../generator.ts";
import { breakCycles } from "./break-cycles.ts";
import { contextTypes, type ContextAttribute } from "./context-types.ts";
import { namedSchemas } from "./named-schemas.ts";
import { narrowTypes } from "./narrow-types.ts";
import { assignTypeNames, assignValueNames, typeBase, valueBase, type Claim } from "./names.ts";
import { docOf, schemaTypes } from "./schema-types.ts";
import type { Member, TypeNode } from "./type-node.ts";

/** A flag as the module shows it, before anything is printed. */
export interface FlagModel {
  readonly wireKey: string;
  readonly definition: FlagDefinition;
  readonly name: string;
  /** The name it had before it was renamed, when no flag of today has that name. */
  readonly alias: string | undefined;
  /** The type of its values: a keyword, or a reference to its named type. */
  readonly value: TypeNode;
  /** What a caller passes; empty when the flag reads nothing. */
  readonly context: readonly Member[];
  readonly contextId: string;
}

/** A type that has a name of its own. */
export interface NamedType {
  readonly id: string;
  readonly type: TypeNode;
  readonly doc: readonly string[];
}

/** Everything that the files of a project's TypeScript output show. */
export interface ProjectModel {
  readonly flags: readonly FlagModel[];
  readonly types: ReadonlyMap<string, NamedType>;
  /** The name of each type, by id. */
  readonly typeNames: ReadonlyMap<string, string>;
  /** The name of each flag's constant, by wire key. */
  readonly valueNames: ReadonlyMap<string, string>;
  /** Every name that a file of the output may declare or import from another. */
  readonly names: ReadonlySet<string>;
}

/** The model of a project, flags in the order of their wire keys. Its names depend on the whole project, not on files. */
export async function projectModel(input: GeneratorInput): Promise<ProjectModel> {
  const definitions = [...input.definitions].sort(byKeyAndVersion);
  const valueNames = assignValueNames(valueClaims(definitions));

  const schemas = namedSchemas(definitions, input.context);
  const printed = await schemaTypes(schemas, input.memory, input.report);
  const typeOf = narrowTypes(
    breakCycles(
      new Map<string, TypeNode>(
        schemas.map((schema, at) => [schema.id, printed[at] ?? ({ kind: "keyword", name: "unknown" } as const)]),
      ),
    ),
  );

  const types = new Map<string, NamedType>();
  const docs = new Map<JsonSchema, readonly string[]>();
  for (const { id, kind, schema } of schemas) {
    const type = typeOf.get(id);
    if (type === undefined || (kind !== "shared" && type.kind === "keyword")) continue;
    const doc = docs.get(schema) ?? docOf(schema);
    docs.set(schema, doc);
    types.set(id, { id, type, doc });
  }
  const attributes = new Map(
    Object.entries(input.context.attributes).map(([name, schema]): [string, ContextAttribute] => {
      const id = `attribute:${name}`;
      return [
        name,
        types.has(id)
          ? { type: { kind: "reference", id }, doc: [] }
          : { type: typeOf.get(id) ?? STRING, doc: docOf(schema) },
      ];
    }),
  );

  const contextOf = contextTypes(attributes);
  const flags = definitions.map((definition): FlagModel => {
    const key = wireKey(definition);
    const id = `value:${key}`;
    return {
      wireKey: key,
      definition,
      name: valueNames.get(key) ?? key,
      alias: valueNames.get(aliasId(key)),
      value: types.has(id) ? { kind: "reference", id } : (typeOf.get(id) ?? STRING),
      context: contextOf(definition),
      contextId: `context:${key}`,
    };
  });
  const typeNames = assignTypeNames([
    ...schemas.filter(({ id }) => types.has(id)).map(({ id, base }) => ({ id, base })),
    ...flags
      .filter(({ context }) => context.length > 0)
      .map(({ definition, contextId }) => ({
        id: contextId,
        base: `${typeBase(definition.key, definition.version)}Context`,
      })),
  ]);
  const names = new Set([...typeNames.values(), ...valueNames.values()]);
  return { flags, types, typeNames, valueNames, names };
}

/** Flags claim their names; a former name is claimed only when no flag of today would have it. */
function valueClaims(definitions: readonly FlagDefinition[]): readonly Claim[] {
  const claims = definitions.map((each) => ({ id: wireKey(each), base: valueBase(each.key, each.version) }));
  const taken = new Set(claims.map(({ base }) => base));
  const former = definitions.flatMap(({ key, version, renamedFrom }) =>
    renamedFrom === undefined
      ? []
      : [{ id: aliasId(wireKey({ key, version })), base: valueBase(renamedFrom, version) }],
  );
  return [...claims, ...former.filter(({ base }) => !taken.has(base))];
}

function aliasId(key: string): string {
  return `renamed:${key}`;
}

const STRING: TypeNode = { kind: "keyword", name: "string" };

function byKeyAndVersion(a: FlagDefinition, b: FlagDefinition): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : a.version - b.version;
}

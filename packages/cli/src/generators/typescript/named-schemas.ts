import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { ContextSchema, FlagDefinition, JsonSchema } from "@flagwright/schema";
import { wireKey } from "@flagwright/schema/definitions";
import { schemaOf } from "./lower-schema.ts";
import { isArray } from "./literal.ts";
import { typeBase } from "./names.ts";
import type { SchemaUnit } from "./schema-types.ts";

/** A schema that may become a named type. */
export interface NamedSchema extends SchemaUnit {
  readonly kind: "value" | "attribute" | "shared";
  readonly id: string;
  /** The name it would like. */
  readonly base: string;
}

/**
 * Every schema of a project that may become a named type: the value of each flag, each context attribute, and what
 * they refer to. Schemas that are referred to are the same type when they are the same schema in the same document,
 * or in another one that says exactly the same: a shared schema is printed once.
 */
export function namedSchemas(definitions: readonly FlagDefinition[], context: ContextSchema): readonly NamedSchema[] {
  const found = new Map<string, NamedSchema>();
  // Many flags have the very same schema.
  const refs = new Map<JsonSchema, readonly string[]>();
  const refsOf = (schema: JsonSchema): readonly string[] => {
    const own = refs.get(schema) ?? [...refsIn(schema)];
    refs.set(schema, own);
    return own;
  };

  function add(
    kind: NamedSchema["kind"],
    id: string,
    base: string,
    schema: JsonSchema,
    document: SchemaDocument,
  ): void {
    if (found.has(id)) return;
    const references = refsOf(schema).map((ref) => [ref, document.idOf(ref)] as const);
    found.set(id, { kind, id, base, schema, references });
    for (const [ref, target] of references)
      if (ref !== "#") add("shared", target, typeBase(nameOfRef(ref)), document.lookup(ref), document);
  }

  function root(kind: "value" | "attribute", id: string, base: string, schema: JsonSchema): void {
    add(kind, id, base, schema, new SchemaDocument(schema, id));
  }

  for (const { key, version, value } of definitions)
    root("value", `value:${wireKey({ key, version })}`, typeBase(key, version), value);
  for (const [name, schema] of Object.entries(context.attributes))
    root("attribute", `attribute:${name}`, typeBase(name), schema);
  return [...found.values()];
}

/** A schema and the definitions that came with it. */
class SchemaDocument {
  readonly #root: JsonSchema;
  readonly #rootId: string;
  readonly #ids = new Map<string, string>();

  constructor(root: JsonSchema, rootId: string) {
    this.#root = root;
    this.#rootId = rootId;
  }

  lookup(ref: string): JsonSchema {
    if (ref === "#") return this.#root;
    if (!ref.startsWith("#/")) return byAnchor(this.#root, ref.slice(1)) ?? true;
    let node: JsonValue | undefined = this.#root;
    for (const part of ref.slice(2).split("/")) {
      const step = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
      node =
        typeof node === "object" && node !== null && Object.hasOwn(node, step) ? (node as JsonObject)[step] : undefined;
    }
    return schemaOf(node);
  }

  /** Made of what the schema says, and all that it refers to: the same schema in two flags is one type. */
  idOf(ref: string): string {
    if (ref === "#") return this.#rootId;
    const known = this.#ids.get(ref);
    if (known !== undefined) return known;
    const reached = new Map<string, JsonSchema | string>();
    const visit = (each: string): void => {
      if (reached.has(each)) return;
      reached.set(each, each === "#" ? this.#rootId : withoutDefinitions(this.lookup(each)));
      for (const next of each === "#" ? [] : refsIn(this.lookup(each))) visit(next);
    };
    visit(ref);
    const id = `shared:${ref}:${hash([...reached].sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    this.#ids.set(ref, id);
    return id;
  }
}

/** The references that a type of this schema would show. */
function refsIn(schema: JsonSchema): ReadonlySet<string> {
  const refs = new Set<string>();
  const visit = (each: JsonSchema): void => {
    if (typeof each === "boolean") return;
    if (typeof each["$ref"] === "string") refs.add(each["$ref"]);
    for (const name of SCHEMA_MEMBERS) {
      const member = each[name];
      if (isArray(member)) for (const one of member) visit(schemaOf(one));
      else if (member !== undefined) visit(schemaOf(member));
    }
    for (const name of SCHEMA_MAPS) {
      const members = each[name];
      if (typeof members === "object" && members !== null)
        for (const one of Object.values(members as JsonObject)) visit(schemaOf(one));
    }
  };
  visit(schema);
  return refs;
}

const SCHEMA_MEMBERS = ["items", "prefixItems", "additionalProperties", "anyOf", "oneOf", "allOf"];
const SCHEMA_MAPS = ["properties", "patternProperties"];

function withoutDefinitions(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const { $defs: _, ...rest } = schema;
  return rest;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function byAnchor(schema: JsonValue, anchor: string): JsonSchema | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  if (!isArray(schema) && (schema as JsonObject)["$anchor"] === anchor) return schema as JsonObject;
  for (const member of Object.values(schema)) {
    const found = byAnchor(member as JsonValue, anchor);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `#/$defs/money` → `money`, `#/$defs/money.yaml` → `money`, `#` → `root`. */
function nameOfRef(ref: string): string {
  const last = decoded(ref.slice(ref.lastIndexOf("/") + 1)).replace(/\.(?:ya?ml|json)$/, "");
  return last === "#" || last === "" ? "root" : last.replace(/^#/, "");
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

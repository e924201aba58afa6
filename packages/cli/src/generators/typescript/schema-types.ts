import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import { paragraphs, prose } from "./comment.ts";
import type { Memory } from "../memory.ts";
import { NO_REPORT, type Report } from "../../output/progress.ts";
import { constraintSentences } from "./constraints.ts";
import { isArray } from "./literal.ts";
import { lowerSchema, type Lowered, type LoweringTarget } from "./lower-schema.ts";
import { parseInterface, type ParsedMember } from "./parse-type.ts";
import { keyword, union, type Member, type TypeNode } from "./type-node.ts";

/** A schema whose type is wanted, and how its `$ref`s are named. */
export interface SchemaUnit {
  readonly schema: JsonSchema;
  /** The references in this schema, each with the id of the named type that it means. */
  readonly references: readonly (readonly [ref: string, id: string])[];
}

/** Schemas handed to json-schema-to-typescript at once: many, since each call costs, but not so many that memory grows. */
const BATCH = 250;

/** The types of these schemas, in the same order. The same schema is read once: most flags are a plain boolean. */
export async function schemaTypes(
  units: readonly SchemaUnit[],
  memory: Memory,
  report: Report = NO_REPORT,
): Promise<readonly TypeNode[]> {
  const keys = units.map(keyOf);
  const types = new Map<string, TypeNode>();
  for (const key of new Set(keys)) {
    const known = memory.type(key);
    if (known !== undefined) types.set(key, known);
  }
  const distinct = [...new Map(units.map((unit, at) => [keys[at] ?? "", unit]))].filter(([key]) => !types.has(key));
  for (let from = 0; from < distinct.length; from += BATCH) {
    const some = distinct.slice(from, from + BATCH);
    report("Typing", from, distinct.length, "schemas");
    const printed = await batch(some.map(([, unit]) => unit));
    for (const [at, [key]] of some.entries()) {
      const type = printed[at] ?? keyword("unknown");
      types.set(key, type);
      memory.keepType(key, type);
    }
  }
  return keys.map((key) => types.get(key) ?? keyword("unknown"));
}

/** What a schema says, and what its references mean. */
function keyOf({ schema, references }: SchemaUnit): string {
  if (typeof schema === "boolean") return String(schema);
  const { $defs: _, ...own } = schema;
  return JSON.stringify([own, references]);
}

async function batch(units: readonly SchemaUnit[]): Promise<readonly TypeNode[]> {
  const { compile } = await import("json-schema-to-typescript");
  const table = new Placeholders();
  const roots = units.map((unit) => table.root(lowerSchema(unit.schema, table.target(new Map(unit.references)))));
  const printed = await compile(
    { type: "object", properties: table.entries(), required: table.names(), additionalProperties: false } as object,
    "Batch",
    { format: false, bannerComment: "", unknownAny: true, additionalProperties: false, strictIndexSignatures: false },
  );

  const members = new Map<string, TypeNode>();
  // Schemas printed apart come before those that use them, so that each reference finds its type.
  for (const member of parseInterface(printed, { reference: (name) => table.resolved(name), object: table.object }))
    members.set(member.name, member.type);
  return roots.map((root) => table.inlined(members.get(root) ?? keyword("unknown"), members));
}

/** Everything that a batch puts in place of text from definitions. */
class Placeholders {
  readonly #entries = new Map<string, Lowered>();
  readonly #references = new Map<string, TypeNode>();
  readonly #properties = new Map<string, { readonly name: string; readonly doc: readonly string[] }>();
  #count = 0;

  #next(kind: string): string {
    this.#count += 1;
    return `${kind}${this.#count}`;
  }

  root(schema: Lowered): string {
    const name = this.#next("T");
    this.#entries.set(name, schema);
    return name;
  }

  entries(): Record<string, Lowered> {
    return Object.fromEntries(this.#entries);
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  target(ids: ReadonlyMap<string, string>): LoweringTarget {
    return {
      reference: (ref) => {
        const id = ids.get(ref);
        return this.#reference(id === undefined ? UNKNOWN : { kind: "reference", id });
      },
      literal: (value) => this.#reference(literalType(value)),
      property: (name, schema) => {
        const placeholder = this.#next("p");
        this.#properties.set(placeholder, { name, doc: docOf(schema) });
        return placeholder;
      },
      apart: (schema) => this.root(schema),
    };
  }

  #reference(type: TypeNode): string {
    const name = this.#next("R");
    this.#references.set(name, type);
    return name;
  }

  resolved(name: string): TypeNode {
    return this.#references.get(name) ?? { kind: "reference", id: name };
  }

  readonly object = (parsed: readonly ParsedMember[], index: TypeNode | undefined): TypeNode => {
    const members = parsed.map(({ name, optional, type }): Member => {
      const property = this.#properties.get(name);
      return withInherited({ name: property?.name ?? name, optional, type, doc: property?.doc ?? [] });
    });
    if (index === undefined) return { kind: "object", members };
    const functions = members.some(isInherited) ? [FUNCTION] : [];
    return { kind: "object", members, index: union([index, ...functions]) };
  };

  /** Puts the types that were printed apart where they belong. */
  inlined(type: TypeNode, apart: ReadonlyMap<string, TypeNode>): TypeNode {
    const go = (each: TypeNode): TypeNode => this.inlined(each, apart);
    switch (type.kind) {
      case "reference": {
        const found = apart.get(type.id);
        return found === undefined ? type : go(found);
      }
      case "object":
        return {
          ...type,
          members: type.members.map((member) => ({ ...member, type: go(member.type) })),
          ...(type.index === undefined ? {} : { index: go(type.index) }),
        };
      case "array":
        return { kind: "array", element: go(type.element) };
      case "tuple":
        return {
          ...type,
          elements: type.elements.map(go),
          ...(type.rest === undefined ? {} : { rest: go(type.rest) }),
        };
      case "union":
        return union(type.types.map(go));
      case "intersection":
        return { kind: "intersection", types: type.types.map(go) };
      default:
        return type;
    }
  }
}

const UNKNOWN: TypeNode = keyword("unknown");
const FUNCTION: TypeNode = keyword("Function");

/** Reading a member that is left out gives what every object inherits under that name, and the compiler knows. */
function withInherited(member: Member): Member {
  return isInherited(member) ? { ...member, type: union([member.type, FUNCTION]) } : member;
}

function isInherited({ name, optional }: Member): boolean {
  return optional && name in Object.prototype;
}

function literalType(value: JsonValue): TypeNode {
  if (value === null) return keyword("null");
  if (isArray(value)) return { kind: "tuple", elements: value.map(literalType) };
  if (typeof value !== "object") return { kind: "literal", value };
  const members = Object.entries(value).map(([name, member]): Member => ({
    name,
    optional: false,
    type: literalType(member),
    doc: [],
  }));
  return members.length === 0 ? { kind: "object", members, index: keyword("never") } : { kind: "object", members };
}

/** The JSDoc of a schema: its description, then what the type cannot say. */
export function docOf(schema: JsonSchema): readonly string[] {
  if (typeof schema === "boolean") return [];
  const description = typeof schema["description"] === "string" ? prose(schema["description"]) : [];
  const constraints = prose(constraintSentences(schema).join(" "));
  return paragraphs([description, constraints, schema["deprecated"] === true ? ["@deprecated"] : []]);
}

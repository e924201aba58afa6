import { posix } from "node:path";
import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import { schemaKeywords, schemaListKeywords, schemaMapKeywords } from "../definition/schema-keywords.ts";
import { isJsonObject, jsonObject, member } from "../json/json-object.ts";
import { suggestion } from "../json/nearest.ts";
import { pointerTo } from "../json/pointer.ts";

export interface BundleProblem {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string | undefined;
}

/**
 * A schema that stands alone: every reference to a shared file leads to a copy of it under `$defs`. The references of
 * a copy, to itself and to other files, are turned likewise, so that shared schemas may refer to each other.
 */
export function bundleSchema(
  file: string,
  schema: JsonSchema,
  shared: ReadonlyMap<string, JsonSchema>,
): { readonly schema: JsonSchema; readonly problems: readonly BundleProblem[] } {
  const bundle = new Bundle(schema, shared);
  const rewritten = bundle.rewrite(schema, { file, prefix: "" }, "");
  const defs = bundle.definitions();
  if (!isJsonObject(rewritten) || defs.length === 0)
    return { schema: rewritten as JsonSchema, problems: bundle.problems };
  const own = member(rewritten, "$defs");
  return {
    schema: { ...rewritten, $defs: jsonObject([...(isJsonObject(own) ? Object.entries(own) : []), ...defs]) },
    problems: bundle.problems,
  };
}

/** Where a schema comes from, and the JSON pointer under which its root stands in the bundle. */
interface Place {
  readonly file: string;
  readonly prefix: string;
}

class Bundle {
  readonly problems: BundleProblem[] = [];
  readonly #shared: ReadonlyMap<string, JsonSchema>;
  readonly #names = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly #copies = new Map<string, JsonValue>();

  constructor(root: JsonSchema, shared: ReadonlyMap<string, JsonSchema>) {
    this.#shared = shared;
    const own = isJsonObject(root) ? member(root, "$defs") : undefined;
    this.#taken = new Set(isJsonObject(own) ? Object.keys(own) : []);
  }

  definitions(): readonly (readonly [string, JsonValue])[] {
    return [...this.#copies].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  rewrite(schema: JsonValue, place: Place, pointer: string): JsonValue {
    if (!isJsonObject(schema)) return schema;
    return jsonObject(
      Object.entries(schema).map(([keyword, value]) => [
        keyword,
        this.#keyword(keyword, value, place, pointerTo(pointer, keyword)),
      ]),
    );
  }

  #keyword(keyword: string, value: JsonValue, place: Place, pointer: string): JsonValue {
    if (keyword === "$ref" && typeof value === "string") return this.#reference(value, place, pointer);
    if (schemaKeywords.has(keyword)) return this.rewrite(value, place, pointer);
    if (schemaListKeywords.has(keyword) && Array.isArray(value))
      return value.map((item: JsonValue, index) => this.rewrite(item, place, pointerTo(pointer, index)));
    if (schemaMapKeywords.has(keyword) && isJsonObject(value))
      return jsonObject(
        Object.entries(value).map(([name, item]) => [name, this.rewrite(item, place, pointerTo(pointer, name))]),
      );
    return value;
  }

  #reference(reference: string, place: Place, pointer: string): string {
    const hash = reference.indexOf("#");
    const path = hash === -1 ? reference : reference.slice(0, hash);
    const fragment = hash === -1 ? "" : reference.slice(hash + 1);
    // An anchor is a name in the whole document; a pointer starts at its root.
    const isAnchor = fragment !== "" && !fragment.startsWith("/");
    if (path === "") return isAnchor ? reference : `#${place.prefix}${fragment}`;
    if (/^[a-z][a-z0-9+.-]*:/i.test(path)) {
      this.#problem(
        place,
        pointer,
        `${reference} is an address; only files of the project are read.`,
        "Copy the schema into flags/schemas and refer to it by its relative path.",
      );
      return reference;
    }
    const file = posix.normalize(posix.join(posix.dirname(place.file), path));
    const schema = this.#shared.get(file);
    if (schema === undefined) {
      this.#problem(
        place,
        pointer,
        `There is no shared schema ${file}.`,
        suggestion(file, this.#shared.keys()) ?? "Shared schemas are the files in the folder `schemas` of the flags.",
      );
      return reference;
    }
    const name = this.#copy(file, schema);
    return isAnchor ? `#${fragment}` : `#/$defs/${name}${fragment}`;
  }

  #copy(file: string, schema: JsonSchema): string {
    const known = this.#names.get(file);
    if (known !== undefined) return known;
    const base = posix
      .basename(file)
      .replace(/\.[^.]*$/, "")
      .replaceAll(/[^\w.-]/g, "-");
    let name = base;
    for (let count = 2; this.#taken.has(name); count++) name = `${base}-${count}`;
    this.#taken.add(name);
    this.#names.set(file, name);
    this.#copies.set(name, this.rewrite(schema, { file, prefix: `/$defs/${name}` }, ""));
    return name;
  }

  #problem(place: Place, pointer: string, message: string, help: string | undefined): void {
    // What is wrong inside a copy is shown at the schema that uses it.
    this.problems.push({ pointer: place.prefix === "" ? pointer : "", code: "REFERENCE_RESOLVES", message, help });
  }
}

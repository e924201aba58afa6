import { isExactArray, isExactObject, type Exact, type ExactObject } from "../exact-json.ts";
import { dialectOf, type Dialect } from "../dialect.ts";
import { SchemaError } from "../schema-error.ts";
import { knownMetaSchema } from "./meta-schemas.ts";
import { subschemas, unescapePointer } from "./keywords.ts";

/** A schema with a URI of its own: the document, or what has an `$id` inside it. */
export interface Resource {
  readonly uri: string;
  readonly root: ExactObject | boolean;
  readonly dialect: Dialect;
  readonly anchors: Map<string, SchemaAt>;
  /** Names by `$dynamicAnchor`; the empty name stands for `$recursiveAnchor`. */
  readonly dynamicAnchors: Map<string, SchemaAt>;
}

/** A schema and where it stands. */
export interface SchemaAt {
  readonly schema: Exact;
  /** JSON Pointer from the document's root. */
  readonly pointer: string;
  readonly resource: Resource;
}

const tree = {
  items: (value: Exact): readonly Exact[] | undefined => (isExactArray(value) ? value : undefined),
  members: (value: Exact): ExactObject | undefined => (isExactObject(value) ? value : undefined),
};

/** A document that has no `$id` needs some base for relative references. */
const anonymousBase = "schema:///document";

/** Every schema of one document by URI and anchor, so that references can be followed. */
export class Resources {
  readonly root: SchemaAt;
  readonly #byUri = new Map<string, Resource>();
  readonly #located = new Map<ExactObject, SchemaAt>();

  constructor(document: Exact, dialect: Dialect) {
    this.root = this.#addDocument(document, anonymousBase, dialect);
  }

  /** Where a schema stands, once it is known. */
  at(schema: Exact, pointer: string, parent: SchemaAt): SchemaAt {
    const known = isExactObject(schema) ? this.#located.get(schema) : undefined;
    return known ?? { schema, pointer, resource: parent.resource };
  }

  /** Follows a reference. Throws `SchemaError` when it leads nowhere. */
  resolve(reference: string, from: SchemaAt): SchemaAt {
    const [uri, fragment] = splitFragment(resolveUri(reference, from.resource.uri, from.pointer));
    const resource = this.#byUri.get(uri) ?? this.#addMetaSchema(uri);
    if (resource === undefined) {
      throw new SchemaError(
        from.pointer,
        `The reference ${JSON.stringify(reference)} leads to a schema we do not have`,
      );
    }
    const target = fragment === "" || fragment.startsWith("/") ? this.#byPointer(resource, fragment) : undefined;
    const found = target ?? resource.anchors.get(fragment);
    if (found === undefined) {
      throw new SchemaError(from.pointer, `The reference ${JSON.stringify(reference)} leads nowhere`);
    }
    return found;
  }

  #addDocument(document: Exact, uri: string, dialect: Dialect): SchemaAt {
    const resource = newResource(uri, document, dialect);
    this.#byUri.set(uri, resource);
    const root = { schema: document, pointer: "", resource };
    this.#index(root);
    return isExactObject(document) ? (this.#located.get(document) ?? root) : root;
  }

  #addMetaSchema(uri: string): Resource | undefined {
    const known = knownMetaSchema(uri);
    if (known === undefined) return undefined;
    this.#addDocument(known.schema, uri, known.dialect);
    return this.#byUri.get(uri);
  }

  #index(at: SchemaAt): void {
    if (!isExactObject(at.schema) || this.#located.has(at.schema)) return;
    const here = { ...at, resource: this.#resourceOf(at) };
    this.#located.set(at.schema, here);
    this.#addAnchors(here);
    if (here.resource.dialect === "draft-07" && at.schema.has("$ref")) {
      // Everything beside `$ref` is ignored but for what it may hold for others to refer to.
      for (const [path, schema] of subschemas(at.schema, tree)) {
        if (path.startsWith("/definitions/")) this.#index({ ...here, schema, pointer: here.pointer + path });
      }
      return;
    }
    for (const [path, schema] of subschemas(at.schema, tree)) {
      this.#index({ ...here, schema, pointer: here.pointer + path });
    }
  }

  #resourceOf(at: SchemaAt): Resource {
    const schema = at.schema as ExactObject;
    const id = schema.get("$id");
    if (typeof id !== "string" || id.startsWith("#")) return at.resource;
    if (at.resource.dialect === "draft-07" && schema.has("$ref")) return at.resource;
    const [uri] = splitFragment(resolveUri(id, at.resource.uri, at.pointer));
    const resource = newResource(uri, schema, dialectOf(schema) ?? at.resource.dialect);
    this.#byUri.set(uri, resource);
    return resource;
  }

  #addAnchors(at: SchemaAt): void {
    const schema = at.schema as ExactObject;
    const { anchors, dynamicAnchors, dialect } = at.resource;
    const id = schema.get("$id");
    if (dialect === "draft-07") {
      if (typeof id === "string" && id.includes("#")) anchors.set(splitFragment(id)[1], at);
      return;
    }
    const anchor = schema.get("$anchor");
    if (typeof anchor === "string") anchors.set(anchor, at);
    const dynamic = schema.get("$dynamicAnchor");
    if (typeof dynamic === "string" && dialect === "2020-12") {
      anchors.set(dynamic, at);
      dynamicAnchors.set(dynamic, at);
    }
    if (schema.get("$recursiveAnchor") === true && dialect === "2019-09") dynamicAnchors.set("", at);
  }

  #byPointer(resource: Resource, pointer: string): SchemaAt | undefined {
    let here: SchemaAt = this.at(resource.root, "", { schema: resource.root, pointer: "", resource });
    let value: Exact | undefined = here.schema;
    let path = here.pointer;
    for (const token of pointer.split("/").slice(1).map(unescapePointer)) {
      if (isExactArray(value)) value = /^\d+$/.test(token) ? value[Number(token)] : undefined;
      else value = isExactObject(value) ? value.get(token) : undefined;
      if (value === undefined) return undefined;
      path += `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const located = isExactObject(value) ? this.#located.get(value) : undefined;
      if (located !== undefined) here = located;
    }
    const target = { schema: value, pointer: path, resource: here.resource };
    // A schema under a keyword that we do not know has not been indexed yet.
    this.#index(target);
    return this.at(value, path, target);
  }
}

function newResource(uri: string, root: Exact, dialect: Dialect): Resource {
  return { uri, root: root as ExactObject | boolean, dialect, anchors: new Map(), dynamicAnchors: new Map() };
}

function resolveUri(reference: string, base: string, pointer: string): string {
  try {
    return new URL(reference, base).href;
  } catch {
    throw new SchemaError(pointer, `${JSON.stringify(reference)} is not a URI reference`);
  }
}

function splitFragment(uri: string): [uri: string, fragment: string] {
  const at = uri.indexOf("#");
  if (at === -1) return [uri, ""];
  const fragment = uri.slice(at + 1);
  try {
    return [uri.slice(0, at), decodeURIComponent(fragment)];
  } catch {
    return [uri.slice(0, at), fragment];
  }
}

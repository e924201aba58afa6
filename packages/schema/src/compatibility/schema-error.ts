/** A text that is not a JSON Schema: malformed, refused by its own meta-schema, or with a reference that leads nowhere. */
export class SchemaError extends Error {
  /** JSON Pointer into the schema. */
  readonly path: string;

  constructor(path: string, message: string) {
    super(path === "" ? message : `${message} (at ${path})`);
    this.name = "SchemaError";
    this.path = path;
  }
}

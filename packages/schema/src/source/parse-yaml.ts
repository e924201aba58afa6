import { type Document, parseDocument } from "yaml";

/** YAML 1.2 core, of which JSON is a part. Keys are text, as in JSON; nothing is constructed but plain data. */
export function parseYaml(text: string): Document {
  return parseDocument(text, { prettyErrors: false, stringKeys: true, resolveKnownTags: false, logLevel: "error" });
}

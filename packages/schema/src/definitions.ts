/**
 * `@flagwright/schema/definitions`: as much as is needed to read a project and to generate from it. A command that
 * compares nothing and lints nothing starts sooner with it.
 */
export { isKey, KEY_PATTERN, MAX_KEY_LENGTH, MAX_VERSION, parseWireKey, wireKey } from "./definition/identity.ts";
export {
  annotationKeywords,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
} from "./definition/schema-keywords.ts";
export { valueTypeOf } from "./definition/value-type.ts";
export { canonicalJson, sameJson } from "./json/canonical-json.ts";
export { parseProject } from "./project/parse-project.ts";
export { findProjectRoot, flagsFolder, readProject, readProjectFiles } from "./project/read-project.ts";
export { CONFIG_FILE } from "./project/read-config.ts";
export { definitionBundle } from "./project/definition-bundle.ts";
export { fileRole } from "./project/project-files.ts";

import { everySubschema } from "../../definition/schema-walk.ts";
import { isJsonObject, member } from "../../json/json-object.ts";
import { finding, type LintRule } from "./rule.ts";

export const objectClosed: LintRule = {
  id: "OBJECT_CLOSED",
  purpose: "An object type names all its properties.",
  categories: ["values"],
  severity: "warning",
  docs: {
    what: "An object schema with `properties` that allows others besides.",
    why: 'Such a schema accepts {"percnet": 10} as well, a slip that nobody sees. And a property that is added later, even an optional one, breaks readers: a value that had it by chance, of another type, was valid until then.',
    example: "value:\n  type: object\n  properties: { percent: { type: number } }",
    fix: "Add `additionalProperties: false`.",
  },
  *check({ project }) {
    for (const definition of project.definitions)
      for (const [pointer, schema] of everySubschema(definition.value.value)) {
        if (!isJsonObject(schema) || !isJsonObject(member(schema, "properties")) || isClosed(schema)) continue;
        // A part of `allOf` cannot be closed by itself; the whole can, by `unevaluatedProperties`.
        if (/\/(?:allOf|anyOf|oneOf|if|then|else|not|dependentSchemas)(?:\/|$)/.test(pointer)) continue;
        yield finding(
          definition,
          `/value${pointer}`,
          'This object allows any other property: {"typo": true} passes.',
          "Add `additionalProperties: false`.",
        );
      }
  },
};

function isClosed(schema: { readonly [keyword: string]: unknown }): boolean {
  return ["additionalProperties", "unevaluatedProperties"].some((keyword) => Object.hasOwn(schema, keyword));
}

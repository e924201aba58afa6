import type { JsonValue } from "@flagwright/runtime";
import { snapshotLimits } from "@flagwright/runtime";
import { everySubschema, resolveReference } from "../definition/schema-walk.ts";
import type { JsonSchema } from "../definition/model.ts";
import { isJsonObject } from "../json/json-object.ts";
import { pointerNames, pointerTo } from "../json/pointer.ts";
import { problem, type StateProblem } from "./problem.ts";

/** Schemas come from outside. What is beyond these limits is refused before anything is compiled. */

/** Schemas inside one value schema, itself included. */
export const MAX_SUBSCHEMAS = 2_000;
/** Names between the root of a schema and its innermost part: half as many levels of the value, at most. */
export const MAX_SCHEMA_DEPTH = 100;
/** References are compiled one inside the other. */
export const MAX_REFERENCES = 200;
/** Members of one `enum`: it becomes a union in the generated code. */
export const MAX_ENUM = 1_000;

/** Keywords that would make one schema reach into another, or mean different things in different places. */
const refused: { readonly [keyword: string]: string } = {
  $id: "Remove it; a flag's schema has no address of its own.",
  $dynamicRef: "Use $ref.",
  $dynamicAnchor: "Use $anchor or $defs.",
  $recursiveRef: "Use $ref.",
  $vocabulary: "Remove it.",
};

export function checkSchemaLimits(schema: JsonSchema): readonly StateProblem[] {
  const problems: StateProblem[] = [];
  let count = 0;
  let references = 0;
  for (const [pointer, each] of everySubschema(schema)) {
    if (++count > MAX_SUBSCHEMAS)
      return [
        problem("", "SCHEMA_SIZE", `The schema has more than ${MAX_SUBSCHEMAS} parts.`, "Split the flag's value."),
      ];
    if (pointerNames(pointer).length > MAX_SCHEMA_DEPTH)
      return [problem("", "SCHEMA_DEPTH", "The schema is nested too deeply.", "Flatten the value.")];
    if (!isJsonObject(each)) continue;
    for (const [keyword, help] of Object.entries(refused))
      if (Object.hasOwn(each, keyword))
        problems.push(problem(pointerTo(pointer, keyword), "SCHEMA_KEYWORD", `${keyword} is not read.`, help));
    if (isJsonObject(each["properties"]) && Object.hasOwn(each["properties"], "__proto__"))
      problems.push(
        problem(
          `${pointer}/properties/__proto__`,
          "SCHEMA_KEYWORD",
          "A property cannot be named __proto__: JavaScript would lose it.",
          "Give the property another name.",
        ),
      );
    problems.push(...checkPattern(each, pointer));
    const values = each["enum"];
    if (Array.isArray(values) && values.length > MAX_ENUM)
      problems.push(
        problem(
          `${pointer}/enum`,
          "SCHEMA_SIZE",
          `An enum has ${values.length} values; at most ${MAX_ENUM} are read.`,
          "Use a pattern or a plain string.",
        ),
      );
    const reference = Object.hasOwn(each, "$ref") ? each["$ref"] : undefined;
    if (typeof reference !== "string") continue;
    if (++references > MAX_REFERENCES)
      return [
        problem("", "SCHEMA_SIZE", `The schema has more than ${MAX_REFERENCES} references.`, "Write some of them out."),
      ];
    if (resolveReference(schema, reference) === undefined)
      problems.push(
        problem(
          `${pointer}/$ref`,
          "REFERENCE_RESOLVES",
          `${JSON.stringify(reference)} leads nowhere.`,
          "Refer to `#/$defs/name`, or to a file in the folder `schemas`.",
        ),
      );
  }
  return problems;
}

function checkPattern(schema: { readonly [keyword: string]: JsonValue }, pointer: string): readonly StateProblem[] {
  const pattern = Object.hasOwn(schema, "pattern") ? schema["pattern"] : undefined;
  const patterns = Object.hasOwn(schema, "patternProperties") ? schema["patternProperties"] : undefined;
  const all = [
    ...(typeof pattern === "string" ? [[`${pointer}/pattern`, pattern] as const] : []),
    ...(isJsonObject(patterns)
      ? Object.keys(patterns).map((each) => [pointerTo(`${pointer}/patternProperties`, each), each] as const)
      : []),
  ];
  return all
    .filter(([, text]) => text.length > snapshotLimits.MAX_PATTERN_LENGTH)
    .map(([at, text]) =>
      problem(
        at,
        "SCHEMA_SIZE",
        `A pattern has ${text.length} characters; at most ${snapshotLimits.MAX_PATTERN_LENGTH} are read.`,
        "Use a shorter pattern.",
      ),
    );
}

import type { ErrorObject } from "ajv";
import { pointerTo } from "../json/pointer.ts";
import { suggestion } from "../json/nearest.ts";
import { problem, type StateProblem } from "./problem.ts";

/** What ajv found, in our words. Errors that only say that another one is inside are left out. */
export function ajvProblems(errors: readonly ErrorObject[], code: string): readonly StateProblem[] {
  const told = errors.filter(({ keyword }) => keyword !== "if");
  return told.map((error) => {
    const [message, help] = words(error);
    const name: unknown = error.params["additionalProperty"] ?? error.params["unevaluatedProperty"];
    const pointer = typeof name === "string" ? pointerTo(error.instancePath, name) : error.instancePath;
    return problem(pointer, code, sentence(error.instancePath, message), help);
  });
}

function sentence(pointer: string, message: string): string {
  return pointer === "" ? `It ${message}.` : `${pointer} ${message}.`;
}

function words({
  keyword,
  params,
  message,
  parentSchema,
  data,
}: ErrorObject): readonly [message: string, help?: string | undefined] {
  switch (keyword) {
    case "type":
      return [`must be ${list(params["type"])}`, meant(params["type"], data)];
    case "required":
      return [`must have the member ${JSON.stringify(params["missingProperty"])}`];
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      const known = Object.keys((parentSchema?.["properties"] as object | undefined) ?? {});
      return [`must not have the member ${JSON.stringify(name)}`, suggestion(name, known) ?? "Remove it."];
    }
    case "enum":
      return [`must be one of ${short(params["allowedValues"])}`];
    case "const":
      return [`must be ${short(params["allowedValue"])}`];
    case "minimum":
      return [`must be at least ${params["limit"]}`];
    case "maximum":
      return [`must be at most ${params["limit"]}`];
    case "exclusiveMinimum":
      return [`must be more than ${params["limit"]}`];
    case "exclusiveMaximum":
      return [`must be less than ${params["limit"]}`];
    case "minLength":
      return [`must have at least ${count(params["limit"], "character")}`];
    case "maxLength":
      return [`must have at most ${count(params["limit"], "character")}`];
    case "minItems":
      return [`must have at least ${count(params["limit"], "item")}`];
    case "maxItems":
      return [`must have at most ${count(params["limit"], "item")}`];
    case "uniqueItems":
      return [`must not repeat an item, and items ${params["j"]} and ${params["i"]} are the same`];
    case "pattern":
      return [`must match ${params["pattern"]}`];
    case "false schema":
      return ["is not allowed"];
    default:
      return [message ?? `fails ${keyword}`];
  }
}

/** What was probably meant: a word that looks like a boolean, a number in quotes, a text without them. */
function meant(type: unknown, data: unknown): string | undefined {
  if (typeof data === "string" && type === "boolean" && /^(?:on|off|yes|no|true|false)$/i.test(data))
    return `Write ${/^(?:on|yes|true)$/i.test(data)}, without quotes.`;
  if (
    typeof data === "string" &&
    (type === "number" || type === "integer") &&
    data.trim() !== "" &&
    !Number.isNaN(Number(data))
  )
    return `Remove the quotes: ${data.trim()}.`;
  if (type === "string" && (typeof data === "number" || typeof data === "boolean"))
    return `Put it into quotes: "${data}".`;
  return undefined;
}

function list(type: unknown): string {
  const types = (Array.isArray(type) ? type : String(type).split(",")) as readonly string[];
  return types.map((each) => (/^[aeio]/.test(each) ? `an ${each}` : each === "null" ? each : `a ${each}`)).join(" or ");
}

function count(limit: unknown, unit: string): string {
  return `${String(limit)} ${unit}${limit === 1 ? "" : "s"}`;
}

function short(value: unknown): string {
  const values = Array.isArray(value) ? value : [value];
  const shown = values.slice(0, 12).map((each) => JSON.stringify(each));
  return shown.join(", ") + (values.length > shown.length ? `, … (${values.length} in all)` : "");
}

import { Ajv, type ErrorObject } from "ajv";
import type { FastifyInstance, FastifySchemaCompiler } from "fastify";
import { Problem, type ProblemPlace } from "./problem.ts";

/** A body with thousands of faults gets the first ones. */
const MAX_ERRORS = 50;

/**
 * Bodies are taken as they are: nothing is coerced, filled in or dropped. Parameters arrive as text, so numbers and
 * booleans among them are read from it.
 */
export function validateBySchema(app: FastifyInstance): void {
  const bodies = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
  const parameters = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, coerceTypes: true });
  const compiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
    (httpPart === "body" ? bodies : parameters).compile(schema);
  app.setValidatorCompiler(compiler);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setSchemaErrorFormatter((errors, part) => refusal(errors as readonly ErrorObject[], part));
}

function refusal(errors: readonly ErrorObject[], part: string): Problem {
  const places = errors.slice(0, MAX_ERRORS).map(placeOf);
  const detail = places[0] === undefined ? "" : ` ${places[0].pointer || "The whole"}: ${places[0].message}.`;
  if (part === "body")
    return new Problem(422, "BODY_INVALID", "Invalid content", `The body does not have the form asked for.${detail}`, {
      errors: places,
    });
  return new Problem(400, "PARAMETER_INVALID", "Bad request", `A parameter is not valid.${detail}`, { errors: places });
}

function placeOf(error: ErrorObject): ProblemPlace {
  const member: unknown = error.params["missingProperty"] ?? error.params["additionalProperty"];
  const pointer = typeof member === "string" ? `${error.instancePath}/${escapePointer(member)}` : error.instancePath;
  const code = error.keyword.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
  const allowed: unknown = error.params["allowedValues"];
  const suffix = Array.isArray(allowed) ? `: ${allowed.map((value) => JSON.stringify(value)).join(", ")}` : "";
  return { pointer, code, message: `${error.message ?? error.keyword}${suffix}` };
}

/** RFC 6901, section 3. */
export function escapePointer(member: string): string {
  return member.replaceAll("~", "~0").replaceAll("/", "~1");
}

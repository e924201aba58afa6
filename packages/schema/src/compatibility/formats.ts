import { fullFormats } from "ajv-formats/dist/formats.js";

/** Whether a text is of a format; formats that we do not know hold for every text, as JSON Schema asks. */
export function matchesFormat(name: string, text: string): boolean {
  const format = (fullFormats as Readonly<Record<string, unknown>>)[name];
  if (format instanceof RegExp) return format.test(text);
  if (typeof format === "function") return format(text) === true;
  if (typeof format !== "object" || format === null || !("validate" in format)) return true;
  const { validate } = format;
  if (validate instanceof RegExp) return validate.test(text);
  return typeof validate === "function" ? validate(text) === true : true;
}

import { fileRole } from "@flagwright/schema";

/**
 * Which files of a side a check has to parse: what was touched; every shared schema, and who refers to one when one
 * was touched; for the guard also what has a day in it that has come.
 * Environments hold state, which is not the contract.
 */
export function wanting(
  folder: string,
  touched: readonly string[],
  guardedOn: string | undefined,
): (path: string, text: string) => boolean {
  const isTouched = new Set(touched);
  const schemaTouched = touched.some((path) => fileRole(path, folder) === "schema");
  return (path, text) => {
    const role = fileRole(path, folder);
    if (role === undefined || role === "environment") return false;
    if (role === "schema" || isTouched.has(path)) return true;
    if (schemaTouched && text.includes("$ref")) return true;
    // Days of one form: the order of the texts is the order of the days. One that means something else costs a parse.
    return guardedOn !== undefined && (text.match(dayToCome) ?? []).some((day) => day <= guardedOn);
  };
}

/** A day of any member but `created`, which every flag has behind it. */
const dayToCome = /(?<!\bcreated\W{1,5})\b\d{4}-\d\d-\d\d\b/g;

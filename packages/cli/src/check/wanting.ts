import { fileRole } from "@flagwright/schema";

/**
 * Which files of a side a check has to parse: what was touched; every shared schema, and who refers to one when one
 * was touched; with `everything`, for the guard, also what has a date or a suppression that may have run out.
 * Environments hold state, which is not the contract.
 */
export function wanting(
  folder: string,
  touched: readonly string[],
  everything: boolean,
): (path: string, text: string) => boolean {
  const isTouched = new Set(touched);
  const schemaTouched = touched.some((path) => fileRole(path, folder) === "schema");
  return (path, text) => {
    const role = fileRole(path, folder);
    if (role === undefined || role === "environment") return false;
    if (role === "schema" || isTouched.has(path)) return true;
    if (schemaTouched && text.includes("$ref")) return true;
    return everything && /\b(?:expires|sunset|suppress)\b/.test(text);
  };
}

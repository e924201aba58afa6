import { fileRole } from "@flagwright/schema";

/** What a check needs to see besides what was touched. */
export interface Scope {
  /** For the guard: what has a day in it that has come by this one. */
  readonly guardedOn?: string;
  /** All flags and segments: what is stored in an environment may refer to any of them. */
  readonly whole?: boolean;
}

/**
 * Which files of a side a check has to parse: what was touched; every shared schema, and who refers to one when one
 * was touched; and what else is in the scope.
 * Environments hold state, which is not the contract.
 */
export function wanting(
  folder: string,
  touched: readonly string[],
  { guardedOn, whole = false }: Scope,
): (path: string, text: string) => boolean {
  const isTouched = new Set(touched);
  const schemaTouched = touched.some((path) => fileRole(path, folder) === "schema");
  return (path, text) => {
    const role = fileRole(path, folder);
    if (role === undefined || role === "environment") return false;
    if (whole || role === "schema" || isTouched.has(path)) return true;
    if (schemaTouched && text.includes("$ref")) return true;
    // Days of one form: the order of the texts is the order of the days. One that means something else costs a parse.
    return guardedOn !== undefined && (text.match(dayToCome) ?? []).some((day) => day <= guardedOn);
  };
}

/** A day of any member but `created`, which every flag has behind it. */
const dayToCome = /(?<!\bcreated\W{1,5})\b\d{4}-\d\d-\d\d\b/g;

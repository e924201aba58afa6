import { RE2JS } from "re2js";
import type { RegularExpressions } from "./operators/operator.ts";

/**
 * Regular expressions that run in linear time (RE2 syntax, by `re2js`): a pattern from outside cannot hang the
 * process. Import this on Node and on servers only; the package's main entry point stays without dependencies.
 *
 * @example
 * ```ts
 * compile(snapshot, { regularExpressions });
 * ```
 */
export const regularExpressions: RegularExpressions = (pattern) => {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.test(text) };
};

/**
 * All that generated code may import. The folder is the version: code that an older generator wrote keeps working
 * with a newer runtime, so nothing in here changes its meaning.
 *
 * @module
 */
export { defineFlag } from "./define-flag.ts";
export type { Flag } from "./flag.ts";

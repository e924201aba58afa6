import type { CoreOperatorName } from "./core.ts";

const number = "takes a number";
const text = "takes a string that is not empty, or a list of them";

/** What the operators of the core take. */
export const coreWords: { readonly [N in CoreOperatorName]: string } = {
  equals: "takes a string, a number, a boolean or null",
  in: "takes a list of strings, numbers, booleans or null",
  exists: "takes true or false",
  contains: text,
  startsWith: text,
  endsWith: text,
  lessThan: number,
  atMost: number,
  greaterThan: number,
  atLeast: number,
};

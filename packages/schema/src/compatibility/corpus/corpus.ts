import { arrays } from "./arrays.ts";
import { combinations } from "./combinations.ts";
import { constants } from "./constants.ts";
import { dialects } from "./dialects.ts";
import { everyday } from "./everyday.ts";
import { numbers } from "./numbers.ts";
import { objects } from "./objects.ts";
import type { Pair } from "./pair.ts";
import { references } from "./references.ts";
import { strings } from "./strings.ts";
import { types } from "./types.ts";
import { unevaluated } from "./unevaluated.ts";

/** All pairs, by what they are about. */
export const corpus: Readonly<Record<string, readonly Pair[]>> = {
  types,
  constants,
  numbers,
  strings,
  arrays,
  objects,
  combinations,
  references,
  unevaluated,
  dialects,
  everyday,
};

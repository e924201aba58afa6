/**
 * What ajv's code asks for at run time, written out: ajv `require`s these, which native ESM refuses. `equal` compares
 * JSON values only, and own members only, so that a value with a member named `valueOf` or `constructor` is data.
 */
export const HELPERS: { readonly [required: string]: { readonly name: string; readonly code: string } } = {
  "ajv/dist/runtime/ucs2length": {
    name: "characters",
    code: `const characters = (text) => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};`,
  },
  "ajv/dist/runtime/equal": {
    name: "equal",
    code: `const equal = (a, b) => {
  if (a === b) return true;
  if (!a || !b || typeof a != "object" || typeof b != "object" || Array.isArray(a) != Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
};`,
  },
};

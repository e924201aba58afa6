import { REGISTERED, type RegisteredFlag } from "../codegen/v1/registry.ts";

/** What `defineFlag` knows of a flag; what is that already is given back. */
export function registered(flag: unknown): RegisteredFlag {
  const found = ((flag as { readonly [REGISTERED]?: RegisteredFlag } | null | undefined)?.[REGISTERED] ?? flag) as
    RegisteredFlag | null | undefined;
  if (found?.data === undefined) throw new TypeError("This is not a flag: pass a function of the generated module.");
  return found;
}

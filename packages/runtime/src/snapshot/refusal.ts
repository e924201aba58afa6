import type { Check } from "./check.ts";

/** Why a snapshot, patch or overlay was refused. Nothing of it has been taken over. */
export interface RefusedInput {
  /** A JSON pointer (RFC 6901) to the place; empty for the whole input. */
  readonly pointer: string;
  /** A sentence: `Snapshot refused: /flags/3/salt must be a string.` */
  readonly message: string;
}

export type Parsed<Name extends string, T> =
  ({ readonly ok: true } & { readonly [N in Name]: T }) | { readonly ok: false; readonly error: RefusedInput };

/** Never throws. */
export function refusal(what: string, check: Check, input: unknown): RefusedInput | undefined {
  try {
    const [message, ...path] = check(input) ?? [];
    if (message === undefined) return undefined;
    const pointer = path.reduce((rest, name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}${rest}`, "");
    return { pointer, message: `${what} refused: ${pointer || "it"} ${message}.` };
  } catch {
    // Only an object that is not parsed JSON can get here: a proxy, a getter that throws.
    return { pointer: "", message: `${what} refused: it could not be read.` };
  }
}

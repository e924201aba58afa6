import { createHash } from "node:crypto";

/** Something that wants a name: `id` says what it is, for ever; `base` is the name it would like. */
export interface Claim {
  readonly id: string;
  readonly base: string;
}

/**
 * Words that cannot name a constant in a module, ESM or CJS, and `then`: a module that exports `then` looks like a
 * promise, and `await import(…)` would call the flag.
 */
const RESERVED_VALUES: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export exports " +
    "extends false finally for function globalThis if implements import in instanceof interface let module new null " +
    "package private protected public require return static super switch this throw true try typeof undefined var " +
    "void while with yield then"
  ).split(" "),
);

/** Nothing that starts with a capital is reserved for types. */
const RESERVED_TYPES: ReadonlySet<string> = new Set();

/**
 * Gives each claim a name. Two claims of one name get it neither of them: each gets its base and a hash of its id, so
 * that a name that somebody uses may vanish (a compile error) but never comes to mean something else, and no order
 * matters. Reserved words get an underscore. No base holds one, so that the ways out cannot collide with a name.
 */
export function assignNames(claims: readonly Claim[], reserved: ReadonlySet<string>): ReadonlyMap<string, string> {
  const byBase = new Map<string, Set<string>>();
  for (const { id, base } of claims) {
    const ids = byBase.get(base) ?? new Set<string>();
    ids.add(id);
    byBase.set(base, ids);
  }
  return new Map(
    claims.map(({ id, base }) => {
      if ((byBase.get(base)?.size ?? 0) > 1) return [id, `${base}_${shortHash(id)}`];
      return [id, reserved.has(base) ? `${base}_` : base];
    }),
  );
}

export function assignValueNames(claims: readonly Claim[]): ReadonlyMap<string, string> {
  return assignNames(claims, RESERVED_VALUES);
}

export function assignTypeNames(claims: readonly Claim[]): ReadonlyMap<string, string> {
  return assignNames(claims, RESERVED_TYPES);
}

/** `regional-discount` → `regionalDiscount`, its version 2 → `regionalDiscountV2`. */
export function valueBase(key: string, version: number): string {
  const type = typeBase(key, version);
  return type.charAt(0).toLowerCase() + type.slice(1);
}

/** `regional-discount` → `RegionalDiscount`, its version 2 → `RegionalDiscountV2`. */
export function typeBase(key: string, version = 1): string {
  const words = key.split(/[^\p{L}\p{N}$]+/u).filter((word) => word !== "");
  const joined = words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")
    .replaceAll(/[^A-Za-z0-9]/g, "");
  const safe = /^[A-Za-z]/.test(joined) ? joined : `T${joined}`;
  return version === 1 ? safe : `${safe}V${version}`;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

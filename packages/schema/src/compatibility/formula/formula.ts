import type { Fraction } from "fraction.js";
import type { UnknownReason } from "../verdict.ts";
import type { ARRAY, NUMBER, OBJECT, STRING, TypeMask } from "./type-mask.ts";

/**
 * What a schema says, in negation normal form: negations are pushed into the atoms, each of which has a dual.
 * Formulas are interned, so that equal ones are the same object and `id` stands for the whole.
 *
 * An atom speaks about values of one type and holds for all others, as JSON Schema's keywords do.
 */
export type Formula = TypesFormula | AndFormula | OrFormula | RefFormula | ExactlyOneFormula | Atom;

interface Interned {
  readonly id: number;
}

/** The value has one of these types. `true` is all of them, `false` none. */
export interface TypesFormula extends Interned {
  readonly kind: "types";
  readonly mask: TypeMask;
}
export interface AndFormula extends Interned {
  readonly kind: "and";
  readonly parts: readonly Formula[];
}
export interface OrFormula extends Interned {
  readonly kind: "or";
  readonly parts: readonly Formula[];
}
/** Closes a cycle of `$ref`s. */
export interface RefFormula extends Interned {
  readonly kind: "ref";
  readonly target: RefTarget;
  readonly negative: boolean;
}
/** Filled in when the schema it stands for has been read. */
export interface RefTarget {
  readonly name: string;
  body?: Formula;
}
/** Exactly one part holds; with `negative`, none or several. Written out late, since most have disjoint parts. */
export interface ExactlyOneFormula extends Interned {
  readonly kind: "exactlyOne";
  readonly parts: readonly Formula[];
  readonly negative: boolean;
}

export type Atom = NumberAtom | StringAtom | ArrayAtom | ObjectAtom;

export type NumberAtom = Interned & { readonly type: typeof NUMBER } & (
    | { readonly kind: "lower" | "upper"; readonly bound: Fraction; readonly exclusive: boolean }
    | { readonly kind: "multipleOf" | "notMultipleOf"; readonly divisor: Fraction }
    | { readonly kind: "numberIn"; readonly values: readonly Fraction[] }
    | { readonly kind: "numberNotIn"; readonly values: readonly Fraction[] }
  );

export type StringAtom = Interned & { readonly type: typeof STRING } & (
    | { readonly kind: "minLength" | "maxLength"; readonly length: number }
    | { readonly kind: "pattern" | "notPattern"; readonly source: string; readonly path: string }
    | { readonly kind: "stringIn"; readonly values: ReadonlySet<string> }
    | { readonly kind: "stringNotIn"; readonly values: ReadonlySet<string> }
    | { readonly kind: "format" | "notFormat"; readonly name: string; readonly path: string }
  );

export type ArrayAtom = Interned & { readonly type: typeof ARRAY } & (
    | { readonly kind: "minItems" | "maxItems"; readonly count: number }
    /** If there is an item at that index, it satisfies the formula. */
    | { readonly kind: "itemAt"; readonly index: number; readonly item: Formula }
    /** Every item from that index on satisfies it; some item from that index on does. */
    | { readonly kind: "itemsFrom" | "someItemFrom"; readonly index: number; readonly item: Formula }
    /** So many items satisfy it. */
    | { readonly kind: "containsAtLeast" | "containsAtMost"; readonly count: number; readonly item: Formula }
    | { readonly kind: "unique" | "notUnique" }
    | OpaqueKind
  );

export type ObjectAtom = Interned & { readonly type: typeof OBJECT } & (
    | { readonly kind: "minProperties" | "maxProperties"; readonly count: number }
    /** Of every key that satisfies `key`, or of some key, the value satisfies `value`. */
    | { readonly kind: "allKeys" | "someKey"; readonly key: Formula; readonly value: Formula }
    | OpaqueKind
  );

/** Something that we can only give up on. */
interface OpaqueKind {
  readonly kind: "opaque";
  readonly identity: string;
  readonly negative: boolean;
  readonly reason: UnknownReason;
}

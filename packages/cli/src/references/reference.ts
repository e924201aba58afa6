/** How code uses a flag. */
export type ReferenceKind =
  /** `newCheckout({ … })` */
  | "call"
  /** `newCheckout.details(…)`, `newCheckout.key` */
  | "member"
  /** Handed on: `client.get(newCheckout, context)`, `useFlag(newCheckout)`, `[newCheckout]` */
  | "value"
  /** `typeof newCheckout` in a type */
  | "type"
  /** `export { newCheckout } from …` */
  | "export"
  /** Used as if it were its value, which TypeScript lets through. */
  | "misuse";

/** One place where code names a flag. Lines and columns count from 1. */
export interface Reference {
  /** The wire key. */
  readonly flag: string;
  /** Relative to the project's root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly kind: ReferenceKind;
  /** The line of code, without its indentation. */
  readonly text: string;
  /** Of a misuse: what is wrong with it, in a sentence. */
  readonly problem?: string;
}

/** Ids as applications have them. */
export const idKinds: readonly { readonly name: string; readonly make: (index: number) => string }[] = [
  { name: "sequential numbers", make: String },
  { name: "UUIDs", make: uuid },
  { name: "e-mail addresses", make: (index) => `person.${index}@mail${index % 7}.example` },
  { name: "Unicode names", make: (index) => `ユーザー${index}-😀é` },
];

/** A UUID of version 4 form that depends on the index alone. */
function uuid(index: number): string {
  const word = (salt: number): string => (Math.imul(index ^ salt, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  const [a, b, c, d] = [word(1), word(0x5bd1e995), word(0x27d4eb2f), word(0x165667b1)] as const;
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
}

/** Pearson's statistic against equal counts. */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/**
 * What the statistic stays below with probability 0.9999 when the counts are uniform: the Wilson–Hilferty
 * approximation, with 3.719 the standard normal quantile.
 */
export function chiSquareLimit(degreesOfFreedom: number): number {
  const spread = 2 / (9 * degreesOfFreedom);
  return degreesOfFreedom * (1 - spread + 3.719 * Math.sqrt(spread)) ** 3;
}

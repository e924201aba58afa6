import { BUCKETS, type Split } from "../snapshot/model.ts";

type Ranges = Split["ranges"];

/** A variant and how many of the 100,000 buckets it is to have: 12.5 % are 12,500. */
export type Weight = readonly [variant: string, buckets: number];

interface Piece {
  readonly from: number;
  readonly to: number;
}

/** Stands for the buckets that no variant has; no variant can be called that. */
const nobody = Symbol("nobody");
type Holder = string | typeof nobody;

/**
 * The ranges for new weights that move as few buckets as can be: a variant that grows keeps every bucket it has, one
 * that shrinks keeps as many as it may, and only the difference changes hands. With no previous ranges the variants
 * follow each other from bucket 0 on, in the order given.
 *
 * @throws {RangeError} when a weight is no integer from 0 to 100,000, or their sum exceeds 100,000.
 *
 * @example
 * ```ts
 * reweigh([["a", 0, 50_000], ["b", 50_000, 100_000]], [["a", 60_000], ["b", 40_000]]);
 * // [["a", 0, 60_000], ["b", 60_000, 100_000]]: 10 % have moved, all from b to a
 * ```
 */
export function reweigh(previous: Ranges, weights: readonly Weight[]): Ranges {
  checkWeights(weights);
  const wanted = new Map<Holder, number>(weights);
  wanted.set(nobody, BUCKETS - weights.reduce((sum, [, buckets]) => sum + buckets, 0));
  const pieces = holdings(previous);
  const change = (holder: Holder): number => (wanted.get(holder) ?? 0) - sizeOf(pieces.get(holder) ?? []);
  const holders = new Set<Holder>([...wanted.keys(), ...pieces.keys()]);

  // Everybody's change is taken before anything moves: a piece that is given up must not be asked for again.
  const changes = [...holders].map((holder) => [holder, change(holder)] as const);
  const growing = new Set(changes.filter(([, by]) => by > 0).map(([holder]) => holder));
  let pool: Piece[] = [];
  for (const [holder, by] of changes)
    if (by < 0) {
      const { kept, given } = giveUp(pieces.get(holder) ?? [], -by, (bucket) => growing.has(holderOf(pieces, bucket)));
      pieces.set(holder, kept);
      pool.push(...given);
    }
  pool.sort((a, b) => a.from - b.from);
  for (const [holder, by] of changes)
    if (by > 0) {
      const own = pieces.get(holder) ?? [];
      const { taken, left } = takeFrom(pool, by, own);
      pieces.set(holder, merged([...own, ...taken]));
      pool = left;
    }
  return [...pieces]
    .flatMap(([holder, held]) =>
      typeof holder === "string" ? held.map(({ from, to }) => [holder, from, to] as const) : [],
    )
    .sort((a, b) => a[1] - b[1]);
}

function checkWeights(weights: readonly Weight[]): void {
  let sum = 0;
  for (const [variant, buckets] of weights) {
    if (!Number.isSafeInteger(buckets) || buckets < 0 || buckets > BUCKETS)
      throw new RangeError(`The weight of ${JSON.stringify(variant)} is no integer from 0 to ${BUCKETS}: ${buckets}.`);
    sum += buckets;
  }
  if (sum > BUCKETS) throw new RangeError(`The weights add up to ${sum}, more than ${BUCKETS}.`);
  if (new Set(weights.map(([variant]) => variant)).size < weights.length)
    throw new RangeError("A variant has two weights.");
}

function holdings(previous: Ranges): Map<Holder, readonly Piece[]> {
  const pieces = new Map<Holder, readonly Piece[]>();
  const free: Piece[] = [];
  let end = 0;
  for (const [variant, from, to] of previous.filter(([, from, to]) => from < to).sort((a, b) => a[1] - b[1])) {
    if (from < end) throw new RangeError(`Two previous ranges hold the bucket ${from}.`);
    if (from > end) free.push({ from: end, to: from });
    pieces.set(variant, merged([...(pieces.get(variant) ?? []), { from, to }]));
    end = to;
  }
  if (end < BUCKETS) free.push({ from: end, to: BUCKETS });
  return pieces.set(nobody, free);
}

/** The last pieces go first, each at the side where it touches a holder that grows, else at its end. */
function giveUp(
  held: readonly Piece[],
  buckets: number,
  growsAt: (bucket: number) => boolean,
): { readonly kept: readonly Piece[]; readonly given: readonly Piece[] } {
  const kept: Piece[] = [];
  const given: Piece[] = [];
  let missing = buckets;
  for (const piece of held.toReversed()) {
    const size = Math.min(missing, piece.to - piece.from);
    missing -= size;
    const atStart = growsAt(piece.from - 1) || (piece.to === BUCKETS && !growsAt(piece.to));
    const cut = atStart ? piece.from + size : piece.to - size;
    const [low, high] = [
      { from: piece.from, to: cut },
      { from: cut, to: piece.to },
    ];
    given.push(atStart ? low : high);
    kept.push(atStart ? high : low);
  }
  return { kept: merged(kept), given: given.filter(isSome) };
}

/** Pieces that touch what one has come first, then the lowest. */
function takeFrom(
  pool: readonly Piece[],
  buckets: number,
  own: readonly Piece[],
): { readonly taken: readonly Piece[]; readonly left: Piece[] } {
  const touches = (piece: Piece): boolean => own.some(({ from, to }) => piece.from === to || piece.to === from);
  const inTurn = [...pool.filter(touches), ...pool.filter((piece) => !touches(piece))];
  const taken: Piece[] = [];
  const left: Piece[] = [];
  let missing = buckets;
  for (const piece of inTurn) {
    const size = Math.min(missing, piece.to - piece.from);
    missing -= size;
    const fromEnd = own.some(({ from }) => piece.to === from) && !own.some(({ to }) => piece.from === to);
    const cut = fromEnd ? piece.to - size : piece.from + size;
    const [low, high] = [
      { from: piece.from, to: cut },
      { from: cut, to: piece.to },
    ];
    taken.push(fromEnd ? high : low);
    left.push(fromEnd ? low : high);
  }
  return { taken: taken.filter(isSome), left: left.filter(isSome).sort((a, b) => a.from - b.from) };
}

function holderOf(pieces: ReadonlyMap<Holder, readonly Piece[]>, bucket: number): Holder {
  for (const [holder, held] of pieces) if (held.some(({ from, to }) => bucket >= from && bucket < to)) return holder;
  return nobody;
}

function merged(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces.filter(isSome).sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last?.to === piece.from) result[result.length - 1] = { from: last.from, to: piece.to };
    else result.push(piece);
  }
  return result;
}

function isSome({ from, to }: Piece): boolean {
  return from < to;
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The candidate that somebody most likely meant, or `undefined` when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // Long words are compared no further: a distance is quadratic, and nobody mistypes so much.
  if (word.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `Did you mean "region"?`, or what there is to choose from when it is little. */
export function suggestion(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  const near = nearest(word, all);
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`;
  return all.length > 0 && all.length <= 12
    ? `There is ${all.map((each) => JSON.stringify(each)).join(", ")}.`
    : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

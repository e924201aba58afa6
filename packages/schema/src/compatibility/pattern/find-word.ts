import { END } from "./alphabet.ts";
import type { Regex, RegexStore } from "./regex.ts";

/** A set of automaton states that are reached by words of one length, each with how it was reached. */
type Layer = ReadonlyMap<Regex, { readonly from: Regex | undefined; readonly code: number }>;

/**
 * The shortest word of a language whose length, in code points, is in the range; `undefined` when there is none.
 * Lengths are counted along paths: a text of 60,000 characters takes as many steps, not as many states, and while the
 * reached states repeat, none at all.
 */
export function findWord(
  store: RegexStore,
  language: Regex,
  least: number,
  most: number,
  charge: () => void,
): string | undefined {
  const symbols = store.representatives(language);
  const layers: Layer[] = [new Map([[language, { from: undefined, code: 0 }]])];
  // Up to the least length, states may be met again; the sets of them repeat sooner or later.
  const seenLayers = new Map<string, number>();
  let skipped: { readonly start: number; readonly period: number } | undefined;
  let length = 0;
  while (length < least) {
    const layer = layers.at(-1)!;
    if (layer.size === 0) return undefined;
    const key = [...layer.keys()]
      .map((state) => state.id)
      .sort((a, b) => a - b)
      .join(",");
    const before = seenLayers.get(key);
    if (before !== undefined) {
      skipped = { start: before, period: layers.length - 1 - before };
      break;
    }
    seenLayers.set(key, layers.length - 1);
    layers.push(nextLayer(store, layer, symbols, charge));
    length += 1;
  }
  const stored = (at: number): number => {
    if (skipped === undefined || at <= skipped.start) return at;
    return skipped.start + 1 + ((at - skipped.start - 1) % skipped.period);
  };

  const origin = layers[stored(least)]!;
  const visited = new Set<Regex>(origin.keys());
  const tail: Layer[] = [origin];
  for (length = least; length <= most; length += 1) {
    const layer = tail.at(-1)!;
    if (layer.size === 0) return undefined;
    for (const state of layer.keys()) {
      if (!store.after(state, END).nullable) continue;
      const layerAt = (at: number): Layer => (at >= least ? tail[at - least]! : layers[stored(at)]!);
      return spell(layerAt, length, state);
    }
    const next = new Map([...nextLayer(store, layer, symbols, charge)].filter(([state]) => !visited.has(state)));
    for (const state of next.keys()) visited.add(state);
    tail.push(next);
  }
  return undefined;
}

function nextLayer(store: RegexStore, layer: Layer, symbols: readonly number[], charge: () => void): Layer {
  const next = new Map<Regex, { from: Regex; code: number }>();
  for (const state of layer.keys()) {
    charge();
    for (const code of symbols) {
      const target = store.after(state, code);
      if (target !== store.empty && !next.has(target)) next.set(target, { from: state, code });
    }
  }
  return next;
}

function spell(layerAt: (length: number) => Layer, length: number, last: Regex): string {
  const characters: string[] = [];
  let state = last;
  for (let at = length; at > 0; at -= 1) {
    const reached = layerAt(at).get(state)!;
    characters.push(String.fromCodePoint(reached.code));
    state = reached.from!;
  }
  return characters.reverse().join("");
}

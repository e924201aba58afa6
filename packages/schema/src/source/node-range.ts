import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node } from "yaml";

/** Offsets of what the names lead to: start and exclusive end, without the white space and comments that follow. */
export function nodeRange(
  document: Document,
  names: readonly string[],
  part: "key" | "value",
): readonly [start: number, end: number] {
  let node: unknown = document.contents;
  let found = rangeOf(node) ?? [0, 0];
  for (const [index, name] of names.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && nameOf(item.key) === name);
      if (pair === undefined) return found;
      const wantsKey = part === "key" && index === names.length - 1;
      // An empty value has no text of its own: its key is the place to look at.
      const range = wantsKey || isEmpty(pair.value) ? rangeOf(pair.key) : rangeOf(pair.value);
      found = range ?? found;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(name)];
      if (item === undefined) return found;
      found = rangeOf(item) ?? found;
      node = item;
    } else return found;
  }
  return found;
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range == null ? undefined : [range[0], range[1]];
}

function nameOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function isEmpty(node: unknown): boolean {
  return node == null || (isScalar(node) && node.source === "" && node.type === "PLAIN");
}

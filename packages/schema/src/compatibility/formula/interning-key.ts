import { exactKey } from "../exact-json.ts";
import type { ArrayAtom, Formula, NumberAtom, ObjectAtom, StringAtom } from "./formula.ts";

/** A formula that has no `id` yet. */
export type Draft<F> = F extends Formula ? Omit<F, "id"> : never;

export function numberKey(atom: Draft<NumberAtom>): string {
  if ("bound" in atom) return `${atom.kind}${atom.exclusive ? "!" : ""}${atom.bound.toFraction()}`;
  if ("divisor" in atom) return `${atom.kind}${atom.divisor.toFraction()}`;
  return `${atom.kind}${atom.values.map(exactKey).sort().join(",")}`;
}

export function stringKey(atom: Draft<StringAtom>): string {
  if ("length" in atom) return `${atom.kind}${atom.length}`;
  if ("source" in atom) return `${atom.kind}:${atom.source}`;
  if ("name" in atom) return `${atom.kind}:${atom.name}`;
  return `${atom.kind}${JSON.stringify([...atom.values].sort())}`;
}

export function arrayKey(atom: Draft<ArrayAtom>): string {
  const index = "index" in atom ? atom.index : "";
  const count = "count" in atom ? atom.count : "";
  const item = "item" in atom ? atom.item.id : "";
  return `${atom.kind}:${index}:${count}:${item}:${opaqueKey(atom)}`;
}

export function objectKey(atom: Draft<ObjectAtom>): string {
  if ("key" in atom) return `${atom.kind}:${atom.key.id}:${atom.value.id}`;
  return "count" in atom ? `${atom.kind}${atom.count}` : `object${opaqueKey(atom)}`;
}

function opaqueKey(atom: object): string {
  return "identity" in atom && "negative" in atom ? `opaque:${atom.negative}:${atom.identity}` : "";
}

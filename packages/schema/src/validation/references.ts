import type { Condition } from "@flagwright/runtime";
import { attributeName } from "./surroundings.ts";

/** What a condition reads, by itself. */
export interface References {
  readonly attributes: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
}

export function conditionReferences(...conditions: readonly Condition[]): References {
  const attributes = new Set<string>();
  const segments = new Set<string>();
  const flags = new Set<string>();
  const open = [...conditions];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ("all" in next) open.push(...next.all);
    else if ("any" in next) open.push(...next.any);
    else if ("not" in next) open.push(next.not);
    else if ("segment" in next) segments.add(next.segment);
    else if ("flag" in next) flags.add(next.flag);
    else if ("bucket" in next) {
      for (const name of next.bucket.by) attributes.add(name);
      if (next.bucket.fallbackBy !== undefined) attributes.add(next.bucket.fallbackBy);
    } else attributes.add(attributeName(next.attribute));
  }
  return { attributes, segments, flags };
}

/** Every attribute that a segment reads, those of the segments inside included. `include` and `exclude` are keys. */
export function segmentAttributes(
  key: string,
  segments: ReadonlyMap<
    string,
    { readonly when?: Condition; readonly include?: readonly string[]; readonly exclude?: readonly string[] }
  >,
): ReadonlySet<string> {
  const attributes = new Set<string>();
  const seen = new Set([key]);
  for (const each of seen) {
    const segment = segments.get(each);
    if ((segment?.include?.length ?? 0) + (segment?.exclude?.length ?? 0) > 0) attributes.add("targetingKey");
    if (segment?.when === undefined) continue;
    const read = conditionReferences(segment.when);
    for (const name of read.attributes) attributes.add(name);
    for (const inner of read.segments) seen.add(inner);
  }
  return attributes;
}

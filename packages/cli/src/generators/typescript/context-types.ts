import type { FlagDefinition } from "@flagwright/schema";
import { keyword, union, type Member, type TypeNode } from "./type-node.ts";

export interface ContextAttribute {
  readonly type: TypeNode;
  readonly doc: readonly string[];
}

/** OpenFeature's name for whom a flag is asked; always a string. */
const TARGETING_KEY = "targetingKey";

/**
 * What a caller passes to read a flag: the attributes its rules may read, and the one it buckets by. An optional
 * attribute may also be passed as `undefined`, since callers pass on what they have. Flags that read the same share it.
 */
export function contextTypes(
  attributes: ReadonlyMap<string, ContextAttribute>,
): (flag: Pick<FlagDefinition, "context" | "bucketBy">) => readonly Member[] {
  const known = new Map<string, readonly Member[]>();
  return (flag) => {
    const key = JSON.stringify([flag.context.required, flag.context.optional, flag.bucketBy]);
    const members = known.get(key) ?? contextMembers(flag, attributes);
    known.set(key, members);
    return members;
  };
}

function contextMembers(
  { context, bucketBy }: Pick<FlagDefinition, "context" | "bucketBy">,
  attributes: ReadonlyMap<string, ContextAttribute>,
): readonly Member[] {
  const required = new Set(context.required);
  if (bucketBy !== null) required.add(bucketBy);
  const optional = context.optional.filter((name) => !required.has(name));
  const names = [...required, ...optional].sort((a, b) => rank(a) - rank(b));
  return names.map((name) => {
    const attribute = name === TARGETING_KEY ? SUBJECT : (attributes.get(name) ?? UNDECLARED);
    return {
      name,
      optional: !required.has(name),
      type: required.has(name) ? attribute.type : union([attribute.type, keyword("undefined")]),
      doc: attribute.doc,
    };
  });
}

const SUBJECT: ContextAttribute = { type: keyword("string"), doc: [] };
const UNDECLARED: ContextAttribute = { type: keyword("unknown"), doc: [] };

function rank(name: string): number {
  return name === TARGETING_KEY ? 0 : 1;
}

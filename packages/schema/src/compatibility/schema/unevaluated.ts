import { isExactArray, isExactObject } from "../exact-json.ts";
import type { Formula } from "../formula/formula.ts";
import { ARRAY, OBJECT } from "../formula/type-mask.ts";
import { itemKeywords } from "./array-keywords.ts";
import { declaredKeys } from "./object-keywords.ts";
import type { SchemaAt } from "./resources.ts";
import type { SchemaView } from "./schema-reader.ts";

/** Each case doubles with an `anyOf` branch; beyond this many we give up. */
const maximumCases = 256;

/**
 * One way to be valid, and what is evaluated then. Among the cases that hold for a value is one that names all that is
 * evaluated, so `unevaluated*` holds when it holds in some case. That makes it static.
 */
interface Case {
  readonly condition: Formula;
  readonly keys: Formula;
  /** Items below this index are evaluated, and so are all that satisfy `items`. */
  readonly prefix: number;
  readonly items: Formula;
}

class TooManyCases extends Error {}

export function readUnevaluatedProperties(view: SchemaView): Formula[] {
  const unevaluated = view.schema.get("unevaluatedProperties");
  if (unevaluated === undefined || view.at.resource.dialect === "draft-07") return [];
  const { store } = view;
  const value = view.child(unevaluated, "unevaluatedProperties");
  const remaining = ({ condition, keys }: Case): Formula =>
    store.and([condition, store.object({ kind: "allKeys", key: store.negate(keys), value })]);
  return [overCases(view, "unevaluatedProperties", OBJECT, remaining)];
}

export function readUnevaluatedItems(view: SchemaView): Formula[] {
  const unevaluated = view.schema.get("unevaluatedItems");
  if (unevaluated === undefined || view.at.resource.dialect === "draft-07") return [];
  const { store } = view;
  const item = view.child(unevaluated, "unevaluatedItems");
  const remaining = ({ condition, prefix, items }: Case): Formula => {
    if (prefix === Infinity) return condition;
    return store.and([condition, store.array({ kind: "itemsFrom", index: prefix, item: store.or([items, item]) })]);
  };
  return [overCases(view, "unevaluatedItems", ARRAY, remaining)];
}

function overCases(
  view: SchemaView,
  keyword: string,
  type: typeof ARRAY | typeof OBJECT,
  remaining: (each: Case) => Formula,
): Formula {
  try {
    return view.store.or(casesOf(view, new Set([view.at.schema]), keyword).map(remaining));
  } catch (error) {
    if (!(error instanceof TooManyCases)) throw error;
    const path = `${view.at.pointer}/${keyword}`;
    return view.store.opaque(type, `${view.document}${path} ${view.scope.key}`, {
      path,
      why: `What is evaluated beside it depends on more than ${maximumCases} combinations of branches.`,
      rewrite: "List the properties in one place and use additionalProperties, or use oneOf in place of anyOf.",
    });
  }
}

/** `outermost` is the keyword whose neighbours we look at; inside, `unevaluated*` evaluates everything. */
function casesOf(view: SchemaView, path: ReadonlySet<unknown>, outermost?: string): readonly Case[] {
  const { store, schema, reader, scope } = view;
  const inside = (at: SchemaAt): readonly Case[] => {
    if (!isExactObject(at.schema) || path.has(at.schema)) return [nothing(view)];
    return casesOf(reader.view(at, scope.enter(at.resource)), new Set([...path, at.schema]));
  };
  const holds = (at: SchemaAt): Formula => reader.read(at, scope);
  const listed = (keyword: string): readonly SchemaAt[] => {
    const list = schema.get(keyword);
    return isExactArray(list) ? list.map((each, index) => reader.childAt(view.at, each, keyword, index)) : [];
  };
  const single = (keyword: string): SchemaAt | undefined => {
    const value = schema.get(keyword);
    return value === undefined ? undefined : reader.childAt(view.at, value, keyword);
  };

  let cases: readonly Case[] = [own(view, outermost)];
  const join = (alternatives: readonly Case[]): void => {
    cases = product(view, cases, alternatives);
  };
  for (const target of reader.referred(view)) join(inside(target));
  for (const branch of listed("allOf")) join(inside(branch));
  for (const branch of listed("anyOf")) join([nothing(view), ...under(view, holds(branch), inside(branch))]);
  const oneOf = listed("oneOf").flatMap((branch) => under(view, holds(branch), inside(branch)));
  if (oneOf.length > 0) join(oneOf);
  const condition = single("if");
  if (condition !== undefined) {
    const consequent = single("then");
    const alternative = single("else");
    const met = product(view, inside(condition), consequent === undefined ? [nothing(view)] : inside(consequent));
    const unmet = alternative === undefined ? [nothing(view)] : inside(alternative);
    join([...under(view, holds(condition), met), ...under(view, store.negate(holds(condition)), unmet)]);
  }
  for (const keyword of ["dependentSchemas", "dependencies"]) {
    const dependencies = schema.get(keyword);
    if (!isExactObject(dependencies)) continue;
    for (const [name, value] of dependencies) {
      if (isExactArray(value)) continue;
      // Only in an object: what is no object has no members, and so fulfils every "required".
      const present = store.and([store.types(OBJECT), store.required(name)]);
      join([nothing(view), ...under(view, present, inside(reader.childAt(view.at, value, keyword, name)))]);
    }
  }
  return cases;
}

/** What the keywords of this very schema evaluate. */
function own(view: SchemaView, outermost: string | undefined): Case {
  const { store, schema, at } = view;
  const evaluates = (keyword: string): boolean => keyword !== outermost && schema.has(keyword);
  const allKeys = evaluates("additionalProperties") || evaluates("unevaluatedProperties");
  const { prefix, rest } = itemKeywords(view);
  const allItems = rest !== undefined || evaluates("unevaluatedItems");
  const contains = at.resource.dialect === "2020-12" ? schema.get("contains") : undefined;
  return {
    condition: store.true,
    keys: allKeys ? store.true : declaredKeys(view),
    prefix: allItems ? Infinity : prefix.length,
    items: contains === undefined ? store.false : view.child(contains, "contains"),
  };
}

function nothing(view: SchemaView): Case {
  return { condition: view.store.true, keys: view.store.false, prefix: 0, items: view.store.false };
}

function under({ store }: SchemaView, condition: Formula, cases: readonly Case[]): Case[] {
  return cases.map((each) => ({ ...each, condition: store.and([condition, each.condition]) }));
}

function product({ store }: SchemaView, left: readonly Case[], right: readonly Case[]): readonly Case[] {
  const found = new Map<string, Case>();
  for (const a of left) {
    for (const b of right) {
      const both: Case = {
        condition: store.and([a.condition, b.condition]),
        keys: store.or([a.keys, b.keys]),
        prefix: Math.max(a.prefix, b.prefix),
        items: store.or([a.items, b.items]),
      };
      if (both.condition === store.false) continue;
      found.set(`${both.condition.id} ${both.keys.id} ${both.prefix} ${both.items.id}`, both);
    }
  }
  if (found.size > maximumCases) throw new TooManyCases();
  return [...found.values()];
}

import type { Formula, RefTarget } from "../formula/formula.ts";
import type { FormulaStore } from "../formula/formula-store.ts";
import { isExactArray, isExactObject, type Exact, type ExactObject } from "../exact-json.ts";
import { SchemaError } from "../schema-error.ts";
import { readArrayKeywords } from "./array-keywords.ts";
import { escapePointer } from "./keywords.ts";
import { readObjectKeywords } from "./object-keywords.ts";
import type { Resources, SchemaAt } from "./resources.ts";
import { readScalarKeywords } from "./scalar-keywords.ts";
import { Scope } from "./scope.ts";
import { readUnevaluatedItems, readUnevaluatedProperties } from "./unevaluated.ts";

export interface ReadOptions {
  /** Whether `format` refuses values. Default `false`: it is an annotation. */
  readonly formatAssertion?: boolean;
}

/** A schema object that is being read: its keywords, and how to read what is inside it. */
export interface SchemaView {
  readonly store: FormulaStore;
  readonly options: ReadOptions;
  readonly schema: ExactObject;
  readonly at: SchemaAt;
  readonly scope: Scope;
  /** Differs between the two schemas of a comparison. */
  readonly document: string;
  readonly reader: SchemaReader;
  readonly child: (schema: Exact, ...path: readonly (string | number)[]) => Formula;
}

/** Deeper than this, schemas are read later, so that a chain of a thousand references does not exhaust the stack. */
const maximumDepth = 150;

interface Memo {
  formula?: Formula;
  target?: RefTarget;
}

/** Reads the schemas of one document into formulas. */
export class SchemaReader {
  readonly store: FormulaStore;
  readonly resources: Resources;
  readonly #document: string;
  readonly #options: ReadOptions;
  readonly #memo = new Map<ExactObject, Map<string, Memo>>();
  readonly #targets = new Set<RefTarget>();
  readonly #postponed: (() => void)[] = [];
  #depth = 0;

  constructor(store: FormulaStore, resources: Resources, document: string, options: ReadOptions) {
    this.store = store;
    this.resources = resources;
    this.#document = document;
    this.#options = options;
  }

  /** Throws `SchemaError` when a reference leads nowhere or to itself. */
  readRoot(): Formula {
    const formula = this.read(this.resources.root, Scope.empty);
    for (let next = this.#postponed.pop(); next !== undefined; next = this.#postponed.pop()) next();
    for (const target of this.#targets) this.#refuseEmptyCycle(target);
    return formula;
  }

  read(at: SchemaAt, outer: Scope): Formula {
    if (typeof at.schema === "boolean") return at.schema ? this.store.true : this.store.false;
    if (!isExactObject(at.schema)) throw new SchemaError(at.pointer, "A schema must be an object or a boolean");
    const scope = outer.enter(at.resource);
    const memo = this.#memoOf(at.schema, scope);
    if (memo.formula !== undefined) return memo.formula;
    if (memo.target !== undefined) {
      this.#targets.add(memo.target);
      return this.store.ref(memo.target);
    }
    const target: RefTarget = { name: `${this.#document}${at.pointer}` };
    memo.target = target;
    const complete = (): Formula => {
      this.#depth += 1;
      const formula = this.#readKeywords(this.view(at, scope));
      this.#depth -= 1;
      target.body = formula;
      memo.formula = formula;
      return formula;
    };
    if (this.#depth < maximumDepth) return complete();
    this.#postponed.push(complete);
    this.#targets.add(target);
    return this.store.ref(target);
  }

  view(at: SchemaAt, scope: Scope): SchemaView {
    return {
      store: this.store,
      options: this.#options,
      schema: at.schema as ExactObject,
      at,
      scope,
      document: this.#document,
      reader: this,
      child: (schema, ...path) => this.read(this.childAt(at, schema, ...path), scope),
    };
  }

  childAt(at: SchemaAt, schema: Exact, ...path: readonly (string | number)[]): SchemaAt {
    const pointer = at.pointer + path.map((token) => `/${escapePointer(String(token))}`).join("");
    return this.resources.at(schema, pointer, at);
  }

  /** The schemas that `$ref` and its kin lead to; they apply to the same value. */
  referred(view: SchemaView): readonly SchemaAt[] {
    const { schema, at, scope } = view;
    const found: SchemaAt[] = [];
    const ref = schema.get("$ref");
    if (typeof ref === "string") found.push(this.resources.resolve(ref, at));
    const dynamic = at.resource.dialect === "2020-12" ? schema.get("$dynamicRef") : undefined;
    if (typeof dynamic === "string") {
      const target = this.resources.resolve(dynamic, at);
      const name = dynamic.slice(dynamic.indexOf("#") + 1);
      const isDynamic = target.resource.dynamicAnchors.get(name)?.schema === target.schema;
      found.push((isDynamic ? scope.outermost(name) : undefined) ?? target);
    }
    const recursive = at.resource.dialect === "2019-09" ? schema.get("$recursiveRef") : undefined;
    if (typeof recursive === "string") {
      const target = this.resources.resolve(recursive, at);
      const isRecursive = target.resource.dynamicAnchors.get("")?.schema === target.schema;
      found.push((isRecursive ? scope.outermost("") : undefined) ?? target);
    }
    return found;
  }

  #readKeywords(view: SchemaView): Formula {
    const references = this.referred(view).map((target) => this.read(target, view.scope));
    if (view.at.resource.dialect === "draft-07" && references.length > 0) return this.store.and(references);
    return this.store.and([
      ...references,
      ...readScalarKeywords(view),
      ...readArrayKeywords(view),
      ...readObjectKeywords(view),
      ...this.#readCombinations(view),
      ...readUnevaluatedItems(view),
      ...readUnevaluatedProperties(view),
    ]);
  }

  #readCombinations(view: SchemaView): Formula[] {
    const { schema, store, child } = view;
    const list = (keyword: string): Formula[] | undefined => {
      const value = schema.get(keyword);
      return isExactArray(value) ? value.map((each, index) => child(each, keyword, index)) : undefined;
    };
    const single = (keyword: string): Formula | undefined => {
      const value = schema.get(keyword);
      return value === undefined ? undefined : child(value, keyword);
    };
    const parts = list("allOf") ?? [];
    const anyOf = list("anyOf");
    if (anyOf !== undefined) parts.push(store.or(anyOf));
    const oneOf = list("oneOf");
    if (oneOf !== undefined) parts.push(store.exactlyOne(oneOf));
    const not = single("not");
    if (not !== undefined) parts.push(store.negate(not));
    const condition = single("if");
    if (condition !== undefined) {
      parts.push(store.or([store.negate(condition), single("then") ?? store.true]));
      parts.push(store.or([condition, single("else") ?? store.true]));
    }
    return parts;
  }

  #memoOf(schema: ExactObject, scope: Scope): Memo {
    let byScope = this.#memo.get(schema);
    if (byScope === undefined) this.#memo.set(schema, (byScope = new Map<string, Memo>()));
    let memo = byScope.get(scope.key);
    if (memo === undefined) byScope.set(scope.key, (memo = {}));
    return memo;
  }

  /** `{"$ref": "#"}` says nothing, and sends validators round in circles. */
  #refuseEmptyCycle(target: RefTarget): void {
    const seen = new Set<number>();
    const visit = (formula: Formula): void => {
      if (seen.has(formula.id)) return;
      seen.add(formula.id);
      if (formula.kind === "ref") {
        if (formula.target === target) throw new SchemaError("", `The schema at ${target.name} refers to itself`);
        visit(formula.target.body ?? this.store.true);
      } else if ("parts" in formula) {
        formula.parts.forEach(visit);
      }
    };
    visit(target.body ?? this.store.true);
  }
}

import type { Fraction } from "fraction.js";
import { isExactArray, isExactObject, type Exact } from "../exact-json.ts";
import type { UnknownReason } from "../verdict.ts";
import { arrayKey, numberKey, objectKey, stringKey, type Draft } from "./interning-key.ts";
import type { ArrayAtom, Atom, Formula, NumberAtom, ObjectAtom, RefTarget, StringAtom } from "./formula.ts";
import {
  ALL_TYPES,
  ARRAY,
  FALSE,
  NO_TYPE,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  TRUE,
  type SingleType,
  type TypeMask,
} from "./type-mask.ts";

/** Makes and interns the formulas of one comparison, simplified as far as costs nothing. */
export class FormulaStore {
  readonly #interned = new Map<string, Formula>();
  readonly #negations: (Formula | undefined)[] = [];
  readonly #duals: (Formula | undefined)[] = [];
  readonly #restricted = new Map<SingleType, (Formula | undefined)[]>();
  readonly #targetIds = new Map<RefTarget, number>();
  #nextId = 0;

  readonly true: Formula;
  readonly false: Formula;

  constructor() {
    this.true = this.types(ALL_TYPES);
    this.false = this.types(NO_TYPE);
  }

  types(mask: TypeMask): Formula {
    return this.#intern(`t${mask}`, { kind: "types", mask });
  }

  and(parts: Iterable<Formula>): Formula {
    let mask = ALL_TYPES;
    const flat = new Map<number, Formula>();
    const add = (part: Formula): void => {
      if (part.kind === "types") mask &= part.mask;
      else if (part.kind === "and") part.parts.forEach(add);
      else flat.set(part.id, part);
    };
    for (const part of parts) add(part);
    if (mask === NO_TYPE || this.#hasOpposites(flat)) return this.false;
    if (mask !== ALL_TYPES) {
      const types = this.types(mask);
      flat.set(types.id, types);
    }
    if (flat.size === 0) return this.true;
    const sorted = sortById(flat);
    return sorted.length === 1 ? sorted[0]! : this.#intern(`&${idsOf(sorted)}`, { kind: "and", parts: sorted });
  }

  or(parts: Iterable<Formula>): Formula {
    let mask = NO_TYPE;
    const flat = new Map<number, Formula>();
    const add = (part: Formula): void => {
      if (part.kind === "types") mask |= part.mask;
      else if (part.kind === "or") part.parts.forEach(add);
      else flat.set(part.id, part);
    };
    for (const part of parts) add(part);
    if (mask === ALL_TYPES || this.#hasOpposites(flat)) return this.true;
    if (mask !== NO_TYPE) {
      const types = this.types(mask);
      flat.set(types.id, types);
    }
    if (flat.size === 0) return this.false;
    const sorted = sortById(flat);
    return sorted.length === 1 ? sorted[0]! : this.#intern(`|${idsOf(sorted)}`, { kind: "or", parts: sorted });
  }

  exactlyOne(parts: readonly Formula[], negative = false): Formula {
    const possible = parts.filter((part) => part !== this.false);
    if (possible.length === 0) return negative ? this.true : this.false;
    if (possible.length === 1) return negative ? this.negate(possible[0]!) : possible[0]!;
    const sorted = [...possible].sort((a, b) => a.id - b.id);
    return this.#intern(`x${negative}:${idsOf(sorted)}`, { kind: "exactlyOne", parts: sorted, negative });
  }

  ref(target: RefTarget, negative = false): Formula {
    let id = this.#targetIds.get(target);
    if (id === undefined) {
      id = this.#targetIds.size;
      this.#targetIds.set(target, id);
    }
    return this.#intern(`r${negative}:${id}`, { kind: "ref", target, negative });
  }

  number(atom: object): Formula {
    const draft = { ...atom, type: NUMBER } as Draft<NumberAtom>;
    return this.#intern(numberKey(draft), draft);
  }

  numberIn(values: readonly Fraction[]): Formula {
    return values.length === 0 ? this.types(ALL_TYPES & ~NUMBER) : this.number({ kind: "numberIn", values });
  }

  string(atom: object): Formula {
    const draft = { ...atom, type: STRING } as Draft<StringAtom>;
    if (draft.kind === "minLength" && draft.length <= 0) return this.true;
    if (draft.kind === "maxLength" && draft.length === Infinity) return this.true;
    if (draft.kind === "maxLength" && draft.length < 0) return this.types(ALL_TYPES & ~STRING);
    return this.#intern(stringKey(draft), draft);
  }

  stringIn(values: Iterable<string>): Formula {
    const set = new Set(values);
    return set.size === 0 ? this.types(ALL_TYPES & ~STRING) : this.string({ kind: "stringIn", values: set });
  }

  array(atom: object): Formula {
    const draft = { ...atom, type: ARRAY } as Draft<ArrayAtom>;
    const never = this.types(ALL_TYPES & ~ARRAY);
    switch (draft.kind) {
      case "minItems":
        if (draft.count <= 0) return this.true;
        break;
      case "maxItems":
        if (draft.count === Infinity) return this.true;
        if (draft.count < 0) return never;
        break;
      case "itemAt":
        if (draft.item === this.true) return this.true;
        break;
      case "itemsFrom":
        if (draft.item === this.true) return this.true;
        if (draft.item === this.false) return this.array({ kind: "maxItems", count: draft.index });
        break;
      case "someItemFrom":
        if (draft.item === this.false) return never;
        if (draft.item === this.true) return this.array({ kind: "minItems", count: draft.index + 1 });
        break;
      case "containsAtLeast":
        if (draft.count <= 0) return this.true;
        if (draft.item === this.false) return never;
        if (draft.item === this.true) return this.array({ kind: "minItems", count: draft.count });
        break;
      case "containsAtMost":
        if (draft.count < 0) return never;
        if (draft.count === Infinity || draft.item === this.false) return this.true;
        if (draft.item === this.true) return this.array({ kind: "maxItems", count: draft.count });
        break;
      default:
        break;
    }
    return this.#intern(arrayKey(draft), draft);
  }

  object(atom: object): Formula {
    const draft = { ...atom, type: OBJECT } as Draft<ObjectAtom>;
    const never = this.types(ALL_TYPES & ~OBJECT);
    switch (draft.kind) {
      case "minProperties":
        if (draft.count <= 0) return this.true;
        break;
      case "maxProperties":
        if (draft.count === Infinity) return this.true;
        if (draft.count < 0) return never;
        break;
      case "allKeys":
        if (draft.value === this.true || draft.key === this.false) return this.true;
        break;
      case "someKey":
        if (draft.value === this.false || draft.key === this.false) return never;
        break;
      default:
        break;
    }
    return this.#intern(objectKey(draft), draft);
  }

  /** Holds for every object whose keys among these satisfy the formula. */
  property(name: string, value: Formula): Formula {
    return this.object({ kind: "allKeys", key: this.stringIn([name]), value });
  }

  required(name: string): Formula {
    return this.object({ kind: "someKey", key: this.stringIn([name]), value: this.true });
  }

  /** `identity` tells one such atom from another: two of them are never taken for the same. */
  opaque(type: typeof ARRAY | typeof OBJECT, identity: string, reason: UnknownReason, negative = false): Formula {
    const atom = { kind: "opaque", identity, negative, reason };
    return type === ARRAY ? this.array(atom) : this.object(atom);
  }

  /** Holds for exactly this value. */
  constant(value: Exact): Formula {
    if (value === null) return this.types(NULL);
    if (typeof value === "boolean") return this.types(value ? TRUE : FALSE);
    if (typeof value === "string") return this.and([this.types(STRING), this.stringIn([value])]);
    if (isExactArray(value)) {
      const items = value.map((item, index) => this.array({ kind: "itemAt", index, item: this.constant(item) }));
      const least = this.array({ kind: "minItems", count: value.length });
      const most = this.array({ kind: "maxItems", count: value.length });
      return this.and([this.types(ARRAY), least, most, ...items]);
    }
    if (isExactObject(value)) {
      const members = [...value].map(([name, member]) =>
        this.object({ kind: "someKey", key: this.stringIn([name]), value: this.constant(member) }),
      );
      return this.and([this.types(OBJECT), this.object({ kind: "maxProperties", count: value.size }), ...members]);
    }
    return this.and([this.types(NUMBER), this.numberIn([value])]);
  }

  /** Holds for exactly the values for which the formula does not. */
  negate(formula: Formula): Formula {
    const known = this.#negations[formula.id];
    if (known !== undefined) return known;
    const negation = this.#negation(formula);
    this.#negations[formula.id] = negation;
    this.#negations[negation.id] ??= formula;
    return negation;
  }

  /** The negation, if anyone has asked for it before. */
  knownNegation(formula: Formula): Formula | undefined {
    return this.#negations[formula.id];
  }

  /** For values of one type, says the same with that type's atoms only; cycles and `exactlyOne` stay closed. */
  restrict(formula: Formula, type: SingleType): Formula {
    let memo = this.#restricted.get(type);
    if (memo === undefined) {
      memo = [];
      this.#restricted.set(type, memo);
    }
    let restricted = memo[formula.id];
    if (restricted === undefined) {
      restricted = this.#restrict(formula, type);
      memo[formula.id] = restricted;
    }
    return restricted;
  }

  /** The other values of the atom's type. */
  dual(atom: Atom): Formula {
    return (this.#duals[atom.id] ??= this.#dual(atom));
  }

  #dual(atom: Atom): Formula {
    switch (atom.kind) {
      case "lower":
      case "upper":
        return this.number({
          kind: atom.kind === "lower" ? "upper" : "lower",
          bound: atom.bound,
          exclusive: !atom.exclusive,
        });
      case "multipleOf":
      case "notMultipleOf":
        return this.number({ ...atom, kind: atom.kind === "multipleOf" ? "notMultipleOf" : "multipleOf" });
      case "numberIn":
      case "numberNotIn":
        return this.number({ ...atom, kind: atom.kind === "numberIn" ? "numberNotIn" : "numberIn" });
      case "minLength":
        return this.string({ kind: "maxLength", length: atom.length - 1 });
      case "maxLength":
        return this.string({ kind: "minLength", length: atom.length + 1 });
      case "pattern":
      case "notPattern":
        return this.string({ ...atom, kind: atom.kind === "pattern" ? "notPattern" : "pattern" });
      case "stringIn":
      case "stringNotIn":
        return this.string({ ...atom, kind: atom.kind === "stringIn" ? "stringNotIn" : "stringIn" });
      case "format":
      case "notFormat":
        return this.string({ ...atom, kind: atom.kind === "format" ? "notFormat" : "format" });
      case "minItems":
        return this.array({ kind: "maxItems", count: atom.count - 1 });
      case "maxItems":
        return this.array({ kind: "minItems", count: atom.count + 1 });
      case "itemAt":
        return this.and([
          this.array({ kind: "minItems", count: atom.index + 1 }),
          this.array({ ...atom, item: this.negate(atom.item) }),
        ]);
      case "itemsFrom":
      case "someItemFrom":
        return this.array({
          kind: atom.kind === "itemsFrom" ? "someItemFrom" : "itemsFrom",
          index: atom.index,
          item: this.negate(atom.item),
        });
      case "containsAtLeast":
        return this.array({ kind: "containsAtMost", item: atom.item, count: atom.count - 1 });
      case "containsAtMost":
        return this.array({ kind: "containsAtLeast", item: atom.item, count: atom.count + 1 });
      case "unique":
      case "notUnique":
        return this.array({ kind: atom.kind === "unique" ? "notUnique" : "unique" });
      case "minProperties":
        return this.object({ kind: "maxProperties", count: atom.count - 1 });
      case "maxProperties":
        return this.object({ kind: "minProperties", count: atom.count + 1 });
      case "allKeys":
      case "someKey":
        return this.object({
          kind: atom.kind === "allKeys" ? "someKey" : "allKeys",
          key: atom.key,
          value: this.negate(atom.value),
        });
      case "opaque":
        return this.opaque(atom.type, atom.identity, atom.reason, !atom.negative);
    }
  }

  #negation(formula: Formula): Formula {
    switch (formula.kind) {
      case "types":
        return this.types(ALL_TYPES & ~formula.mask);
      case "and":
        return this.or(formula.parts.map((part) => this.negate(part)));
      case "or":
        return this.and(formula.parts.map((part) => this.negate(part)));
      case "ref":
        return this.ref(formula.target, !formula.negative);
      case "exactlyOne":
        return this.exactlyOne(formula.parts, !formula.negative);
      default:
        return this.and([this.types(formula.type), this.dual(formula)]);
    }
  }

  #restrict(formula: Formula, type: SingleType): Formula {
    switch (formula.kind) {
      case "types":
        return (formula.mask & type) === 0 ? this.false : this.true;
      case "and":
        return this.and(formula.parts.map((part) => this.restrict(part, type)));
      case "or":
        return this.or(formula.parts.map((part) => this.restrict(part, type)));
      case "ref":
        return formula;
      case "exactlyOne":
        return this.exactlyOne(
          formula.parts.map((part) => this.restrict(part, type)),
          formula.negative,
        );
      default:
        return formula.type === type ? formula : this.true;
    }
  }

  #hasOpposites(formulas: ReadonlyMap<number, Formula>): boolean {
    for (const id of formulas.keys()) {
      const negation = this.#negations[id];
      if (negation !== undefined && formulas.has(negation.id)) return true;
    }
    return false;
  }

  #intern(key: string, draft: Draft<Formula>): Formula {
    let formula = this.#interned.get(key);
    if (formula === undefined) {
      formula = { ...draft, id: this.#nextId } as Formula;
      this.#nextId += 1;
      this.#interned.set(key, formula);
    }
    return formula;
  }
}

function sortById(formulas: ReadonlyMap<number, Formula>): Formula[] {
  return [...formulas.values()].sort((a, b) => a.id - b.id);
}

function idsOf(formulas: readonly Formula[]): string {
  return formulas.map((each) => each.id).join(",");
}

import { Fraction } from "fraction.js";
import { isExactArray, isExactObject, type Exact } from "./exact-json.ts";

/** Each simplification is tested against both schemas, so their number is limited. */
const maximumAttempts = 300;

/** Makes a witness smaller and plainer while it stays one. */
export function shrink(witness: Exact, isWitness: (value: Exact) => boolean): Exact {
  let attempts = 0;
  let current = witness;
  for (let improved = true; improved;) {
    improved = false;
    for (const simpler of simplifications(current)) {
      attempts += 1;
      if (attempts > maximumAttempts) return current;
      if (!isWitness(simpler)) continue;
      current = simpler;
      improved = true;
      break;
    }
  }
  return current;
}

function* simplifications(value: Exact): Iterable<Exact> {
  if (isExactObject(value)) {
    for (const name of value.keys()) yield new Map([...value].filter(([other]) => other !== name));
    for (const [name, member] of value) {
      for (const simpler of simplifications(member)) yield new Map(value).set(name, simpler);
    }
  } else if (isExactArray(value)) {
    for (let index = value.length - 1; index >= 0; index -= 1) yield value.toSpliced(index, 1);
    for (const [index, item] of value.entries()) {
      for (const simpler of simplifications(item)) yield value.with(index, simpler);
    }
  } else if (value instanceof Fraction) {
    for (const simple of [0, 1]) if (value.abs().compare(simple) > 0) yield new Fraction(simple);
  } else if (typeof value === "string" && value.length > 1) {
    yield "";
    yield "a";
  }
}

import { MAX_EXPANDED_CONDITIONS } from "../../snapshot/limits.ts";
import type { Condition, Prerequisite } from "../../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import { bucketing } from "./bucket.ts";
import { compileOperator } from "../operators/compile-operator.ts";
import type { OperatorEnvironment } from "../operators/operator.ts";
import { Unreadable } from "../unreadable.ts";
import type { Test } from "./answer.ts";

/** What conditions refer to, and how many of them there are. */
export interface References {
  /** Keys of flags, as often as they are asked for. */
  readonly links: string[];
  conditions: number;
}

/** What compiling may look up, and where it notes what it refers to. */
export interface Scope extends References {
  readonly environment: OperatorEnvironment;
  segment(key: string, scope: Scope): Test;
  flag(prerequisite: Prerequisite, scope: Scope): Test;
}

export function compileCondition(condition: Condition, scope: Scope): Test {
  // Conditions with those of segments written out may be many more than a snapshot has.
  if (++scope.conditions > MAX_EXPANDED_CONDITIONS) throw new Unreadable("It depends on too much, or on itself.");
  const compiled = (parts: readonly Condition[]): readonly Test[] => parts.map((part) => compileCondition(part, scope));
  if ("all" in condition) {
    const tests = compiled(condition.all);
    return (context, at) => tests.every((test) => test(context, at));
  }
  if ("any" in condition) {
    const tests = compiled(condition.any);
    return (context, at) => tests.some((test) => test(context, at));
  }
  if ("not" in condition) {
    const test = compileCondition(condition.not, scope);
    return (context, at) => !test(context, at);
  }
  if ("operator" in condition) {
    const read = attributeReader(condition.attribute);
    const test = compileOperator(condition.operator, condition.value, scope.environment);
    return (context, at) => test(read(context), at);
  }
  if ("segment" in condition) return scope.segment(condition.segment, scope);
  if ("flag" in condition) return scope.flag(condition, scope);
  if ("bucket" in condition) {
    const { by, fallbackBy, salt, from, to } = condition.bucket;
    const bucket = bucketing(by, fallbackBy, salt);
    return (context) => {
      const place = bucket(context);
      return place !== undefined && place >= from && place < to;
    };
  }
  throw new Unreadable("Unknown kind.");
}

import type { BucketCondition, Condition, Prerequisite, Segment } from "../../snapshot/model.ts";
import { attributeReader } from "../attribute.ts";
import { bucketing, NO_BUCKET } from "../bucket.ts";
import type { CompiledSnapshot } from "../compiled-snapshot.ts";
import type { EvaluationContext } from "../details.ts";
import { compileOperator } from "../operators/compile-operator.ts";
import type { OperatorEnvironment } from "../operators/operator.ts";
import type { CompiledEntry } from "../scope.ts";
import { type ExplanationStep, step, type StepKind } from "./explanation.ts";
import { attributeWords, operatorWords, valueWords } from "./words.ts";

/** What an explanation is about. */
export interface Asked {
  readonly compiled: CompiledSnapshot;
  readonly environment: OperatorEnvironment;
  readonly context: EvaluationContext;
  readonly at: number;
}

/** Whether a condition holds, and why: parts are asked in order, and no more of them than it takes. */
export function explainCondition(condition: Condition, asked: Asked): ExplanationStep {
  if ("all" in condition) {
    const parts = until(condition.all, (part) => explainCondition(part, asked), "no");
    return said(parts.every(holds), `all of ${condition.all.length}`, parts);
  }
  if ("any" in condition) {
    const parts = until(condition.any, (part) => explainCondition(part, asked), "yes");
    return said(parts.some(holds), `any of ${condition.any.length}`, parts);
  }
  if ("not" in condition) {
    const part = explainCondition(condition.not, asked);
    return said(!holds(part), "not", [part]);
  }
  if ("operator" in condition) {
    const { attribute, operator, value } = condition;
    const actual = attributeReader(attribute)(asked.context);
    const result = compileOperator(operator, value, asked.environment)(actual, asked.at);
    const question = `${attributeWords(attribute)} ${operatorWords(operator)} ${valueWords(value)}`;
    return said(result, `${question}; it is ${valueWords(actual)}`);
  }
  if ("segment" in condition) return explainSegment(condition.segment, asked);
  if ("flag" in condition) return explainReference(condition, asked, "condition");
  return explainBucket(condition.bucket, asked);
}

/** A prerequisite, or a condition on another flag. */
export function explainReference({ flag, is }: Prerequisite, asked: Asked, kind: StepKind): ExplanationStep {
  const entry = asked.compiled.flag(flag) as CompiledEntry | undefined;
  if (entry === undefined) return step(kind, "no", `the flag ${flag} does not exist`);
  if (is === "on") {
    const isOn = entry.isOn(asked.context, asked.at);
    return step(kind, isOn ? "yes" : "no", `the flag ${flag} is ${isOn ? "on" : "not on"}`);
  }
  const { variant } = entry.evaluate(asked.context, asked.at);
  const met = variant !== undefined && is.includes(variant);
  const serves = variant === undefined ? "its default" : variant;
  return step(
    kind,
    met ? "yes" : "no",
    `the flag ${flag} serves ${serves}; asked for is ${is.join(" or ") || "nothing"}`,
  );
}

function explainSegment(key: string, asked: Asked): ExplanationStep {
  const segment = asked.compiled.snapshot.segments.find((each) => each.key === key);
  if (segment === undefined) return said(false, `the segment ${key} does not exist`);
  const targetingKey = attributeReader("targetingKey")(asked.context);
  const listed = (list: Segment["include"]): boolean => typeof targetingKey === "string" && list.includes(targetingKey);
  if (listed(segment.exclude)) return said(false, `in the segment ${key}; ${valueWords(targetingKey)} is excluded`);
  if (listed(segment.include)) return said(true, `in the segment ${key}; ${valueWords(targetingKey)} is included`);
  const part = explainCondition(segment.when, asked);
  return said(holds(part), `in the segment ${key}`, [part]);
}

function explainBucket({ by, fallbackBy, salt, from, to }: BucketCondition, asked: Asked): ExplanationStep {
  const place = bucketing(by, fallbackBy, salt)(asked.context);
  const found = place === NO_BUCKET ? `there is no ${by.join(" and ")} to make it of` : `it is ${place}`;
  return said(place >= from && place < to, `the bucket is from ${from} to before ${to}; ${found}`);
}

function said(result: boolean, words: string, parts: readonly ExplanationStep[] = []): ExplanationStep {
  return step("condition", result ? "yes" : "no", words, parts);
}

export function holds({ result }: ExplanationStep): boolean {
  return result === "yes";
}

/** The steps up to and including the first with this result. */
function until<T>(
  items: readonly T[],
  explained: (item: T) => ExplanationStep,
  last: ExplanationStep["result"],
): readonly ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  for (const item of items) {
    const next = explained(item);
    steps.push(next);
    if (next.result === last) break;
  }
  return steps;
}

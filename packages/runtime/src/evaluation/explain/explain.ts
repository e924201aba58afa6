import { parseInstant } from "../../snapshot/instant.ts";
import {
  BUCKETS,
  type FlagConfiguration,
  type Rule,
  type Serve,
  type Split,
  type Target,
} from "../../snapshot/model.ts";
import { attributeReader } from "../attribute.ts";
import { bucketing, NO_BUCKET } from "../bucket.ts";
import type { CompiledSnapshot } from "../compiled-snapshot.ts";
import type { EvaluationContext } from "../details.ts";
import type { RegularExpressions } from "../operators/operator.ts";
import { operatorEnvironment } from "../operators/operators.ts";
import { compileRamp, openBuckets } from "../ramp.ts";
import { type Asked, explainCondition, explainReference, holds } from "./explain-condition.ts";
import { type Explanation, type ExplanationStep, step } from "./explanation.ts";
import { timeWords, valueWords } from "./words.ts";

export interface ExplainOptions {
  /** The engine that the snapshot was compiled with. */
  readonly regularExpressions?: RegularExpressions;
}

/**
 * Why a flag gives this answer to this context, step by step and in words. The outcome is the evaluator's own; the
 * steps are those it took. Never throws.
 *
 * @example
 * ```ts
 * for (const line of explanationLines(explain(compiled, "new-checkout", context, Date.now()))) console.log(line);
 * ```
 */
export function explain(
  compiled: CompiledSnapshot,
  key: string,
  context: EvaluationContext,
  at: number,
  { regularExpressions }: ExplainOptions = {},
): Explanation {
  const flag = compiled.flag(key);
  if (flag === undefined)
    return { flag: key, at, outcome: undefined, steps: [step("missing", "no", `there is no flag ${key}`)] };
  const outcome = flag.evaluate(context, at);
  const asked = { compiled, environment: operatorEnvironment(regularExpressions), context, at };
  const doubt =
    flag.unreadable === undefined
      ? []
      : [step("unreadable", "no", `the configuration cannot be read: ${flag.unreadable}`)];
  const failed = (): readonly ExplanationStep[] => [
    step("otherwise", "answered", `the default; ${outcome.errorMessage}`),
  ];
  if (outcome.errorCode === "PARSE_ERROR") return { flag: key, at, outcome, steps: [...doubt, ...failed()] };
  try {
    return { flag: key, at, outcome, steps: [...doubt, ...walk(flag.configuration, asked)] };
  } catch {
    // The context cannot be read; the outcome says so already.
    return { flag: key, at, outcome, steps: [...doubt, ...failed()] };
  }
}

/** The steps of `docs/guide/evaluation.md`, up to the one that answers. */
function walk(flag: FlagConfiguration, asked: Asked): readonly ExplanationStep[] {
  const off = flag.off === undefined ? "the default" : `the variant ${flag.off}`;
  if (flag.killed !== undefined) {
    const { by, at, reason } = flag.killed;
    return [step("killed", "answered", `killed by ${by} at ${at} (${reason}): the default`)];
  }
  if (!flag.on) return [step("on", "answered", `the flag is off: ${off}`)];
  const steps = [step("on", "yes", "the flag is on and not killed")];
  const late = windowStep(flag, asked.at);
  if (late !== undefined) steps.push(late);
  if (late?.result === "no") return [...steps, step("otherwise", "answered", `out of its time: ${off}`)];
  for (const prerequisite of flag.prerequisites) {
    const next = explainReference(prerequisite, asked, "prerequisite");
    steps.push(next);
    if (!holds(next)) return [...steps, step("otherwise", "answered", `a prerequisite is not met: ${off}`)];
  }
  for (const target of flag.targets.toSorted((a, b) => b.match.length - a.match.length)) {
    const next = targetStep(target, flag, asked);
    steps.push(next);
    if (next.result === "answered") return steps;
  }
  for (const rule of flag.rules) {
    const next = ruleStep(rule, flag, asked);
    steps.push(next);
    if (next.result === "answered") return steps;
    if (next.result === "skipped" && rule.onMiss === "stop") break;
  }
  const last = served(flag.otherwise, flag, asked);
  const words = last.result === "skipped" ? "otherwise, and its split misses: the default" : `otherwise: ${last.words}`;
  return [...steps, step("otherwise", "answered", words, last.parts)];
}

function windowStep({ activeFrom, activeUntil, autoOff }: FlagConfiguration, at: number): ExplanationStep | undefined {
  const bounds = [
    activeFrom === undefined ? undefined : ([`from ${activeFrom}`, at >= timeOf(activeFrom)] as const),
    activeUntil === undefined ? undefined : ([`until ${activeUntil}`, at < timeOf(activeUntil)] as const),
    autoOff === undefined ? undefined : ([`until it ends by itself at ${autoOff}`, at < timeOf(autoOff)] as const),
  ].filter((bound) => bound !== undefined);
  if (bounds.length === 0) return undefined;
  const words = `active ${bounds.map(([text]) => text).join(", ")}; it is ${timeWords(at)}`;
  return step("window", bounds.every(([, inside]) => inside) ? "yes" : "no", words);
}

function timeOf(instant: string): number {
  return parseInstant(instant) ?? Number.NaN;
}

function targetStep({ match, serve }: Target, flag: FlagConfiguration, asked: Asked): ExplanationStep {
  const parts = match.map(([attribute, values]) => {
    const actual = attributeReader([attribute])(asked.context);
    const found = (values as readonly unknown[]).some((value) => value === actual);
    return step(
      "condition",
      found ? "yes" : "no",
      `${attribute} is one of ${valueWords(values)}; it is ${valueWords(actual)}`,
    );
  });
  if (!parts.every(holds)) return step("target", "no", "an individual target", parts);
  const next = served(serve, flag, asked);
  return step("target", next.result, `an individual target: ${next.words}`, [...parts, ...next.parts]);
}

function ruleStep({ id, name, when, serve, onMiss }: Rule, flag: FlagConfiguration, asked: Asked): ExplanationStep {
  const title = name === undefined ? `rule ${id}` : `rule ${id} (${name})`;
  const condition = explainCondition(when, asked);
  if (!holds(condition)) return step("rule", "no", `${title} does not match`, [condition]);
  const next = served(serve, flag, asked);
  const miss = onMiss === "stop" ? "no further rule is asked" : "the next rule is asked";
  const words =
    next.result === "skipped" ? `${title} matches, and its split misses: ${miss}` : `${title} matches: ${next.words}`;
  return step("rule", next.result, words, [condition, ...next.parts]);
}

/** What is served; `skipped` when a split leaves the context out. */
function served(serve: Serve, flag: FlagConfiguration, asked: Asked): ExplanationStep {
  if ("variant" in serve) return step("otherwise", "answered", `the variant ${serve.variant}`);
  if (!("split" in serve)) return step("otherwise", "answered", "the default");
  return splitStep(serve.split, flag, asked);
}

function splitStep(split: Split, flag: FlagConfiguration, { context, at }: Asked): ExplanationStep {
  const { by, fallbackBy, salt = flag.salt, ranges, ramp } = split;
  const place = bucketing(by, fallbackBy, salt)(context);
  if (place === NO_BUCKET)
    return step("split", "answered", `the default, since there is no ${by.join(" and ")} to split by`);
  const share = ramp === undefined ? BUCKETS : compileRamp(ramp)(at);
  const parts = ranges.map(([variant, from, to]) => {
    const end = from + openBuckets(from, to, share);
    const open = share === BUCKETS ? "" : `, of which those before ${end} are open (${share / 1000} %)`;
    return step(
      "split",
      place >= from && place < end ? "yes" : "no",
      `${variant} has the buckets from ${from} to before ${to}${open}`,
    );
  });
  const bucket = step(
    "split",
    "yes",
    `by ${by.join(" and ")}, salt ${valueWords(salt)}: bucket ${place} of ${BUCKETS}`,
    parts,
  );
  const hit = ranges[parts.findIndex(holds)];
  return hit === undefined
    ? step("split", "skipped", "no range", [bucket])
    : step("split", "answered", `the variant ${hit[0]}`, [bucket]);
}

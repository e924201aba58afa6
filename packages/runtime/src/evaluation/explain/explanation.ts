import type { Outcome } from "../compiled-snapshot.ts";

/** Why a flag gave this answer: every step that was taken, in order. */
export interface Explanation {
  readonly flag: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `undefined` when the snapshot has no such flag. */
  readonly outcome: Outcome | undefined;
  readonly steps: readonly ExplanationStep[];
}

export interface ExplanationStep {
  readonly kind: StepKind;
  /**
   * `answered`: the answer comes from here. `yes` and `no`: what was asked holds or not. `skipped`: it held, and what
   * it serves left this context out.
   */
  readonly result: "answered" | "yes" | "no" | "skipped";
  /** One sentence, without a full stop. */
  readonly words: string;
  /** What the step consists of: the conditions of a rule, the bucket of a split. */
  readonly parts: readonly ExplanationStep[];
}

export type StepKind =
  | "missing"
  | "unreadable"
  | "killed"
  | "on"
  | "window"
  | "prerequisite"
  | "target"
  | "rule"
  | "otherwise"
  | "condition"
  | "split";

export function step(
  kind: StepKind,
  result: ExplanationStep["result"],
  words: string,
  parts: readonly ExplanationStep[] = [],
): ExplanationStep {
  return { kind, result, words, parts };
}

/** The explanation as lines of text, parts indented below what they are parts of. */
export function explanationLines({ steps, outcome }: Explanation): readonly string[] {
  return [
    ...steps.flatMap((each) => linesOf(each, "")),
    `Answer: ${outcome === undefined ? "none" : answerWords(outcome)}`,
  ];
}

const marks: { readonly [R in ExplanationStep["result"]]: string } = { answered: "→", yes: "✓", no: "✗", skipped: "–" };

function linesOf({ result, words, parts }: ExplanationStep, indent: string): readonly string[] {
  return [`${indent}${marks[result]} ${words}`, ...parts.flatMap((part) => linesOf(part, `${indent}  `))];
}

function answerWords({ value, variant, reason, ruleId, errorCode, errorMessage }: Outcome): string {
  const what = `${JSON.stringify(value)}, ${variant === undefined ? "the default" : `variant ${variant}`}`;
  const why = [reason, ruleId === undefined ? undefined : `rule ${ruleId}`, errorCode, errorMessage];
  return `${what} (${why.filter((each) => each !== undefined).join(", ")})`;
}

import type { FlagConfiguration } from "../../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import type { EvaluationContext } from "../details.ts";
import { type Answer, answersOf, failure, type Serves, type Test } from "./answer.ts";
import { compileCondition, type Scope } from "./condition.ts";
import { compileServe } from "./serve.ts";

/** How a flag answers. Neither throws, whatever the context is. */
export interface Closures {
  evaluate(context: unknown, at: number): Answer;
  /** True when the flag is on for this context: neither killed nor off, in its time, its prerequisites met. */
  isOn(context: unknown, at: number): boolean;
}

interface Step {
  readonly test: Test;
  readonly serve: Serves;
  readonly stop: boolean;
}

/** In the order of evaluation: killed; out of its time; not on; prerequisites; targets; rules; otherwise. */
export function compileFlag(configuration: FlagConfiguration, scope: Scope): Closures {
  const { killed, on, off, activeFrom, activeUntil, autoOff, prerequisites, targets, rules, otherwise } = configuration;
  if (killed !== undefined) return constant({ value: configuration.default, reason: "DISABLED" }, false);
  const answers = answersOf(configuration);
  const disabled = answers("DISABLED", off);
  if (!on) return constant(disabled, false);

  const gates = prerequisites.map((prerequisite) => scope.flag(prerequisite, scope));
  // What is absent becomes not-a-number, than which nothing is earlier or later.
  const [from = NaN, until = NaN, end = NaN] = [activeFrom, activeUntil, autoOff].map((at) => Date.parse(at ?? ""));
  const inTime = (at: number): boolean => !(at < from || at >= until || at >= end);
  const steps: readonly Step[] = [
    ...targets
      .toSorted((a, b) => b.match.length - a.match.length)
      .map(({ match, serve }) => {
        const parts = match.map(
          ([attribute, values]) => [attributeReader(attribute), new Set<unknown>(values)] as const,
        );
        return {
          test: (context: EvaluationContext) => parts.every(([read, values]) => values.has(read(context))),
          serve: compileServe(serve, "TARGETING_MATCH", configuration, answers),
          stop: false,
        };
      }),
    ...rules.map(({ id, when, serve, onMiss }) => ({
      test: compileCondition(when, scope),
      serve: compileServe(serve, "TARGETING_MATCH", configuration, answers, id),
      stop: onMiss === "stop",
    })),
  ];
  const isPlain = gates.length + steps.length === 0 && (activeFrom ?? activeUntil ?? autoOff) === undefined;
  const rest = compileServe(
    otherwise,
    isPlain && "variant" in otherwise ? "STATIC" : "DEFAULT",
    configuration,
    answers,
  );
  const missed = answers("DEFAULT");
  // It asks nothing of anybody, so any context will do.
  if (isPlain && !("split" in otherwise)) return constant(rest({}, 0) ?? missed, true);

  const unmet = answers("DEFAULT", off);
  const unusable = failure(configuration, "INVALID_CONTEXT", "The context could not be read.");
  const isOn: Test = (context, at) => inTime(at) && gates.every((gate) => gate(context, at));
  return {
    evaluate: guarded(unusable, (context, at) => {
      if (!isOn(context, at)) return inTime(at) ? unmet : disabled;
      for (const { test, serve, stop } of steps)
        if (test(context, at)) {
          const served = serve(context, at);
          if (served !== undefined) return served;
          if (stop) break;
        }
      return rest(context, at) ?? missed;
    }),
    isOn: guarded(false, isOn),
  };
}

export function constant(answer: Answer, isOn: boolean): Closures {
  return { evaluate: () => answer, isOn: () => isOn };
}

/** A context can be anything, a proxy that throws included. */
function guarded<T>(
  unusable: T,
  ask: (context: EvaluationContext, at: number) => T,
): (context: unknown, at: number) => T {
  return (context, at) => {
    try {
      return typeof context === "object" && context !== null ? ask(context as EvaluationContext, at) : unusable;
    } catch {
      return unusable;
    }
  };
}

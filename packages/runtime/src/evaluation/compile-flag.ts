import type { FlagConfiguration, Target } from "../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import { compileCondition, every } from "./condition.ts";
import type { EvaluationContext } from "./details.ts";
import { failure, outcome } from "./outcome.ts";
import { instantOf } from "./ramp.ts";
import type { Closures, Scope, Test } from "./scope.ts";
import { compileServe, type Variants, variantOutcome } from "./serve.ts";
import { choiceOf, type CompiledStep, compileSteps, type Step, STOP } from "./steps.ts";
import { Unreadable } from "./unreadable.ts";

type Evaluate = (context: EvaluationContext, at: number) => Outcome;

/**
 * Turns one flag into closures, in the order of evaluation: killed; out of its time; not on; prerequisites; targets;
 * rules; otherwise. It throws `Unreadable` for what this code does not know.
 */
export function compileFlag(configuration: FlagConfiguration, scope: Scope): Closures {
  if (configuration.killed !== undefined)
    return constant(configuration, outcome(configuration.default, undefined, "DISABLED"));
  const variants: Variants = { configuration, values: new Map(configuration.variants) };
  if (variants.values.size < configuration.variants.length) throw new Unreadable("Two variants have one name.");
  const disabled = offOutcome(variants, "DISABLED");
  if (!configuration.on) return constant(configuration, disabled);

  const isOn = compileGate(configuration, scope);
  const targets = byAttributes(configuration.targets).map((target) => targetStep(target, variants));
  const rules = configuration.rules.map((rule): Step => ({
    test: compileCondition(rule.when, scope),
    choice: choiceOf(rule.when),
    serve: compileServe(rule.serve, "TARGETING_MATCH", variants, rule.id),
    stop: rule.onMiss === "stop",
  }));
  const steps = compileSteps([...targets, ...rules]);
  const isStatic = isOn === undefined && steps.length === 0 && "variant" in configuration.otherwise;
  const otherwise = compileServe(configuration.otherwise, isStatic ? "STATIC" : "DEFAULT", variants);
  const missed = outcome(configuration.default, undefined, "DEFAULT");
  if (isOn === undefined && steps.length === 0 && !("split" in configuration.otherwise))
    return constant(configuration, otherwise({}, 0) ?? missed, () => true);

  const timed = scope.timed || isOn !== undefined || hasRamp(configuration);
  const walk: Evaluate = (context, at) => {
    for (let index = 0; index < steps.length; index++) {
      const served = (steps[index] as CompiledStep)(context, at);
      if (served === undefined) continue;
      if (served === STOP) break;
      return served;
    }
    return otherwise(context, at) ?? missed;
  };
  if (isOn === undefined) return guarded(configuration, timed, walk, () => true);

  // Out of its time a flag is off as if it were switched off; a prerequisite that fails is one person's answer.
  const inTime = windowOf(configuration);
  const unmet = offOutcome(variants, "DEFAULT");
  return guarded(
    configuration,
    timed,
    (context, at) => (isOn(context, at) ? walk(context, at) : inTime(at) ? unmet : disabled),
    isOn,
  );
}

/** What a flag that cannot be read answers when nothing older is there. */
export function unreadableFlag(configuration: FlagConfiguration, message: string): Closures {
  return { ...constant(configuration, failure(configuration, "PARSE_ERROR", message)), unreadable: message };
}

function constant(configuration: FlagConfiguration, always: Outcome, isOn: Test = () => false): Closures {
  return { configuration, timed: false, always, evaluate: () => always, isOn };
}

/** A context can be anything, a proxy that throws included: whatever it throws, the answer is the default. */
function guarded(configuration: FlagConfiguration, timed: boolean, evaluate: Evaluate, isOn: Test): Closures {
  const unusable = failure(configuration, "INVALID_CONTEXT", "The context could not be read.");
  return {
    configuration,
    timed,
    evaluate(context, at) {
      try {
        return typeof context === "object" && context !== null ? evaluate(context, at) : unusable;
      } catch {
        return unusable;
      }
    },
    isOn(context, at) {
      try {
        return typeof context === "object" && context !== null && isOn(context, at);
      } catch {
        return false;
      }
    },
  };
}

function offOutcome(variants: Variants, reason: "DISABLED" | "DEFAULT"): Outcome {
  const { off, default: safe } = variants.configuration;
  return off === undefined ? outcome(safe, undefined, reason) : variantOutcome(variants, off, reason);
}

function hasRamp({ targets, rules, otherwise }: FlagConfiguration): boolean {
  const serves = [...targets.map(({ serve }) => serve), ...rules.map(({ serve }) => serve), otherwise];
  return serves.some((serve) => "split" in serve && serve.split.ramp !== undefined);
}

/** The steps before targeting, or `undefined` when the flag has none of them. */
function compileGate(configuration: FlagConfiguration, scope: Scope): Test | undefined {
  const { autoOff, activeFrom, activeUntil, prerequisites } = configuration;
  const tests: Test[] = [];
  if (autoOff !== undefined || activeUntil !== undefined || activeFrom !== undefined) {
    const inTime = windowOf(configuration);
    tests.push((_context, at) => inTime(at));
  }
  tests.push(...prerequisites.map((prerequisite) => scope.flag(prerequisite)));
  return tests.length === 0 ? undefined : every(tests);
}

/** From `activeFrom` on, until just before `activeUntil` and `autoOff`. */
function windowOf({ autoOff, activeFrom, activeUntil }: FlagConfiguration): (at: number) => boolean {
  const from = activeFrom === undefined ? -Infinity : instantOf(activeFrom);
  const until = Math.min(
    autoOff === undefined ? Infinity : instantOf(autoOff),
    activeUntil === undefined ? Infinity : instantOf(activeUntil),
  );
  return (at) => at >= from && at < until;
}

/** The target with the most attributes is the most particular one. The sort is stable. */
function byAttributes(targets: readonly Target[]): readonly Target[] {
  return targets.toSorted((a, b) => b.match.length - a.match.length);
}

function targetStep({ match, serve }: Target, variants: Variants): Step {
  const tests = match.map(([attribute, values]): Test => {
    const read = attributeReader([attribute]);
    const expected: ReadonlySet<unknown> = new Set(values);
    return (context) => expected.has(read(context));
  });
  const [only, ...others] = match;
  return {
    test: every(tests),
    choice: only !== undefined && others.length === 0 ? { attribute: only[0], values: only[1] } : undefined,
    serve: compileServe(serve, "TARGETING_MATCH", variants),
    stop: false,
  };
}

import type { FlagConfiguration, Target } from "../snapshot/model.ts";
import { choicesOf } from "./choice.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import { compileCondition, every } from "./condition.ts";
import { failure, outcome } from "./outcome.ts";
import { instantOf } from "./ramp.ts";
import type { Closures, Scope, Test } from "./scope.ts";
import { compileServe, served, type Variants, variantOutcome } from "./serve.ts";
import { compileSteps, firstServed, type Step } from "./steps.ts";
import { Unreadable } from "./unreadable.ts";

/**
 * Turns one flag into closures, in the order of evaluation: killed; out of its time; not on; prerequisites; targets;
 * rules; otherwise. It throws `Unreadable` for what this code does not know.
 */
export function compileFlag(configuration: FlagConfiguration, scope: Scope): Closures {
  if (configuration.killed !== undefined)
    return constant(configuration, outcome(configuration.default, undefined, "DISABLED"));
  const variants: Variants = {
    configuration,
    numbers: new Map(configuration.variants.map(([name], index) => [name, index + 1])),
  };
  if (variants.numbers.size < configuration.variants.length) throw new Unreadable("Two variants have one name.");
  const disabled = offOutcome(variants, "DISABLED");
  if (!configuration.on) return constant(configuration, disabled);

  return compileTargeting(configuration, variants, disabled, scope);
}

/** Apart from the above, so that the closures below hold no more than they need. */
function compileTargeting(
  configuration: FlagConfiguration,
  variants: Variants,
  disabled: Outcome,
  scope: Scope,
): Closures {
  const isOn = compileGate(configuration, scope);
  const missed = outcome(configuration.default, undefined, "DEFAULT");
  const isStatic =
    isOn === undefined &&
    configuration.targets.length === 0 &&
    configuration.rules.length === 0 &&
    "variant" in configuration.otherwise;
  const otherwise = compileServe(configuration.otherwise, isStatic ? "STATIC" : "DEFAULT", variants, undefined, missed);
  const steps = compileSteps(stepsOf(configuration, variants, otherwise.always, scope));
  if (isOn === undefined && steps.length === 0 && otherwise.always !== undefined)
    return constant(configuration, otherwise.always, true);

  // Out of its time a flag is off as if it were switched off; a prerequisite that fails is one person's answer.
  const gate = isOn && { isOn, inTime: windowOf(configuration), unmet: offOutcome(variants, "DEFAULT") };
  const unusable = failure(configuration, "INVALID_CONTEXT", "The context could not be read.");
  return {
    configuration,
    timed: scope.timed || isOn !== undefined || hasRamp(configuration),
    // A context can be anything, a proxy that throws included: whatever it throws, the answer is the default.
    evaluate(context, at) {
      try {
        if (typeof context !== "object" || context === null) return unusable;
        if (gate !== undefined && !gate.isOn(context, at)) return gate.inTime(at) ? gate.unmet : disabled;
        return firstServed(steps, context, at) ?? served(otherwise, context, at) ?? missed;
      } catch {
        return unusable;
      }
    },
    isOn(context, at) {
      try {
        return typeof context === "object" && context !== null && (gate === undefined || gate.isOn(context, at));
      } catch {
        return false;
      }
    },
  };
}

/** `otherwise` is what everybody else gets, when that is one and the same: a split that ends the search serves it too. */
function stepsOf(
  { targets, rules }: FlagConfiguration,
  variants: Variants,
  otherwise: Outcome | undefined,
  scope: Scope,
): readonly Step[] {
  return [
    ...byAttributes(targets).map((target) => targetStep(target, variants)),
    ...rules.map((rule, index): Step => {
      const stop = rule.onMiss === "stop";
      const missed = stop || index === rules.length - 1 ? otherwise : undefined;
      const test = compileCondition(rule.when, scope);
      const choices = choicesOf(rule.when);
      return {
        ...(choices === undefined ? { test, choices: [] } : { test: undefined, choices }),
        serve: compileServe(rule.serve, "TARGETING_MATCH", variants, rule.id, missed),
        stop,
      };
    }),
  ];
}

/** What a flag that cannot be read answers when nothing older is there. */
export function unreadableFlag(configuration: FlagConfiguration, message: string): Closures {
  return { ...constant(configuration, failure(configuration, "PARSE_ERROR", message)), unreadable: message };
}

function constant(configuration: FlagConfiguration, always: Outcome, isOn = false): Closures {
  return { configuration, timed: false, always, evaluate: () => always, isOn: () => isOn };
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
  return {
    test: undefined,
    choices: match.map(([attribute, values]) => ({ attribute, values })),
    serve: compileServe(serve, "TARGETING_MATCH", variants),
    stop: false,
  };
}

import { regularExpressions } from "../regular-expressions.ts";
import type { Condition, FlagConfiguration, Segment, Serve, Snapshot, Split } from "../../snapshot/model.ts";
import { referenceOperator } from "./reference-operators.ts";
import { instant, isScalar, missing, readPath } from "./reference-values.ts";

/**
 * The reference evaluator: the steps of `docs/guide/evaluation.md` one after the other, with everything looked up anew
 * at every call. Contexts are plain data here; what proxies and getters do is tested with the evaluator itself.
 */
export interface ReferenceAnswer {
  readonly value: unknown;
  readonly variant: string | undefined;
  readonly reason: string;
  readonly ruleId: string | undefined;
  readonly errorCode: string | undefined;
}

type Context = unknown;
type Served = ReferenceAnswer | "miss";

export function referenceEvaluate(
  snapshot: Snapshot,
  key: string,
  context: Context,
  at: number,
): ReferenceAnswer | undefined {
  const flag = findFlag(snapshot, key);
  if (flag === undefined) return undefined;
  if (flag.killed !== undefined) return defaultOf(flag, "DISABLED");
  if (isUnreadable(snapshot, flag)) return fail(flag, "PARSE_ERROR");
  if (!flag.on) return offOf(flag, "DISABLED");
  const needsContext =
    hasWindow(flag) ||
    flag.prerequisites.length + flag.targets.length + flag.rules.length > 0 ||
    servesSplit(flag.otherwise);
  if (needsContext && (typeof context !== "object" || context === null)) return fail(flag, "INVALID_CONTEXT");
  if (!inWindow(flag, at)) return offOf(flag, "DISABLED");
  if (!flag.prerequisites.every((each) => isMet(snapshot, each, context, at))) return offOf(flag, "DEFAULT");

  const mostAttributesFirst = flag.targets
    .map((target, index) => ({ target, index }))
    .sort((a, b) => b.target.match.length - a.target.match.length || a.index - b.index);
  for (const { target } of mostAttributesFirst) {
    const matches = target.match.every(([name, values]) =>
      values.some((value) => value === readPath(context as object, [name])),
    );
    if (!matches) continue;
    const served = serve(flag, target.serve, "TARGETING_MATCH", undefined, context, at);
    if (served !== "miss") return served;
  }
  for (const rule of flag.rules) {
    if (!holds(snapshot, rule.when, context, at)) continue;
    const served = serve(flag, rule.serve, "TARGETING_MATCH", rule.id, context, at);
    if (served !== "miss") return served;
    if (rule.onMiss === "stop") break;
  }
  const isStatic =
    "variant" in flag.otherwise &&
    !hasWindow(flag) &&
    flag.prerequisites.length + flag.targets.length + flag.rules.length === 0;
  const served = serve(flag, flag.otherwise, isStatic ? "STATIC" : "DEFAULT", undefined, context, at);
  return served === "miss" ? defaultOf(flag, "DEFAULT") : served;
}

function findFlag(snapshot: Snapshot, key: string): FlagConfiguration | undefined {
  return snapshot.flags.find((flag) => flag.key === key);
}

function findSegment(snapshot: Snapshot, key: string): Segment | undefined {
  return snapshot.segments.find((segment) => segment.key === key);
}

function fail(flag: FlagConfiguration, errorCode: string): ReferenceAnswer {
  return { value: flag.default, variant: undefined, reason: "ERROR", ruleId: undefined, errorCode };
}

function defaultOf(flag: FlagConfiguration, reason: string, ruleId?: string): ReferenceAnswer {
  return { value: flag.default, variant: undefined, reason, ruleId, errorCode: undefined };
}

function variantOf(flag: FlagConfiguration, name: string, reason: string, ruleId?: string): ReferenceAnswer {
  const [, value] = flag.variants.find(([variant]) => variant === name) ?? [];
  return { value, variant: name, reason, ruleId, errorCode: undefined };
}

function offOf(flag: FlagConfiguration, reason: string): ReferenceAnswer {
  return flag.off === undefined ? defaultOf(flag, reason) : variantOf(flag, flag.off, reason);
}

function hasWindow(flag: FlagConfiguration): boolean {
  return flag.activeFrom !== undefined || flag.activeUntil !== undefined || flag.autoOff !== undefined;
}

function inWindow(flag: FlagConfiguration, at: number): boolean {
  if (flag.activeFrom !== undefined && at < (instant(flag.activeFrom) ?? 0)) return false;
  if (flag.activeUntil !== undefined && at >= (instant(flag.activeUntil) ?? 0)) return false;
  return flag.autoOff === undefined || at < (instant(flag.autoOff) ?? 0);
}

function servesSplit(served: Serve): boolean {
  return !("variant" in served) && "split" in served;
}

function isMet(
  snapshot: Snapshot,
  { flag: key, is }: { readonly flag: string; readonly is: readonly string[] | "on" },
  context: Context,
  at: number,
): boolean {
  const flag = findFlag(snapshot, key);
  if (flag === undefined || flag.killed !== undefined || isUnreadable(snapshot, flag)) return false;
  if (is === "on")
    return flag.on && inWindow(flag, at) && flag.prerequisites.every((each) => isMet(snapshot, each, context, at));
  const variant = referenceEvaluate(snapshot, key, context, at)?.variant;
  return variant !== undefined && is.includes(variant);
}

function holds(snapshot: Snapshot, condition: Condition, context: Context, at: number): boolean {
  if ("all" in condition) return condition.all.every((part) => holds(snapshot, part, context, at));
  if ("any" in condition) return condition.any.some((part) => holds(snapshot, part, context, at));
  if ("not" in condition) return !holds(snapshot, condition.not, context, at);
  if ("operator" in condition) {
    const path = typeof condition.attribute === "string" ? [condition.attribute] : condition.attribute;
    const test = referenceOperator(condition.operator, condition.value, regularExpressions);
    return test !== undefined && test(readPath(context as object, path), at);
  }
  if ("segment" in condition) return isIn(snapshot, condition.segment, context, at);
  if ("flag" in condition) return isMet(snapshot, condition, context, at);
  const { by, fallbackBy, salt, from, to } = condition.bucket;
  const bucket = bucketOf(by, fallbackBy, salt, context);
  return bucket !== undefined && from <= bucket && bucket < to;
}

function isIn(snapshot: Snapshot, key: string, context: Context, at: number): boolean {
  const segment = findSegment(snapshot, key);
  if (segment === undefined) return false;
  const targetingKey = readPath(context as object, ["targetingKey"]);
  if (segment.exclude.some((each) => each === targetingKey)) return false;
  return segment.include.some((each) => each === targetingKey) || holds(snapshot, segment.when, context, at);
}

function serve(
  flag: FlagConfiguration,
  served: Serve,
  reason: string,
  ruleId: string | undefined,
  context: Context,
  at: number,
): Served {
  if ("variant" in served) return variantOf(flag, served.variant, reason, ruleId);
  if (!("split" in served)) return defaultOf(flag, reason, ruleId);
  const { by, fallbackBy, salt, ranges, ramp } = served.split;
  const bucket = bucketOf(by, fallbackBy, salt ?? flag.salt, context);
  if (bucket === undefined)
    return fail(flag, by.includes("targetingKey") ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT");
  const share = ramp === undefined ? 100_000 : shareAt(ramp, at);
  for (const [variant, from, to] of ranges)
    if (from <= bucket && bucket < to)
      return bucket < from + Math.floor(((to - from) * share) / 100_000)
        ? variantOf(flag, variant, "SPLIT", ruleId)
        : "miss";
  return "miss";
}

function shareAt({ steps, linear }: NonNullable<Split["ramp"]>, at: number): number {
  const times = steps.map(([text, share]) => ({ at: instant(text) ?? 0, share }));
  const past = times.filter((step) => step.at <= at);
  const last = past.at(-1);
  const next = times[past.length];
  if (last === undefined) return 0;
  if (linear !== true || next === undefined) return last.share;
  return Math.floor(last.share + (next.share - last.share) * ((at - last.at) / (next.at - last.at)));
}

function bucketOf(
  by: readonly string[],
  fallbackBy: string | undefined,
  salt: string,
  context: Context,
): number | undefined {
  const values = by.map((name) => readPath(context as object, [name]));
  const fallback = fallbackBy === undefined ? missing : readPath(context as object, [fallbackBy]);
  const used = values.every(isScalar) ? values : [fallback];
  if (!used.every(isScalar)) return undefined;
  const hash = murmur(used.map(String).join("\u001f"), murmur(salt, 0n));
  return Number((hash * 100_000n) / 2n ** 32n);
}

/** MurmurHash3_x86_32 over bytes, in big integers, as its description has it. */
export function murmur(text: string, seed: bigint): bigint {
  const bytes = new TextEncoder().encode(text);
  const word = 2n ** 32n;
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (32n - by))) % word;
  const mix = (block: bigint): bigint => (rotate((block * 0xcc9e2d51n) % word, 15n) * 0x1b873593n) % word;
  let hash = seed;
  for (let start = 0; start < bytes.length; start += 4) {
    const block = Array.from(bytes.slice(start, start + 4), BigInt).reduceRight((sum, byte) => sum * 256n + byte, 0n);
    hash ^= mix(block);
    if (start + 4 <= bytes.length) hash = (rotate(hash, 13n) * 5n + 0xe6546b64n) % word;
  }
  hash ^= BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) % word;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) % word;
  return hash ^ (hash >> 16n);
}

// Unreadable flags ----------------------------------------------------------------------------------------------------

const unreadable = new WeakMap<FlagConfiguration, boolean>();

/** One flag belongs to one snapshot in every comparison, so its answer can be kept. */
function isUnreadable(snapshot: Snapshot, flag: FlagConfiguration): boolean {
  let known = unreadable.get(flag);
  if (known === undefined) {
    known =
      isUnreadableItself(snapshot, flag) || chain(snapshot, flag, 0) > 20 || conditionsOf(snapshot, flag) > 50_000;
    unreadable.set(flag, known);
  }
  return known;
}

function isUnreadableItself(snapshot: Snapshot, flag: FlagConfiguration): boolean {
  const names = flag.variants.map(([name]) => name);
  if (new Set(names).size < names.length) return true;
  if (flag.off !== undefined && !names.includes(flag.off)) return true;
  if (!flag.on) return false;
  const served = [
    ...flag.targets.map((target) => target.serve),
    ...flag.rules.map((rule) => rule.serve),
    flag.otherwise,
  ];
  return (
    served.some((each) => !isServable(each, names)) || flag.rules.some((rule) => !isUnderstood(snapshot, rule.when, []))
  );
}

function isServable(served: Serve, names: readonly string[]): boolean {
  if ("variant" in served) return names.includes(served.variant);
  if (!("split" in served)) return "default" in served;
  const { by, algorithm, ranges, ramp } = served.split;
  const times = ramp?.steps.map(([at]) => instant(at) ?? 0) ?? [];
  const sizes = ranges.map(([, from, to]) => to - from);
  const overlaps = ranges.some(([, from, to], i) =>
    ranges.some(
      ([, otherFrom, otherTo], j) => i !== j && from < to && otherFrom < otherTo && from < otherTo && otherFrom < to,
    ),
  );
  return (
    algorithm === "murmur3" &&
    by.length > 0 &&
    !overlaps &&
    sizes.every((size) => size >= 0) &&
    ranges.every(([name]) => names.includes(name)) &&
    times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))
  );
}

function isUnderstood(snapshot: Snapshot, condition: Condition, inside: readonly string[]): boolean {
  if ("all" in condition) return condition.all.every((part) => isUnderstood(snapshot, part, inside));
  if ("any" in condition) return condition.any.every((part) => isUnderstood(snapshot, part, inside));
  if ("not" in condition) return isUnderstood(snapshot, condition.not, inside);
  if ("operator" in condition)
    return (
      condition.attribute.length > 0 &&
      referenceOperator(condition.operator, condition.value, regularExpressions) !== undefined
    );
  if ("segment" in condition) {
    const segment = findSegment(snapshot, condition.segment);
    if (segment === undefined || inside.includes(segment.key)) return false;
    return isUnderstood(snapshot, segment.when, [...inside, segment.key]);
  }
  if ("flag" in condition) return true;
  return "bucket" in condition && condition.bucket.by.length > 0;
}

function referencesIn(snapshot: Snapshot, condition: Condition): readonly string[] {
  if ("all" in condition) return condition.all.flatMap((part) => referencesIn(snapshot, part));
  if ("any" in condition) return condition.any.flatMap((part) => referencesIn(snapshot, part));
  if ("not" in condition) return referencesIn(snapshot, condition.not);
  if ("operator" in condition) return [];
  if ("segment" in condition) {
    const segment = findSegment(snapshot, condition.segment);
    return segment === undefined ? [] : referencesIn(snapshot, segment.when);
  }
  return "flag" in condition ? [condition.flag] : [];
}

function references(snapshot: Snapshot, flag: FlagConfiguration): readonly string[] {
  if (flag.killed !== undefined || !flag.on || isUnreadableItself(snapshot, flag)) return [];
  return [
    ...flag.prerequisites.map((each) => each.flag),
    ...flag.rules.flatMap((rule) => referencesIn(snapshot, rule.when)),
  ];
}

/** The longest chain of flags that this one depends on; more than 20 is enough to know. */
function chain(snapshot: Snapshot, flag: FlagConfiguration, length: number): number {
  if (length > 20) return length;
  let longest = length;
  for (const key of references(snapshot, flag)) {
    const next = findFlag(snapshot, key);
    longest = Math.max(longest, next === undefined ? length + 1 : chain(snapshot, next, length + 1));
    if (longest > 20) break;
  }
  return longest;
}

function conditionsOf(snapshot: Snapshot, flag: FlagConfiguration): number {
  const own = flag.killed !== undefined || !flag.on ? [] : flag.rules.map((rule) => rule.when);
  const referenced = references(snapshot, flag).flatMap((key) => findFlag(snapshot, key) ?? []);
  return (
    own.reduce((sum, condition) => sum + sizeOf(snapshot, condition), 0) +
    referenced.reduce((sum, next) => sum + (isUnreadable(snapshot, next) ? 0 : conditionsOf(snapshot, next)), 0)
  );
}

function sizeOf(snapshot: Snapshot, condition: Condition): number {
  const parts =
    "all" in condition ? condition.all : "any" in condition ? condition.any : "not" in condition ? [condition.not] : [];
  const segment =
    !("operator" in condition) && "segment" in condition ? findSegment(snapshot, condition.segment) : undefined;
  return (
    1 +
    parts.reduce((sum, part) => sum + sizeOf(snapshot, part), 0) +
    (segment === undefined ? 0 : sizeOf(snapshot, segment.when))
  );
}

import type { FlagConfiguration, JsonValue, Snapshot } from "../../snapshot/model.ts";
import { compile } from "../compile.ts";
import type { CompiledSnapshot, Outcome } from "../compiled-snapshot.ts";
import type { EvaluationContext } from "../details.ts";
import type { RegularExpressions } from "../operators/operator.ts";

/** What would change for these contexts if one snapshot took the other's place. */
export interface Simulation {
  readonly contexts: number;
  /** Contexts times flags. */
  readonly answers: number;
  readonly changed: number;
  /** Flags with at least one changed answer, the most changed first. */
  readonly flags: readonly FlagChange[];
  /** Segments that at least one context enters or leaves. */
  readonly segments: readonly SegmentChange[];
}

export interface FlagChange {
  readonly flag: string;
  readonly changed: number;
  /** From which variant to which; `null` is the default, `undefined` that the flag is not there. */
  readonly moves: readonly Move[];
  readonly examples: readonly ChangeExample[];
}

export interface Move {
  readonly from: string | null | undefined;
  readonly to: string | null | undefined;
  readonly contexts: number;
}

export interface ChangeExample {
  readonly context: EvaluationContext;
  readonly from: Outcome | undefined;
  readonly to: Outcome | undefined;
}

export interface SegmentChange {
  readonly segment: string;
  readonly entered: number;
  readonly left: number;
}

export interface SimulateOptions {
  /** Milliseconds since 1970: the time of every evaluation. */
  readonly at: number;
  /** Only these flags; all of both snapshots by default. */
  readonly flags?: readonly string[];
  /** Examples kept for each flag. Default 3. */
  readonly examples?: number;
  readonly regularExpressions?: RegularExpressions;
}

/**
 * Evaluates every flag of two snapshots for every context and counts what differs. An answer has changed when its
 * value or its variant has; a new reason alone is no change.
 *
 * @example
 * ```ts
 * simulate(before, after, contexts, { at: Date.now() }).changed; // 120
 * ```
 */
export function simulate(
  from: Snapshot,
  to: Snapshot,
  contexts: Iterable<EvaluationContext>,
  { at, flags, examples = 3, regularExpressions }: SimulateOptions,
): Simulation {
  const options = regularExpressions === undefined ? {} : { regularExpressions };
  const [before, after] = [compile(withProbes(from), options), compile(withProbes(to), options)];
  const keys = flags ?? union(from.flags, to.flags);
  const segmentKeys = union(from.segments, to.segments);
  const tallies = new Map(keys.map((key) => [key, new Tally(examples)]));
  const crossings = new Map(segmentKeys.map((key) => [key, { entered: 0, left: 0 }]));
  let count = 0;
  for (const context of contexts) {
    count++;
    for (const [key, tally] of tallies)
      tally.add(context, answer(before, key, context, at), answer(after, key, context, at));
    for (const [key, crossing] of crossings) {
      const [was, is] = [before, after].map((compiled) => answer(compiled, probeKey(key), context, at)?.value === true);
      if (is === true && was === false) crossing.entered++;
      if (is === false && was === true) crossing.left++;
    }
  }
  const changes = [...tallies]
    .map(([flag, tally]): FlagChange => ({
      flag,
      changed: tally.changed,
      moves: tally.moves(),
      examples: tally.examples,
    }))
    .filter(({ changed }) => changed > 0)
    .sort((a, b) => b.changed - a.changed);
  return {
    contexts: count,
    answers: count * keys.length,
    changed: changes.reduce((sum, { changed }) => sum + changed, 0),
    flags: changes,
    segments: [...crossings]
      .map(([segment, crossing]) => ({ segment, ...crossing }))
      .filter(({ entered, left }) => entered + left > 0),
  };
}

class Tally {
  changed = 0;
  readonly examples: ChangeExample[] = [];
  readonly #moves = new Map<string, { from: Move["from"]; to: Move["to"]; contexts: number }>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(context: EvaluationContext, from: Outcome | undefined, to: Outcome | undefined): void {
    if (from?.variant === to?.variant && sameJson(from?.value, to?.value)) return;
    this.changed++;
    const [source, target] = [from && (from.variant ?? null), to && (to.variant ?? null)];
    const key = JSON.stringify([source ?? typeof source, target ?? typeof target, source === null, target === null]);
    const move = this.#moves.get(key) ?? { from: source, to: target, contexts: 0 };
    move.contexts++;
    this.#moves.set(key, move);
    if (this.examples.length < this.#limit) this.examples.push({ context, from, to });
  }

  moves(): readonly Move[] {
    return [...this.#moves.values()].sort((a, b) => b.contexts - a.contexts);
  }
}

function answer(compiled: CompiledSnapshot, key: string, context: EvaluationContext, at: number): Outcome | undefined {
  return compiled.flag(key)?.evaluate(context, at);
}

function union(a: readonly { readonly key: string }[], b: readonly { readonly key: string }[]): readonly string[] {
  return [...new Set([...a, ...b].map(({ key }) => key))];
}

/** No flag's key has a colon. */
function probeKey(segment: string): string {
  return `segment:${segment}`;
}

/** A flag for each segment that is true for those who are in it, so that segments are evaluated like anything else. */
function withProbes(snapshot: Snapshot): Snapshot {
  const probes = snapshot.segments.map(({ key }): FlagConfiguration => ({
    key: probeKey(key),
    type: "boolean",
    schemaHash: "",
    visibility: "server",
    default: false,
    variants: [["in", true]],
    salt: key,
    bucketBy: null,
    on: true,
    prerequisites: [],
    targets: [],
    rules: [{ id: "in", when: { segment: key }, serve: { variant: "in" }, onMiss: "next" }],
    otherwise: { default: true },
  }));
  return { ...snapshot, flags: [...snapshot.flags, ...probes] };
}

/** The order of an object's members does not matter. */
function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size && [...left].every(([name, value]) => right.has(name) && sameJson(value, right.get(name)))
  );
}

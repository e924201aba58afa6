import { BUCKETS, type Serve } from "@flagwright/runtime";
import type { CalendarDate, FlagDefinition, FlagState } from "@flagwright/schema";

/** Why a flag may be ready to go. */
export interface Evidence {
  readonly why: "expired" | "sunset" | "rolled-out" | "unused";
  /** For people: `expired 12 days ago`. */
  readonly words: string;
}

export interface StaleSubject {
  readonly definition: FlagDefinition;
  /** Its state in the environment that counts, when that is known. */
  readonly state?: { readonly environment: string; readonly value: FlagState; readonly killed: boolean } | undefined;
  /** How many places in the code use it; `undefined` when nobody looked. */
  readonly uses?: number | undefined;
  readonly today: CalendarDate;
}

/** Everything that speaks for removing a flag; empty when nothing does. */
export function staleEvidence({ definition, state, uses, today }: StaleSubject): readonly Evidence[] {
  const found: Evidence[] = [];
  const { expires, lifecycle, kind } = definition;
  if (expires !== undefined && expires <= today)
    found.push({ why: "expired", words: `expired ${daysAgo(expires, today)}` });
  const sunset = lifecycle.status === "active" ? undefined : lifecycle.sunset;
  if (lifecycle.status === "sunset" || (sunset !== undefined && sunset <= today))
    found.push({ why: "sunset", words: sunset === undefined ? "sunset" : `sunset ${daysAgo(sunset, today)}` });
  // The other kinds are there to stay, whatever they serve now.
  if (state !== undefined && !state.killed && (kind === "release" || kind === "experiment")) {
    const served = servedToAll(definition, state.value);
    if (served !== undefined)
      found.push({ why: "rolled-out", words: `serves ${served} to everybody in ${state.environment}` });
  }
  if (uses === 0) found.push({ why: "unused", words: "no code uses it" });
  return found;
}

/** The one thing that this state serves to everybody, whatever the context; `undefined` when it depends. */
export function servedToAll({ requires }: FlagDefinition, state: FlagState): string | undefined {
  const timed = state.autoOff ?? state.activeFrom ?? state.activeUntil;
  if (!state.on || requires.length > 0 || timed !== undefined) return undefined;
  const served = [...state.targets, ...state.rules].map(({ serve }) => alwaysServed(serve));
  const otherwise = alwaysServed(state.otherwise);
  return served.every((each) => each === otherwise) ? otherwise : undefined;
}

function alwaysServed(serve: Serve): string | undefined {
  if ("variant" in serve) return serve.variant;
  if ("default" in serve) return "its default";
  const variants = new Set(serve.split.ranges.filter(([, from, to]) => to > from).map(([variant]) => variant));
  const covered = serve.split.ranges.reduce((sum, [, from, to]) => sum + (to - from), 0);
  return variants.size === 1 && covered === BUCKETS && serve.split.ramp === undefined ? [...variants][0] : undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

function daysAgo(day: CalendarDate, today: CalendarDate): string {
  const days = Math.round((Date.parse(today) - Date.parse(day)) / DAY_MS);
  return days === 0 ? "today" : days === 1 ? "yesterday" : `${days.toLocaleString("en-US")} days ago`;
}

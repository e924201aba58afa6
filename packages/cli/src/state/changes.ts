import type { FlagState } from "@flagwright/schema";
import type { Paint } from "../output/paint.ts";
import { printable } from "../output/text.ts";
import { conditionWords, serveWords, targetWords, valueWords } from "./words.ts";

/** One thing about a flag that is not as it was. */
export interface StateChange {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What differs between two states of a flag, in words. Equal states give nothing. */
export function changesBetween(before: FlagState, after: FlagState): readonly StateChange[] {
  const old = new Map(facts(before));
  const current = new Map(facts(after));
  return [...new Set([...old.keys(), ...current.keys()])]
    .map((what) => ({ what, before: old.get(what) ?? "–", after: current.get(what) ?? "–" }))
    .filter((change) => change.before !== change.after);
}

export function changeLines(changes: readonly StateChange[], paint: Paint): string {
  const width = Math.max(...changes.map(({ what }) => what.length));
  return changes
    .map(({ what, before, after }) => `  ${what.padEnd(width)}  ${paint.dim(before)} → ${paint.bold(after)}\n`)
    .join("");
}

function facts(state: FlagState): readonly (readonly [what: string, value: string])[] {
  return [
    ["state", state.on ? "on" : "off"],
    ...optional("off serves", state.off),
    ...optional("ends", state.autoOff),
    ...optional("active from", state.activeFrom),
    ...optional("active until", state.activeUntil),
    ...state.variants.map(([name, value]) => [`variant ${printable(name)}`, valueWords(value)] as const),
    ...state.targets.map(
      (target, index) => [`target ${index + 1}`, `${targetWords(target)}: ${serveWords(target.serve)}`] as const,
    ),
    ...state.rules.map(
      (rule, index) =>
        [
          `rule ${index + 1}`,
          `${conditionWords(rule.when)}: ${serveWords(rule.serve)}${rule.onMiss === "stop" ? ", else stop" : ""}`,
        ] as const,
    ),
    ["otherwise", serveWords(state.otherwise)],
  ];
}

function optional(what: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[what, printable(value)]];
}

import { compile, type CompiledSnapshot, type Order, type Patch } from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import type { EnvironmentState } from "../distribution/environment-state.ts";

/** An environment's flags ready to answer, with the kills that are in force. */
interface Ready {
  readonly base: CompiledSnapshot;
  readonly current: CompiledSnapshot;
  readonly killSequence: number;
}

const ready = new WeakMap<EnvironmentState, Ready>();

/** Follows the state: what a patch did not touch stays compiled. */
export function compiledOf(state: EnvironmentState): CompiledSnapshot {
  const known = ready.get(state);
  if (known !== undefined && known.base.snapshot === state.snapshot && known.killSequence === state.killSequence)
    return known.current;
  const base = baseOf(state, known?.base);
  const { overlays, killSequence } = state;
  const current = overlays.length === 0 ? base : base.overlaid(overlays);
  ready.set(state, { base, current, killSequence });
  return current;
}

function baseOf(state: EnvironmentState, previous: CompiledSnapshot | undefined): CompiledSnapshot {
  if (previous === undefined) return compile(state.snapshot, { regularExpressions });
  if (previous.snapshot === state.snapshot) return previous;
  const patch = state.patchSince(previous satisfies Order);
  return patch === undefined
    ? compile(state.snapshot, { regularExpressions, previous })
    : previous.patched(JSON.parse(patch) as Patch);
}

import type { Snapshot } from "../snapshot/model.ts";
import { Compilation } from "./compilation.ts";
import { LayeredMap } from "./layered-map.ts";
import type { CompiledSnapshot } from "./compiled-snapshot.ts";
import type { RegularExpressions } from "./operators/operator.ts";
import { operatorEnvironment } from "./operators/operators.ts";

export interface CompileOptions {
  /** The linear-time engine behind `matches`. Without one, a flag that uses `matches` is unreadable. */
  readonly regularExpressions?: RegularExpressions;
  /** Where a flag that cannot be read finds what it answered last, if it has been asked before. */
  readonly previous?: CompiledSnapshot;
}

/**
 * Makes a snapshot ready to answer. Each flag becomes closures at its first use. Never throws.
 *
 * @example
 * ```ts
 * const compiled = compile(snapshot);
 * compiled.flag("new-checkout")?.evaluate({ targetingKey: "user-1" }, Date.now()).value;
 * ```
 */
export function compile(snapshot: Snapshot, { regularExpressions, previous }: CompileOptions = {}): CompiledSnapshot {
  return new Compilation({
    snapshot,
    flags: new LayeredMap(new Map(snapshot.flags.map((flag) => [flag.key, flag]))),
    segments: new LayeredMap(new Map(snapshot.segments.map((segment) => [segment.key, segment]))),
    overlays: new Map(),
    environment: operatorEnvironment(regularExpressions),
    lastReadable: previous instanceof Compilation ? previous.answered() : new LayeredMap(new Map()),
  });
}

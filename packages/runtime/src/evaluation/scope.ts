import type { Prerequisite } from "../snapshot/model.ts";
import type { EvaluationContext } from "./details.ts";
import type { OperatorEnvironment } from "./operators/operator.ts";
import { Unreadable } from "./unreadable.ts";
import type { CompiledFlag } from "./compiled-snapshot.ts";

/** A compiled condition. */
export type Test = (context: EvaluationContext, at: number) => boolean;

/** A flag's closures, before it is known where its references lead. */
export interface Closures extends CompiledFlag {
  /** True when the flag is on for this context: neither killed nor off, in its time, its prerequisites met. */
  isOn(context: EvaluationContext, at: number): boolean;
}

/** A flag that is ready, and everything that its answer depends on. */
export interface CompiledEntry extends Closures {
  /** Flags it refers to, with those that they refer to in turn. */
  readonly flags: ReadonlySet<string>;
  readonly segments: ReadonlySet<string>;
  /** Conditions that one evaluation visits at the most; infinite when the flag leads back to itself. */
  readonly conditions: number;
  /** The longest chain of references to other flags; infinite likewise. */
  readonly depth: number;
}

/** A reference to another flag. It is linked once it is known that it does not lead back to where it comes from. */
export interface Link {
  readonly key: string;
  /** `undefined` when the snapshot has no such flag. */
  entry: CompiledEntry | undefined;
}

/** What compiled conditions refer to, and how much of it there is. */
export interface References {
  readonly links: readonly Link[];
  /** Keys of segments, those that segments refer to included. */
  readonly segments: ReadonlySet<string>;
  /** Conditions, with those of the segments written out. */
  readonly conditions: number;
  /** Whether any of them may depend on the time. */
  readonly timed: boolean;
}

export interface CompiledSegment extends References {
  readonly test: Test;
}

/** What compiling one flag or segment may look up, and where it notes what it refers to. */
export class Scope {
  readonly links: Link[] = [];
  readonly segments: Set<string> = new Set();
  readonly environment: OperatorEnvironment;
  readonly #segment: (key: string) => CompiledSegment;
  conditions = 0;
  timed = false;

  constructor(environment: OperatorEnvironment, segment: (key: string) => CompiledSegment) {
    this.environment = environment;
    this.#segment = segment;
  }

  segment(key: string): Test {
    const segment = this.#segment(key);
    this.links.push(...segment.links);
    this.segments.add(key);
    for (const nested of segment.segments) this.segments.add(nested);
    this.conditions += segment.conditions;
    this.timed ||= segment.timed;
    return segment.test;
  }

  flag({ flag, is }: Prerequisite): Test {
    const link: Link = { key: flag, entry: undefined };
    this.links.push(link);
    // What the other flag does is not known yet.
    this.timed = true;
    if (is === "on") return (context, at) => link.entry !== undefined && link.entry.isOn(context, at);
    if (!Array.isArray(is)) throw new Unreadable("A condition on a flag names neither variants nor that it is on.");
    const variants: ReadonlySet<string | undefined> = new Set(is);
    return (context, at) => link.entry !== undefined && variants.has(link.entry.evaluate(context, at).variant);
  }
}

import { MAX_EXPANDED_CONDITIONS, MAX_REFERENCE_DEPTH } from "../../snapshot/limits.ts";
import type { FlagConfiguration, Snapshot } from "../../snapshot/model.ts";
import type { OperatorEnvironment } from "../operators/operator.ts";
import { Unreadable } from "../unreadable.ts";
import { failure, type Test } from "./answer.ts";
import { attributeReader } from "./attribute.ts";
import { compileCondition, type References, type Scope } from "./condition.ts";
import { type Closures, compileFlag, constant } from "./flag.ts";

/** A flag that is ready to answer. */
export interface CompactFlag extends Closures {
  /** What answers: the last readable configuration when the snapshot's is not. */
  readonly configuration: FlagConfiguration;
  /** Why the snapshot's configuration cannot be read. */
  readonly unreadable?: string;
}

export type CompactFlags = ReadonlyMap<string, CompactFlag>;

interface Entry extends CompactFlag {
  /** Conditions that one evaluation visits at the most. */
  readonly conditions: number;
  /** The longest chain of references to other flags. */
  readonly depth: number;
}

interface Draft extends References {
  readonly configuration: FlagConfiguration;
  /** Why it cannot be read, in place of the closures. */
  readonly closures: Closures | string;
}

/**
 * Makes every flag of a snapshot ready: for a browser, where what is downloaded counts for more than what an evaluation
 * takes. The meaning is that of `compile`, and so are the operators; what is not there are its shortcuts, and patches.
 *
 * A flag that cannot be read answers what it answered in `previous`, else its default.
 */
export function compactFlags(
  snapshot: Snapshot,
  environment: OperatorEnvironment,
  previous?: CompactFlags,
): CompactFlags {
  const ready = new Map<string, Entry>();
  const keys = new Set(snapshot.flags.map(({ key }) => key));
  const segments = new Map(snapshot.segments.map((segment) => [segment.key, segment]));
  const compiled = new Map<string, (References & { readonly test: Test }) | undefined>();
  const readKey = attributeReader("targetingKey");

  const newScope = (): Scope => ({
    environment,
    conditions: 0,
    links: [],
    segment(key, scope) {
      const segment = segments.get(key);
      if (segment !== undefined && !compiled.has(key)) {
        // Until it is compiled it is known and not there: whoever contains it contains itself.
        compiled.set(key, undefined);
        const own = newScope();
        const when = compileCondition(segment.when, own);
        const [include, exclude] = [segment.include, segment.exclude].map((ids) => new Set<unknown>(ids));
        const test: Test = (context, at) => {
          const id = readKey(context);
          return !exclude?.has(id) && (include?.has(id) || when(context, at));
        };
        compiled.set(key, { ...own, test: segment.include.length + segment.exclude.length === 0 ? when : test });
      }
      const known = compiled.get(key);
      if (known === undefined) throw new Unreadable(`Unknown segment: ${key}.`);
      scope.links.push(...known.links);
      scope.conditions += known.conditions;
      return known.test;
    },
    flag({ flag, is }, scope) {
      scope.links.push(flag);
      return (context, at) => {
        const entry = ready.get(flag);
        if (is === "on") return entry?.isOn(context, at) ?? false;
        return is.includes(entry?.evaluate(context, at).variant ?? "");
      };
    },
  });

  const settle = ({ configuration, closures, conditions }: Draft, depth: number): void => {
    const { key } = configuration;
    if (typeof closures !== "string") ready.set(key, { configuration, ...closures, conditions, depth });
    else {
      const last = previous?.get(key) ?? constant(failure(configuration, "PARSE_ERROR", closures), false);
      ready.set(key, { configuration, ...last, unreadable: closures, conditions: 0, depth });
    }
  };

  let waiting = snapshot.flags.map((configuration): Draft => {
    const scope = newScope();
    try {
      return { configuration, closures: compileFlag(configuration, scope), ...scope };
    } catch (thrown) {
      return { configuration, closures: (thrown as Error).message, links: [], conditions: 0 };
    }
  });
  // Each round takes the flags whose references are there; what is left after the last one leads too far, or back.
  for (let round = 0; round <= MAX_REFERENCE_DEPTH; round++)
    waiting = waiting.filter((draft) => {
      if (draft.links.some((key) => keys.has(key) && !ready.has(key))) return true;
      let { conditions } = draft;
      let depth = 0;
      for (const key of draft.links) {
        const entry = ready.get(key);
        depth = Math.max(depth, 1 + (entry?.depth ?? 0));
        conditions += entry?.conditions ?? 0;
      }
      const isTooMuch = depth > MAX_REFERENCE_DEPTH || conditions > MAX_EXPANDED_CONDITIONS;
      settle({ ...draft, ...(isTooMuch ? tooMuch : { conditions }) }, depth);
      return false;
    });
  for (const draft of waiting) settle({ ...draft, ...tooMuch }, Infinity);
  return ready;
}

const tooMuch = { closures: "It depends on too much, or on itself." };

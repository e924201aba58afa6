import { MAX_EXPANDED_CONDITIONS, MAX_REFERENCE_DEPTH } from "../../snapshot/limits.ts";
import type { FlagConfiguration, Snapshot } from "../../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import type { OperatorEnvironment } from "../operators/operator.ts";
import { Unreadable } from "../unreadable.ts";
import { failure, type Test } from "./answer.ts";
import { compileCondition, type References, type Scope } from "./condition.ts";
import { type Closures, compileFlag, constant } from "./flag.ts";

/** A flag that is ready to answer. */
export interface CompactFlag extends Closures {
  /** What answers: the last readable configuration when the snapshot's is not. */
  readonly configuration: FlagConfiguration;
  /** Why the snapshot's configuration cannot be read. */
  readonly problem?: string;
}

export type CompactFlags = ReadonlyMap<string, CompactFlag>;

interface Entry extends CompactFlag {
  readonly conditions: number;
  /** The longest chain of references to other flags. */
  readonly depth: number;
}

/**
 * Makes every flag of a snapshot ready, each as large as its configuration and no larger: for a browser, where what is
 * downloaded counts for more than what an evaluation takes. The meaning is that of `compile`, and so are the operators,
 * the buckets and the attributes; what is not there are the shortcuts, and patches.
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
        const [include, exclude] = [new Set<unknown>(segment.include), new Set<unknown>(segment.exclude)];
        const test: Test = (context, at) => {
          const id = readKey(context);
          return !exclude.has(id) && (include.has(id) || when(context, at));
        };
        compiled.set(key, { ...own, test: include.size + exclude.size === 0 ? when : test });
      }
      const known = compiled.get(key);
      if (known === undefined) throw new Unreadable(`The segment ${key} is missing, unreadable, or contains itself.`);
      scope.links.push(...known.links);
      scope.conditions += known.conditions;
      return known.test;
    },
    flag:
      ({ flag, is }) =>
      (context, at) => {
        const entry = ready.get(flag);
        if (entry === undefined) return false;
        return is === "on" ? entry.isOn(context, at) : is.includes(entry.evaluate(context, at).variant ?? "");
      },
  });
  const settle = (configuration: FlagConfiguration, closures: Closures | string, conditions = 0, depth = 0): void => {
    const { key } = configuration;
    ready.set(key, {
      configuration,
      ...(typeof closures !== "string"
        ? closures
        : {
            ...(previous?.get(key) ?? constant(failure(configuration, "PARSE_ERROR", closures), false)),
            problem: closures,
          }),
      conditions: typeof closures === "string" ? 0 : conditions,
      depth,
    });
  };

  let waiting: readonly {
    readonly configuration: FlagConfiguration;
    readonly closures: Closures;
    readonly scope: References;
  }[] = snapshot.flags.flatMap((configuration) => {
    const scope = newScope();
    try {
      return [{ configuration, closures: compileFlag(configuration, scope), scope }];
    } catch (thrown) {
      settle(configuration, (thrown as Error).message);
      return [];
    }
  });
  // Each round takes the flags whose references are there; what is left after the last one leads too far, or back.
  for (let round = 0; round <= MAX_REFERENCE_DEPTH; round++)
    waiting = waiting.filter(({ configuration, closures, scope: { links, conditions } }) => {
      if (links.some((key) => keys.has(key) && !ready.has(key))) return true;
      let depth = 0;
      let expanded = conditions;
      for (const key of links) {
        depth = Math.max(depth, 1 + (ready.get(key)?.depth ?? 0));
        expanded += ready.get(key)?.conditions ?? 0;
      }
      const tooMuch = depth > MAX_REFERENCE_DEPTH || expanded > MAX_EXPANDED_CONDITIONS;
      settle(configuration, tooMuch ? "It depends on too much." : closures, expanded, depth);
      return false;
    });
  for (const { configuration } of waiting) settle(configuration, "It depends on too much, or on itself.", 0, Infinity);
  return ready;
}

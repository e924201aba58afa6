import type { Segment } from "@flagwright/runtime";
import { validateSegment, validateState, wireKey, type DefinitionBundle } from "@flagwright/schema";
import { segmentsOf, type Contract } from "../flags/contract.ts";
import { readFlags, type FlagRecord } from "../flags/flag-store.ts";
import { invalid, type ProblemPlace } from "../http/problem.ts";
import type { Trx } from "../storage/database.ts";
import type { Environment, Project } from "../tenancy/scope.ts";
import { firstSegment } from "./first-version.ts";
import type { PushPlan } from "./plan-push.ts";

/** What stands in one environment while a push comes. */
export interface Standing {
  readonly environment: Environment;
  /** By wire key, archived ones as well. */
  readonly records: ReadonlyMap<string, FlagRecord>;
  readonly segments: ReadonlyMap<string, Segment>;
  /** What will hold here after the push. */
  readonly contract: Contract;
}

export async function readStanding(
  trx: Trx,
  project: Project,
  environment: Environment,
  plan: PushPlan,
): Promise<Standing> {
  const records = await readFlags(trx, project, environment, { archived: true });
  const segments = await segmentsOf(trx, environment);
  return {
    environment,
    records: new Map(records.map((record) => [record.wireKey, record])),
    segments,
    contract: {
      context: plan.context,
      definitions: plan.definitions,
      segments: new Map(plan.segments.map((key) => [key, segments.get(key) ?? firstSegment(key)])),
    },
  };
}

/** Enough to see what is wrong. */
const MAX_ERRORS = 100;

/**
 * Every state and segment that will be in use must be valid under the new contract. A flag that was archived stands in
 * nobody's way: coming back, it keeps its state where that still fits.
 *
 * @throws Problem 422 that names what stands in the way, by the place in the bundle.
 */
export function refuseInvalidStates(
  bundle: DefinitionBundle,
  plan: PushPlan,
  restored: ReadonlySet<string>,
  everywhere: readonly Standing[],
): void {
  if (!plan.checksAll) return;
  const indexes = new Map(bundle.definitions.map((definition, index) => [wireKey(definition), index]));
  const errors: ProblemPlace[] = [];
  for (const { environment, records, segments, contract } of everywhere) {
    for (const [key, definition] of contract.definitions) {
      const record = records.get(key);
      if (record === undefined || restored.has(key)) continue;
      const index = indexes.get(key);
      for (const { pointer, ...error } of validateState(definition, record.state, contract))
        errors.push({
          ...error,
          pointer: index === undefined ? "" : `/definitions/${index}`,
          message: `${key} in ${environment.key}, at ${pointer || "/"}: ${error.message}`,
        });
    }
    for (const key of plan.segments) {
      const segment = segments.get(key);
      if (segment === undefined) continue;
      for (const { pointer, ...error } of validateSegment(segment, contract))
        errors.push({
          ...error,
          pointer: "/context",
          message: `the segment ${key} in ${environment.key}, at ${pointer || "/"}: ${error.message}`,
        });
    }
  }
  if (errors.length > 0)
    throw invalid(
      "STATE_INCOMPATIBLE",
      "What is stored would be invalid under this bundle. Change it first, or make it a new version of the flag.",
      errors.slice(0, MAX_ERRORS),
    );
}

import type { FlagState } from "@flagwright/schema";
import { configure, validateState } from "@flagwright/schema";
import { refuseUnreadable, statePointer } from "../distribution/refuse-unreadable.ts";
import type { Change } from "../http/change.ts";
import { checkIfMatch } from "../http/if-match.ts";
import { invalid, notFound } from "../http/problem.ts";
import type { Trx } from "../storage/database.ts";
import { advance, nextOrder } from "../tenancy/advance.ts";
import { lockEnvironment, type Environment, type Project } from "../tenancy/scope.ts";
import { readContract } from "./contract.ts";
import { refuseUnevaluable } from "./refuse-unevaluable.ts";
import { readFlags, readWireKeys, writeFlagVersions, type FlagRecord } from "./flag-store.ts";

export interface FlagChange {
  readonly wireKey: string;
  readonly ifMatch: string | undefined;
  readonly ifMatchRequired: boolean;
  /** What happened, for history and audit: `update`, `toggle`, `revert`. */
  readonly action: string;
  readonly reason: string | undefined;
  /** Also when live clients could not read it. */
  readonly force: boolean;
  /** The state wanted, from the one that stands. It is validated before anything is written. */
  readonly state: (current: FlagRecord, environment: Environment, trx: Trx) => Promise<unknown>;
}

/** @throws Problem 404 that names the nearest flag. */
export async function findFlag(
  trx: Trx,
  project: Project,
  environment: Environment,
  wireKey: string,
): Promise<FlagRecord> {
  const [record] = await readFlags(trx, project, environment, { wireKeys: [wireKey] });
  if (record === undefined) throw notFound("flag", wireKey, await readWireKeys(trx, environment));
  return record;
}

/**
 * Changes one flag's state in one environment.
 *
 * @throws Problem 404, 412, 422 or 428; then nothing has changed.
 */
export async function changeFlag(
  change: Change,
  project: Project,
  unlocked: Environment,
  wanted: FlagChange,
): Promise<{ readonly environment: Environment; readonly record: FlagRecord }> {
  const environment = await lockEnvironment(change.trx, unlocked);
  const current = await findFlag(change.trx, project, environment, wanted.wireKey);
  checkIfMatch(wanted.ifMatch, current.version, wanted.ifMatchRequired);

  const contract = await readContract(change.trx, project, environment);
  const given = await wanted.state(current, environment, change.trx);
  const problems = validateState(current.definition, given, contract);
  if (problems.length > 0)
    throw invalid(
      "STATE_INVALID",
      `The state does not fit the definition of ${wanted.wireKey}.`,
      problems.map((problem) => ({ ...problem, pointer: `/state${problem.pointer}` })),
    );
  const state = given as FlagState;
  const next = {
    ...current,
    state,
    configuration: configure(current.definition, state, current.killed),
    ...nextOrder(environment),
    at: change.at,
    actor: change.actor.name,
  };
  await refuseUnevaluable(
    change.trx,
    project,
    environment,
    next.configuration,
    current.configuration,
    contract.segments,
  );
  if (!wanted.force)
    await refuseUnreadable(change.trx, project, [
      { configuration: next.configuration, readers: change.readers(environment.id), pointer: statePointer },
    ]);
  await writeFlagVersions(change, project, environment, nextOrder(environment), [
    { ...next, after: current.version, action: wanted.action, reason: wanted.reason },
  ]);
  await advance(change, project, environment, {
    put: { flags: [next.configuration] },
    action: `flag.${wanted.action}`,
    target: wanted.wireKey,
    reason: wanted.reason,
    before: current.state,
    after: state,
  });
  return { environment, record: { ...next, version: current.version + 1 } };
}

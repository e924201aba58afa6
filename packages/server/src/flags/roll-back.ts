import type { Order } from "@flagwright/runtime";
import { configure, validateState } from "@flagwright/schema";
import type { Change } from "../http/change.ts";
import { conflict } from "../http/problem.ts";
import type { Trx } from "../storage/database.ts";
import { advance, nextOrder } from "../tenancy/advance.ts";
import { lockEnvironment, type Environment, type Project } from "../tenancy/scope.ts";
import { readContract } from "./contract.ts";
import { readFlags, writeFlagVersions, type NewVersion } from "./flag-store.ts";
import { readVersion } from "./history.ts";
import { unevaluable } from "./refuse-unevaluable.ts";

/** What one revision made of one flag. */
export interface Reversible {
  readonly wireKey: string;
  /** The version that the revision made; the one before it is what there is to go back to. */
  readonly version: number;
}

export type RollBack =
  | ({ readonly done: true; readonly flags: readonly string[] } & Order)
  | { readonly done: false; readonly flags: readonly string[]; readonly why: string };

/**
 * What a revision changed of this flag, if that can be taken back: a state that was set, toggled or reverted, a kill, a
 * lift. A bare key means all versions of the flag.
 *
 * @throws Problem 409 for a revision that did something else, or nothing to this flag.
 */
export async function reversible(
  trx: Trx,
  environment: Environment,
  order: Order,
  key: string,
): Promise<readonly Reversible[]> {
  const rows = await trx
    .selectFrom("configuration")
    .where("environment_id", "=", environment.id)
    .where("epoch", "=", order.epoch)
    .where("revision", "=", order.revision)
    .where("version", ">", 1)
    .where("action", "!=", "define")
    .orderBy("wire_key")
    .select(["wire_key", "version"])
    .execute();
  const wanted = key.replace(/@1$/, "");
  const meant = rows.filter((row) => row.wire_key === wanted || (key === wanted && row.wire_key.startsWith(`${key}@`)));
  if (meant.length === 0)
    throw conflict(
      "NOT_REVERSIBLE",
      `Revision ${order.revision} of ${environment.key} changed nothing of ${key} that could be rolled back.`,
    );
  return meant.map((row) => ({ wireKey: row.wire_key, version: row.version }));
}

/**
 * Makes a new revision that restores exactly what a revision replaced, state and kill. It does so only if all of these
 * flags still are what that revision made of them; otherwise nothing is changed, and `why` says so.
 */
export async function rollBack(
  change: Change,
  project: Project,
  unlocked: Environment,
  order: Order,
  what: readonly Reversible[],
): Promise<RollBack> {
  const environment = await lockEnvironment(change.trx, unlocked);
  const flags = what.map(({ wireKey }) => wireKey);
  const records = new Map(
    (await readFlags(change.trx, project, environment, { wireKeys: flags })).map((record) => [record.wireKey, record]),
  );
  const contract = await readContract(change.trx, project, environment);
  const reason = `rolled back: revision ${order.revision} was not confirmed in time`;
  const before = [];
  const versions: NewVersion[] = [];
  for (const { wireKey, version } of what) {
    const record = records.get(wireKey);
    if (record === undefined) return { done: false, flags, why: `${wireKey} has been archived since.` };
    if (record.version !== version)
      return {
        done: false,
        flags,
        why: `${record.actor} has changed ${wireKey} since, in revision ${record.revision}; that stands.`,
      };
    const { state, killed } = await readVersion(change.trx, environment, wireKey, version - 1);
    if (validateState(record.definition, state, contract).length > 0)
      return { done: false, flags, why: `What ${wireKey} was before no longer fits what has been pushed since.` };
    const configuration = configure(record.definition, state, killed);
    if ((await unevaluable(change.trx, project, environment, configuration, contract.segments)) !== undefined)
      return { done: false, flags, why: `What ${wireKey} was before no longer goes with the flags that it asks for.` };
    before.push({ flag: wireKey, state: record.state, killed: record.killed ?? null });
    versions.push({
      wireKey,
      after: version,
      definitionId: record.definitionId,
      state,
      killed,
      configuration,
      action: "rollback",
      reason,
    });
  }
  await writeFlagVersions(change, project, environment, nextOrder(environment), versions);
  const made = await advance(change, project, environment, {
    put: { flags: versions.map(({ configuration }) => configuration) },
    overlays: versions
      .filter(({ wireKey, killed }) => (records.get(wireKey)?.killed === undefined) !== (killed === undefined))
      .map(({ wireKey, killed }) => ({ flag: wireKey, killed: killed ?? null })),
    action: "flag.rollback",
    target: flags.join(", "),
    reason,
    before,
    after: versions.map(({ wireKey, state, killed }) => ({ flag: wireKey, state, killed: killed ?? null })),
  });
  return { done: true, flags, ...made };
}

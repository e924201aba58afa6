import type { Killed, Order } from "@flagwright/runtime";
import { configure } from "@flagwright/schema";
import type { Change } from "../http/change.ts";
import { notFound } from "../http/problem.ts";
import { advance, nextOrder } from "../tenancy/advance.ts";
import { lockEnvironment, type Environment, type Project } from "../tenancy/scope.ts";
import { readFlags, readWireKeys, writeFlagVersions, type FlagRecord } from "./flag-store.ts";

export interface KillAnswer extends Order {
  /** The wire keys that are killed now, or no longer are. */
  readonly flags: readonly string[];
  readonly killed: Killed | null;
  /** Those whose state this call changed. None: they were so already, and the order is that of the environment. */
  readonly changed: readonly string[];
}

export interface Kill {
  readonly reason: string;
  /** Clients were told of it while it could not be stored. */
  readonly provisional?: true;
}

/**
 * Kills a flag, or lifts the kill. A bare key means all its versions; `key@1` means the first alone. Nothing here can be
 * refused for what the state says: a kill works on every flag, whatever its rules.
 *
 * Killing what is killed, or lifting what is not, changes nothing and succeeds.
 */
export async function killFlag(
  change: Change,
  project: Project,
  unlocked: Environment,
  key: string,
  kill: Kill | { readonly lift: true; readonly reason?: string | undefined },
): Promise<KillAnswer> {
  const environment = await lockEnvironment(change.trx, unlocked);
  const meant = await meantBy(change, project, environment, key);
  const lift = "lift" in kill;
  const killed: Killed | undefined = lift
    ? undefined
    : { at: change.at.toISOString(), by: change.actor.name, reason: kill.reason };
  const provisional = !lift && kill.provisional === true ? { provisional: true } : {};
  const affected = meant.filter((record) => (record.killed === undefined) !== lift);
  const flags = meant.map((record) => record.wireKey);
  if (affected.length === 0)
    return {
      flags,
      epoch: environment.epoch,
      revision: environment.revision,
      killed: meant[0]?.killed ?? null,
      changed: [],
    };

  const action = lift ? "lift" : "kill";
  const versions = affected.map((record) => ({
    ...record,
    after: record.version,
    killed,
    configuration: configure(record.definition, record.state, killed),
    action,
    reason: kill.reason,
  }));
  await writeFlagVersions(change, project, environment, nextOrder(environment), versions);
  const order = await advance(change, project, environment, {
    put: { flags: versions.map((version) => version.configuration) },
    overlays: affected.map((record) => ({ flag: record.wireKey, killed: killed ?? null })),
    action: `flag.${action}`,
    target: key,
    reason: kill.reason,
    before: affected.map((record) => ({ flag: record.wireKey, killed: record.killed ?? null })),
    after: affected.map((record) => ({ flag: record.wireKey, killed: killed ?? null, ...provisional })),
  });
  return { flags, ...order, killed: killed ?? null, changed: affected.map((record) => record.wireKey) };
}

async function meantBy(
  change: Change,
  project: Project,
  environment: Environment,
  key: string,
): Promise<readonly FlagRecord[]> {
  const query = key.includes("@") ? { wireKeys: [key.replace(/@1$/, "")] } : { key };
  const records = await readFlags(change.trx, project, environment, query);
  if (records.length === 0) throw notFound("flag", key, await readWireKeys(change.trx, environment));
  return records;
}

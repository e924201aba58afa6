import type { JsonObject, JsonValue, Killed } from "@flagwright/runtime";
import { sameJson, type FlagState } from "@flagwright/schema";
import { notFound } from "../http/problem.ts";
import { escapePointer } from "../http/validation.ts";
import type { Trx } from "../storage/database.ts";
import type { Environment } from "../tenancy/scope.ts";

export interface HistoryItem {
  readonly version: number;
  readonly epoch: number;
  readonly revision: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly reason?: string;
  readonly state: FlagState;
  readonly killed?: Killed;
}

/** Newest first, before the version given. */
export async function readHistory(
  trx: Trx,
  environment: Environment,
  wireKey: string,
  page: { readonly before?: number | undefined; readonly version?: number; readonly limit: number },
): Promise<readonly HistoryItem[]> {
  let select = trx
    .selectFrom("configuration")
    .where("environment_id", "=", environment.id)
    .where("wire_key", "=", wireKey)
    .orderBy("version", "desc")
    .limit(page.limit)
    .select(["version", "epoch", "revision", "at", "actor", "action", "reason", "state", "killed"]);
  if (page.before !== undefined) select = select.where("version", "<", page.before);
  if (page.version !== undefined) select = select.where("version", "=", page.version);
  const rows = await select.execute();
  return rows.map((row) => ({
    version: row.version,
    epoch: row.epoch,
    revision: row.revision,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    ...(row.reason === null ? {} : { reason: row.reason }),
    state: JSON.parse(row.state) as FlagState,
    ...(row.killed === null ? {} : { killed: JSON.parse(row.killed) as Killed }),
  }));
}

/** @throws Problem 404. */
export async function readVersion(
  trx: Trx,
  environment: Environment,
  wireKey: string,
  version: number,
): Promise<HistoryItem> {
  const [item] = await readHistory(trx, environment, wireKey, { version, limit: 1 });
  if (item === undefined) throw notFound("version", `${wireKey} version ${version}`);
  return item;
}

export interface Difference {
  /** RFC 6901. */
  readonly pointer: string;
  /** Absent when it was not there. */
  readonly before?: JsonValue;
  /** Absent when it is gone. */
  readonly after?: JsonValue;
}

/** Where two JSON values differ, member by member; arrays of unequal length differ as a whole. */
export function differences(before: JsonValue, after: JsonValue, pointer = ""): readonly Difference[] {
  if (sameJson(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const [old, current] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
    return [...new Set([...old.keys(), ...current.keys()])].flatMap((name) => {
      const [left, right] = [old.get(name), current.get(name)];
      const at = `${pointer}/${escapePointer(name)}`;
      if (left !== undefined && right !== undefined) return differences(left, right, at);
      return [
        {
          pointer: at,
          ...(left === undefined ? {} : { before: left }),
          ...(right === undefined ? {} : { after: right }),
        },
      ];
    });
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, index) => differences(item, after[index] as JsonValue, `${pointer}/${index}`));
  return [{ pointer, before, after }];
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

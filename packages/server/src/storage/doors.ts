import { sql } from "kysely";
import type { Database } from "./database.ts";
import type { KeyKind } from "./tables.ts";

export interface StoredKey {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly environment_id: string | null;
  readonly kind: KeyKind;
  readonly name: string;
  readonly secret_hash: string;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

/** A request arrives with a key and nothing else. */
export async function findKey(database: Database, id: string): Promise<StoredKey | undefined> {
  const [row] = await database.throughDoor(sql<StoredKey>`select * from door_api_key(${id})`);
  return row;
}

/** Which of these keys have been revoked or have expired. */
export async function findClosedKeys(
  database: Database,
  ids: readonly string[],
  at: number,
): Promise<readonly string[]> {
  const rows = await database.throughDoor(
    sql<{ id: string }>`select * from door_closed_api_keys(${[...ids]}, ${new Date(at)})`,
  );
  return rows.map((row) => row.id);
}

export interface EnvironmentScope {
  readonly organization_id: string;
  readonly organization_key: string;
  readonly project_id: string;
  readonly project_key: string;
  readonly environment_key: string;
  readonly epoch: number;
  readonly revision: number;
}

/** The relay and the stream know an environment's id before they know whose it is. */
export async function findEnvironmentScope(
  database: Database,
  environmentId: string,
): Promise<EnvironmentScope | undefined> {
  const [row] = await database.throughDoor(sql<EnvironmentScope>`select * from door_environment(${environmentId})`);
  return row;
}

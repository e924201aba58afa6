import { sql } from "kysely";
import type { Database } from "../storage/database.ts";
import { findEnvironmentScope } from "../storage/doors.ts";
import { readSnapshot } from "../storage/read-snapshot.ts";
import type { ChangeSource, WaitingAnnouncement } from "./change-source.ts";

/** Kills come before the patch of the same revision; the alphabet agrees: kill, patch, purge. */
export function createDatabaseSource(database: Database): ChangeSource {
  return {
    async name(environmentId) {
      const scope = await findEnvironmentScope(database, environmentId);
      return (
        scope && {
          organization: scope.organization_key,
          project: scope.project_key,
          environment: scope.environment_key,
        }
      );
    },
    snapshot: (environmentId) => readSnapshot(database, environmentId),
    async orders(environmentIds) {
      if (environmentIds.length === 0) return new Map();
      const rows = await database.throughDoor(
        sql<{ id: string; epoch: number; revision: number }>`
          select sought.id, door.epoch, door.revision
          from unnest(${[...environmentIds]}::uuid[]) as sought (id), lateral door_environment(sought.id) as door
        `,
      );
      return new Map(rows.map(({ id, epoch, revision }) => [id, { epoch, revision }]));
    },
    after: (environmentId, { epoch, revision }, limit) =>
      database.asRelay(async (trx) => {
        const rows = await trx
          .selectFrom("outbox")
          .where("environment_id", "=", environmentId)
          .where(sql<boolean>`(epoch, revision) > (${epoch}, ${revision})`)
          .orderBy("epoch")
          .orderBy("revision")
          .orderBy("event")
          .orderBy("id")
          .limit(limit)
          .select(["event", "epoch", "revision", "payload as data"])
          .execute();
        return rows;
      }),
    waiting: (environmentId, limit) =>
      database.asRelay(async (trx) => {
        const rows = await trx
          .selectFrom("outbox")
          .where("relayed_at", "is", null)
          .$if(environmentId !== undefined, (query) => query.where("environment_id", "=", environmentId ?? ""))
          .orderBy("environment_id")
          .orderBy("epoch")
          .orderBy("revision")
          .orderBy("event")
          .orderBy("id")
          .limit(limit)
          .select(["id", "environment_id", "event", "epoch", "revision", "payload", "created_at"])
          .execute();
        return rows.map((row): WaitingAnnouncement => ({
          id: row.id,
          environmentId: row.environment_id,
          event: row.event,
          epoch: row.epoch,
          revision: row.revision,
          data: row.payload,
          at: row.created_at.getTime(),
        }));
      }),
    async markRelayed(ids, at) {
      if (ids.length === 0) return;
      await database.asRelay((trx) =>
        trx
          .updateTable("outbox")
          .set({ relayed_at: new Date(at) })
          .where("id", "in", [...ids])
          .execute(),
      );
    },
    async prune(at) {
      await database.asRelay((trx) => trx.deleteFrom("outbox").where("relayed_at", "<", new Date(at)).execute());
    },
  };
}

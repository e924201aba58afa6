import type { Clock } from "../operations/clock.ts";
import type { Database } from "../storage/database.ts";
import type { StoredKey } from "../storage/doors.ts";

/** `last_used_at` says which keys can go; to the minute is enough, and spares a write per request. */
const GRAIN_MS = 60_000;

export interface KeyUse {
  note(key: StoredKey): void;
  /** Writes what has been noted. Also done by itself, a minute after the first note. */
  close(): Promise<void>;
}

export function createKeyUse({ database, clock }: { readonly database: Database; readonly clock: Clock }): KeyUse {
  const noted = new Map<string, { readonly organizationId: string; at: number }>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    timer = undefined;
    const batch = [...noted];
    noted.clear();
    for (const [id, { organizationId, at }] of batch)
      await database.asOrganization(organizationId, (trx) =>
        trx
          .updateTable("api_key")
          .set({ last_used_at: new Date(at) })
          .where("id", "=", id)
          .execute(),
      );
  }

  return {
    note(key) {
      const at = clock.now();
      if (key.last_used_at !== null && at - key.last_used_at.getTime() < GRAIN_MS) return;
      noted.set(key.id, { organizationId: key.organization_id, at });
      timer ??= setTimeout(() => {
        // A use that could not be noted is noted with the next one.
        writing = write().catch(() => {});
      }, GRAIN_MS).unref();
    },
    async close() {
      clearTimeout(timer);
      await writing;
      await write().catch(() => {});
    },
  };
}

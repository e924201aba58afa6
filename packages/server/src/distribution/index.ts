import type { Database } from "../storage/database.ts";
import { createDatabaseSource } from "./database-source.ts";
import { distributeFrom, type Distribution, type DistributionOptions } from "./distribution.ts";

export type { Distribution } from "./distribution.ts";
export type { ReaderGroup } from "./cluster-view.ts";

/** Distributes what this database's outbox holds. Call `routes` under `/sdk/v1`, and `close` before the listener's. */
export function createDistribution({
  db,
  ...options
}: Omit<DistributionOptions, "source"> & { readonly db: Database }): Distribution {
  return distributeFrom({ ...options, source: createDatabaseSource(db) });
}

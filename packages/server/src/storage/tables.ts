import type { ColumnType, Generated } from "kysely";

/**
 * The tables as Kysely sees them. Every column named `…_json`, `content`, `state` or `payload` holds canonical JSON as
 * text: `jsonb` reorders members, and an order that is lost would put people into other buckets.
 *
 * `bigint` columns are read as numbers: epochs and revisions stay far below 2^53.
 */
export interface Tables {
  readonly organization: OrganizationTable;
  readonly project: ProjectTable;
  readonly environment: EnvironmentTable;
  readonly definition: DefinitionTable;
  readonly flag: FlagTable;
  readonly configuration: ConfigurationTable;
  readonly configuration_head: ConfigurationHeadTable;
  readonly segment: SegmentTable;
  readonly segment_head: SegmentHeadTable;
  readonly outbox: OutboxTable;
  readonly api_key: ApiKeyTable;
  readonly audit_head: AuditHeadTable;
  readonly audit_entry: AuditEntryTable;
  readonly audit_payload: AuditPayloadTable;
  readonly idempotency_key: IdempotencyKeyTable;
  readonly lineage: LineageTable;
}

/** Written once, never updated. */
type Once<T> = ColumnType<T, T, never>;
type OnceOptional<T> = ColumnType<T | null, T | null | undefined, never>;

interface OrganizationTable {
  readonly id: Once<string>;
  readonly key: Once<string>;
  readonly name: string;
  readonly created_at: Once<Date>;
}

interface ProjectTable {
  readonly id: Once<string>;
  readonly organization_id: Once<string>;
  readonly key: Once<string>;
  readonly name: string;
  /** `ContextSchema`. */
  readonly context: string;
  /** The declared segment names, a JSON array. */
  readonly segments: string;
  /** New with every push that changed something, so that what was read of the contract can be kept in memory. */
  readonly contract: string;
  readonly created_at: Once<Date>;
}

interface EnvironmentTable {
  readonly id: Once<string>;
  readonly organization_id: Once<string>;
  readonly project_id: Once<string>;
  readonly key: Once<string>;
  readonly name: string;
  readonly epoch: number;
  readonly revision: number;
  readonly created_at: Once<Date>;
  readonly deleted_at: ColumnType<Date | null, never, Date>;
}

/** Every definition ever pushed. */
interface DefinitionTable {
  readonly id: Once<string>;
  readonly organization_id: Once<string>;
  readonly project_id: Once<string>;
  readonly wire_key: Once<string>;
  /** SHA-256 of `content`, in hex. */
  readonly hash: Once<string>;
  /** `FlagDefinition`. */
  readonly content: Once<string>;
  readonly pushed_at: Once<Date>;
  readonly pushed_by: Once<string>;
}

interface FlagTable {
  readonly organization_id: Once<string>;
  readonly project_id: Once<string>;
  readonly wire_key: Once<string>;
  /** Without the version. */
  readonly key: Once<string>;
  readonly version: Once<number>;
  readonly definition_id: string;
  readonly archived_at: Date | null;
  readonly created_at: Once<Date>;
}

/** Every version of every flag's state in every environment. */
interface ConfigurationTable {
  readonly organization_id: Once<string>;
  readonly environment_id: Once<string>;
  readonly wire_key: Once<string>;
  readonly version: Once<number>;
  readonly definition_id: Once<string>;
  /** `FlagState`. */
  readonly state: Once<string>;
  /** `Killed`, or null. */
  readonly killed: OnceOptional<string>;
  /** `FlagConfiguration`: definition and state joined, as clients receive it. */
  readonly content: Once<string>;
  readonly epoch: Once<number>;
  readonly revision: Once<number>;
  readonly actor: Once<string>;
  readonly action: Once<string>;
  readonly reason: OnceOptional<string>;
  readonly at: Once<Date>;
}

interface ConfigurationHeadTable {
  readonly organization_id: Once<string>;
  readonly environment_id: Once<string>;
  readonly wire_key: Once<string>;
  readonly version: number;
}

interface SegmentTable {
  readonly organization_id: Once<string>;
  readonly environment_id: Once<string>;
  readonly key: Once<string>;
  readonly version: Once<number>;
  /** `Segment`. */
  readonly content: Once<string>;
  readonly epoch: Once<number>;
  readonly revision: Once<number>;
  readonly actor: Once<string>;
  readonly action: Once<string>;
  readonly reason: OnceOptional<string>;
  readonly at: Once<Date>;
}

interface SegmentHeadTable {
  readonly organization_id: Once<string>;
  readonly environment_id: Once<string>;
  readonly key: Once<string>;
  readonly version: number;
}

export type OutboxEvent = "patch" | "kill" | "purge";

interface OutboxTable {
  /** In order of insertion, not of commit: only `(epoch, revision)` within one environment orders events. */
  readonly id: Generated<number>;
  readonly organization_id: Once<string>;
  readonly environment_id: Once<string>;
  readonly epoch: Once<number>;
  readonly revision: Once<number>;
  readonly event: Once<OutboxEvent>;
  /** Canonical JSON of a `Patch`, of an `Overlay`, or of `{ snapshot }`. */
  readonly payload: Once<string>;
  readonly created_at: Once<Date>;
  readonly relayed_at: Date | null;
}

export type KeyKind = "management" | "server" | "client";

interface ApiKeyTable {
  /** The public part of the key. */
  readonly id: Once<string>;
  readonly organization_id: Once<string>;
  readonly project_id: OnceOptional<string>;
  readonly environment_id: OnceOptional<string>;
  readonly kind: Once<KeyKind>;
  readonly name: Once<string>;
  /** SHA-256 of the secret, in hex. */
  readonly secret_hash: Once<string>;
  readonly created_at: Once<Date>;
  readonly created_by: Once<string>;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

interface AuditHeadTable {
  readonly organization_id: Once<string>;
  readonly sequence: number;
  readonly hash: string;
}

interface AuditEntryTable {
  readonly organization_id: Once<string>;
  readonly sequence: Once<number>;
  readonly previous_hash: Once<string>;
  readonly hash: Once<string>;
  /** What is hashed, canonical JSON. It names the payload by its hash, so that the payload can go. */
  readonly content: Once<string>;
  readonly at: Once<Date>;
}

/** Personal data and bulk (address, agent, before and after), detachable without breaking the chain. */
interface AuditPayloadTable {
  readonly organization_id: Once<string>;
  readonly sequence: Once<number>;
  readonly content: Once<string>;
}

interface IdempotencyKeyTable {
  readonly organization_id: Once<string>;
  readonly key_id: Once<string>;
  readonly idempotency_key: Once<string>;
  /** SHA-256 of method, address and body. */
  readonly request_hash: Once<string>;
  /** The answer: status, headers and body as JSON; null until the transaction that inserted the row is about to end. */
  readonly answer: string | null;
  readonly created_at: Once<Date>;
}

/** One row. */
interface LineageTable {
  readonly single: Once<boolean>;
  readonly identity: string;
}

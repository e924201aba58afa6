import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * The schema. Two roles without login hold the rights: `flagwright_app` sees the rows of one organization, the one
 * named by the setting `flagwright.organization_id`; `flagwright_relay` sees the outbox of all, and nothing else.
 * What must happen before the organization is known goes through one narrow function each ("doors").
 */
const tables: readonly string[] = [
  `create table organization (
    id uuid primary key,
    key text not null unique,
    name text not null,
    created_at timestamptz not null
  )`,
  `create table project (
    id uuid primary key,
    organization_id uuid not null references organization (id),
    key text not null,
    name text not null,
    context text not null,
    segments text not null,
    contract uuid not null,
    created_at timestamptz not null,
    unique (organization_id, key)
  )`,
  `create table environment (
    id uuid primary key,
    organization_id uuid not null references organization (id),
    project_id uuid not null references project (id),
    key text not null,
    name text not null,
    epoch bigint not null,
    revision bigint not null,
    created_at timestamptz not null,
    unique (project_id, key)
  )`,
  `create table definition (
    id uuid primary key,
    organization_id uuid not null references organization (id),
    project_id uuid not null references project (id),
    wire_key text not null,
    hash text not null,
    content text not null,
    pushed_at timestamptz not null,
    pushed_by text not null
  )`,
  `create index definition_of_flag on definition (project_id, wire_key, id)`,
  `create table flag (
    organization_id uuid not null references organization (id),
    project_id uuid not null references project (id),
    wire_key text collate "C" not null,
    key text not null,
    version integer not null,
    definition_id uuid not null references definition (id),
    archived_at timestamptz,
    created_at timestamptz not null,
    primary key (project_id, wire_key)
  )`,
  `create table configuration (
    organization_id uuid not null references organization (id),
    environment_id uuid not null references environment (id),
    wire_key text collate "C" not null,
    version integer not null,
    definition_id uuid not null references definition (id),
    state text not null,
    killed text,
    content text not null,
    epoch bigint not null,
    revision bigint not null,
    actor text not null,
    action text not null,
    reason text,
    at timestamptz not null,
    primary key (environment_id, wire_key, version)
  )`,
  `create table configuration_head (
    organization_id uuid not null references organization (id),
    environment_id uuid not null references environment (id),
    wire_key text collate "C" not null,
    version integer not null,
    primary key (environment_id, wire_key)
  )`,
  `create table segment (
    organization_id uuid not null references organization (id),
    environment_id uuid not null references environment (id),
    key text collate "C" not null,
    version integer not null,
    content text not null,
    epoch bigint not null,
    revision bigint not null,
    actor text not null,
    action text not null,
    reason text,
    at timestamptz not null,
    primary key (environment_id, key, version)
  )`,
  `create table segment_head (
    organization_id uuid not null references organization (id),
    environment_id uuid not null references environment (id),
    key text collate "C" not null,
    version integer not null,
    primary key (environment_id, key)
  )`,
  `create table outbox (
    id bigserial primary key,
    organization_id uuid not null references organization (id),
    environment_id uuid not null references environment (id),
    epoch bigint not null,
    revision bigint not null,
    event text not null check (event in ('patch', 'kill', 'purge')),
    payload text not null,
    created_at timestamptz not null,
    relayed_at timestamptz
  )`,
  `create index outbox_waiting on outbox (environment_id, epoch, revision, id) where relayed_at is null`,
  `create index outbox_order on outbox (environment_id, epoch, revision, id)`,
  `create table api_key (
    id text primary key,
    organization_id uuid not null references organization (id),
    project_id uuid references project (id),
    environment_id uuid references environment (id),
    kind text not null check (kind in ('management', 'server', 'client')),
    name text not null,
    secret_hash text not null,
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz
  )`,
  `create index api_key_revoked on api_key (revoked_at) where revoked_at is not null`,
  `create table audit_head (
    organization_id uuid primary key references organization (id),
    sequence bigint not null,
    hash text not null
  )`,
  `create table audit_entry (
    organization_id uuid not null references organization (id),
    sequence bigint not null,
    previous_hash text not null,
    hash text not null,
    content text not null,
    at timestamptz not null,
    primary key (organization_id, sequence)
  )`,
  `create table audit_payload (
    organization_id uuid not null references organization (id),
    sequence bigint not null,
    content text not null,
    primary key (organization_id, sequence)
  )`,
  `create table idempotency_key (
    organization_id uuid not null references organization (id),
    key_id text not null,
    idempotency_key text not null,
    request_hash text not null,
    answer text,
    created_at timestamptz not null,
    primary key (organization_id, key_id, idempotency_key)
  )`,
];

/** Rights of `flagwright_app` by table. What is append-only cannot be updated, even by a faulty query. */
const rights: { readonly [table: string]: string } = {
  organization: "select",
  project: "select, insert, update",
  environment: "select, insert, update",
  definition: "select, insert",
  flag: "select, insert, update",
  configuration: "select, insert",
  configuration_head: "select, insert, update",
  segment: "select, insert",
  segment_head: "select, insert, update, delete",
  outbox: "select, insert",
  api_key: "select, insert, update",
  audit_head: "select, insert, update",
  audit_entry: "select, insert",
  audit_payload: "select, insert, delete",
  idempotency_key: "select, insert, update, delete",
};

/** Roles belong to the whole cluster, so another database may have made them, or may be making them right now. */
const createRole = (role: string): string => `do $$ begin
    create role ${role} nologin nobypassrls;
  exception when duplicate_object or unique_violation then null; end $$`;

const current = `nullif(current_setting('flagwright.organization_id', true), '')::uuid`;

const doors: readonly string[] = [
  `create function door_api_key(key_id text)
    returns table (id text, organization_id uuid, project_id uuid, environment_id uuid, kind text, name text,
      secret_hash text, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
    language sql stable security definer set search_path from current
    as $$ select id, organization_id, project_id, environment_id, kind, name, secret_hash, expires_at, revoked_at,
      last_used_at from api_key where api_key.id = key_id $$`,
  `create function door_closed_api_keys(key_ids text[], at timestamptz) returns table (id text)
    language sql stable security definer set search_path from current
    as $$ select api_key.id from api_key where api_key.id = any(key_ids)
      and (api_key.revoked_at is not null or api_key.expires_at <= at) $$`,
  `create function door_environment(sought uuid)
    returns table (organization_id uuid, organization_key text, project_id uuid, project_key text,
      environment_key text, epoch bigint, revision bigint)
    language sql stable security definer set search_path from current
    as $$ select o.id, o.key, p.id, p.key, e.key, e.epoch, e.revision from environment e
      join project p on p.id = e.project_id join organization o on o.id = e.organization_id where e.id = sought $$`,
];

async function up(database: Kysely<unknown>): Promise<void> {
  const run = (statement: string): Promise<unknown> => sql.raw(statement).execute(database);
  for (const role of ["flagwright_app", "flagwright_relay"]) {
    await run(createRole(role));
    // The login that migrates must be able to take the roles on; a superuser is already.
    await run(`do $$ begin
      if not pg_has_role(current_user, '${role}', 'set') then
        execute format('grant ${role} to %I', current_user);
      end if; end $$`);
    await run(`do $$ begin
      execute format('grant usage on schema %I to ${role}', current_schema()); end $$`);
  }
  for (const statement of tables) await run(statement);
  for (const [table, granted] of Object.entries(rights)) {
    const column = table === "organization" ? "id" : "organization_id";
    await run(`grant ${granted} on ${table} to flagwright_app`);
    await run(`alter table ${table} enable row level security`);
    await run(`create policy own_organization on ${table} to flagwright_app
      using (${column} = ${current}) with check (${column} = ${current})`);
  }
  await run(`grant usage on sequence outbox_id_seq to flagwright_app`);
  await run(`grant select, delete on outbox to flagwright_relay`);
  await run(`grant update (relayed_at) on outbox to flagwright_relay`);
  await run(`create policy relay on outbox to flagwright_relay using (true)`);
  for (const door of doors) {
    await run(door);
    const name = /function (\w+\([^)]*\))/.exec(door)?.[1] ?? "";
    await run(`revoke all on function ${name} from public`);
    await run(`grant execute on function ${name} to flagwright_app, flagwright_relay`);
  }
}

export const foundation: Migration = { up };

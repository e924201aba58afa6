import type { FastifyPluginAsync } from "fastify";
import { appendAudit } from "../audit/audit-log.ts";
import { textSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { badRequest, invalid, notFound } from "../http/problem.ts";
import type { Database } from "../storage/database.ts";
import type { KeyKind } from "../storage/tables.ts";
import { findEnvironment, findProject } from "../tenancy/scope.ts";
import { newKey } from "./api-key.ts";

interface Params {
  readonly project: string;
}
interface NewKeyBody {
  readonly kind: KeyKind;
  readonly name: string;
  readonly environment?: string;
  readonly expiresAt?: string;
}

const tags = ["keys"];

/** Who am I, and the keys of a project. */
export function accessRoutes({
  database,
  runChange,
}: {
  readonly database: Database;
  readonly runChange: RunChange;
}): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

    app.get(
      "/me",
      {
        onRequest: app.access.authenticate(["management", "server", "client"]),
        schema: { summary: "What this key is for", tags },
      },
      async ({ principal }) =>
        database.readOrganization(principal.organizationId, async (trx) => {
          const organization = await trx.selectFrom("organization").select("key").executeTakeFirstOrThrow();
          const project =
            principal.projectId === undefined
              ? undefined
              : await trx.selectFrom("project").select("key").where("id", "=", principal.projectId).executeTakeFirst();
          const environment =
            principal.environmentId === undefined
              ? undefined
              : await trx
                  .selectFrom("environment")
                  .select("key")
                  .where("id", "=", principal.environmentId)
                  .executeTakeFirst();
          return {
            organization: organization.key,
            key: { id: principal.keyId, kind: principal.kind, name: principal.keyName },
            ...(project === undefined ? {} : { project: project.key }),
            ...(environment === undefined ? {} : { environment: environment.key }),
          };
        }),
    );

    app.get<{ Params: Params }>(
      "/projects/:project/keys",
      { onRequest, schema: { summary: "List keys, without their secrets", tags } },
      async (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const project = await findProject(trx, request.principal, request.params.project);
          const rows = await trx
            .selectFrom("api_key as k")
            .leftJoin("environment as e", "e.id", "k.environment_id")
            .where("k.project_id", "=", project.id)
            .orderBy("k.created_at")
            .orderBy("k.id")
            .select(["k.id", "k.kind", "k.name", "e.key as environment", "k.created_at", "k.expires_at"])
            .select(["k.revoked_at", "k.last_used_at"])
            .execute();
          const items = rows.map((row) => ({
            id: row.id,
            kind: row.kind,
            name: row.name,
            ...(row.environment === null ? {} : { environment: row.environment }),
            createdAt: row.created_at.toISOString(),
            ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
            ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
            ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at.toISOString() }),
          }));
          return { items, nextCursor: null };
        }),
    );

    app.post<{ Params: Params; Body: NewKeyBody }>(
      "/projects/:project/keys",
      {
        onRequest,
        schema: {
          summary: "Create a key; it is shown in this answer and never again",
          tags,
          body: {
            type: "object",
            required: ["kind", "name"],
            properties: {
              kind: { enum: ["management", "server", "client"] },
              name: { ...textSchema(100), minLength: 1 },
              environment: { type: "string", maxLength: 100 },
              expiresAt: { type: "string", maxLength: 30, description: "An instant, `2027-01-31T00:00:00Z`." },
            },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          const { kind, name } = request.body;
          const project = await findProject(change.trx, request.principal, request.params.project);
          const expiresAt = expiryFrom(request.body.expiresAt, change.at);
          if ((kind === "management") !== (request.body.environment === undefined))
            throw invalid(
              "KEY_ENVIRONMENT",
              "Server and client keys are for one environment, management keys for none.",
              [{ pointer: "/environment", code: "KEY_ENVIRONMENT", message: `does not go with a ${kind} key` }],
            );
          const environment =
            request.body.environment === undefined
              ? undefined
              : await findEnvironment(change.trx, request.principal, project, request.body.environment);
          const key = newKey(kind);
          await change.trx
            .insertInto("api_key")
            .values({
              id: key.id,
              organization_id: project.organizationId,
              project_id: project.id,
              environment_id: environment?.id ?? null,
              kind,
              name,
              secret_hash: key.secretHash,
              created_at: change.at,
              created_by: change.actor.name,
              expires_at: expiresAt,
              revoked_at: null,
              last_used_at: null,
            })
            .execute();
          const shown = {
            id: key.id,
            kind,
            name,
            ...(environment === undefined ? {} : { environment: environment.key }),
            createdAt: change.at.toISOString(),
            ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
          };
          await appendAudit(change.trx, {
            organizationId: project.organizationId,
            at: change.at,
            actor: change.actor,
            action: "key.create",
            target: key.id,
            project: project.key,
            environment: environment?.key,
            after: shown,
          });
          return { status: 201, body: { ...shown, key: key.text }, repeated: shown };
        }),
    );

    app.delete<{ Params: Params & { readonly id: string } }>(
      "/projects/:project/keys/:id",
      { onRequest, schema: { summary: "Revoke a key; its open streams close", tags } },
      async (request, reply) => {
        const { id } = request.params;
        const answered = await runChange(request, reply, async (change) => {
          const project = await findProject(change.trx, request.principal, request.params.project);
          const revoked = await change.trx
            .updateTable("api_key")
            .set((eb) => ({ revoked_at: eb.fn.coalesce("revoked_at", eb.val(change.at)) }))
            .where("project_id", "=", project.id)
            .where("id", "=", id)
            .returning(["kind", "name"])
            .executeTakeFirst();
          if (revoked === undefined) throw notFound("key", id);
          await appendAudit(change.trx, {
            organizationId: project.organizationId,
            at: change.at,
            actor: change.actor,
            action: "key.revoke",
            target: id,
            project: project.key,
            after: revoked,
          });
          return { status: 204 };
        });
        app.access.announceRevoked(id);
        return answered;
      },
    );
  };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;

function expiryFrom(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const at = new Date(text);
  if (!INSTANT.test(text) || Number.isNaN(at.getTime()))
    throw badRequest("EXPIRY_INVALID", 'expiresAt is an instant in UTC such as "2027-01-31T00:00:00Z".');
  if (at <= now) throw badRequest("EXPIRY_PAST", "expiresAt is in the past.");
  return at;
}

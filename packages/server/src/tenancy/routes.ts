import type { FastifyPluginAsync } from "fastify";
import { appendAudit } from "../audit/audit-log.ts";
import { keySchema, textSchema } from "../http/body-schemas.ts";
import { conflict } from "../http/problem.ts";
import type { RunChange } from "../http/change.ts";
import type { Database } from "../storage/database.ts";
import { createEnvironment } from "./create-environment.ts";
import { findProject, listEnvironments, lockProject, projectFrom, type Environment, type Project } from "./scope.ts";

interface Params {
  readonly project: string;
}

/** Projects and their environments. */
export function tenancyRoutes({
  database,
  runChange,
}: {
  readonly database: Database;
  readonly runChange: RunChange;
}): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

    app.get("/projects", { onRequest, schema: { summary: "List projects", tags: ["projects"] } }, async (request) => {
      const { principal } = request;
      const rows = await database.readOrganization(principal.organizationId, (trx) =>
        trx.selectFrom("project").selectAll().orderBy("key").execute(),
      );
      const visible = rows.filter((row) => principal.projectId === undefined || principal.projectId === row.id);
      return { items: visible.map((row) => projectResource(projectFrom(row))), nextCursor: null };
    });

    app.get<{ Params: Params }>(
      "/projects/:project",
      { onRequest, schema: { summary: "Read a project", tags: ["projects"] } },
      async (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) =>
          projectResource(await findProject(trx, request.principal, request.params.project)),
        ),
    );

    app.get<{ Params: Params }>(
      "/projects/:project/environments",
      { onRequest, schema: { summary: "List environments", tags: ["environments"] } },
      async (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const project = await findProject(trx, request.principal, request.params.project);
          const environments = await listEnvironments(trx, project);
          return { items: environments.map(environmentResource), nextCursor: null };
        }),
    );

    app.post<{ Params: Params; Body: { key: string; name?: string } }>(
      "/projects/:project/environments",
      {
        onRequest,
        schema: {
          summary: "Create an environment",
          tags: ["environments"],
          body: {
            type: "object",
            required: ["key"],
            properties: { key: keySchema, name: textSchema(200) },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          const project = await lockProject(
            change.trx,
            await findProject(change.trx, request.principal, request.params.project),
          );
          const { key, name = key } = request.body;
          const existing = await listEnvironments(change.trx, project);
          if (existing.some((environment) => environment.key === key))
            throw conflict("ENVIRONMENT_EXISTS", `The project ${project.key} has an environment "${key}" already.`);
          const environment = await createEnvironment(change, project, { key, name });
          await appendAudit(change.trx, {
            organizationId: project.organizationId,
            at: change.at,
            actor: change.actor,
            action: "environment.create",
            target: key,
            project: project.key,
            environment: key,
            epoch: environment.epoch,
            revision: environment.revision,
          });
          return { status: 201, body: environmentResource(environment) };
        }),
    );
  };
}

function projectResource(project: Project): object {
  return {
    id: project.id,
    key: project.key,
    name: project.name,
    context: project.context,
    segments: project.segments,
    createdAt: project.createdAt.toISOString(),
  };
}

function environmentResource(environment: Environment): object {
  return {
    id: environment.id,
    key: environment.key,
    name: environment.name,
    epoch: environment.epoch,
    revision: environment.revision,
    createdAt: environment.createdAt.toISOString(),
  };
}

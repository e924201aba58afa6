import type { FastifyPluginAsync } from "fastify";
import { appendAudit } from "../audit/audit-log.ts";
import { keySchema, textSchema } from "../http/body-schemas.ts";
import { conflict, Problem } from "../http/problem.ts";
import type { RunChange } from "../http/change.ts";
import type { Database } from "../storage/database.ts";
import { deleteEnvironment } from "./delete-environment.ts";
import { inEnvironment, type EnvironmentParams } from "./params.ts";
import { createEnvironment } from "./create-environment.ts";
import { createProject, DEFAULT_ENVIRONMENTS } from "./create-project.ts";
import { findProject, listEnvironments, lockProject, projectFrom, type Environment, type Project } from "./scope.ts";

interface Params {
  readonly project: string;
}

/** Projects and their environments. */
export function tenancyRoutes({
  database,
  runChange,
  open,
}: {
  readonly database: Database;
  readonly runChange: RunChange;
  /** Has this node hold a copy of the environment. */
  readonly open: (environmentId: string) => Promise<unknown>;
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

    app.post<{ Body: { key: string; name?: string; environments?: readonly string[] } }>(
      "/projects",
      {
        onRequest,
        schema: {
          summary: "Create a project",
          tags: ["projects"],
          body: {
            type: "object",
            required: ["key"],
            properties: {
              key: keySchema,
              name: textSchema(200),
              environments: {
                type: "array",
                items: keySchema,
                uniqueItems: true,
                maxItems: MAX_ENVIRONMENTS,
                description: `Default: ${DEFAULT_ENVIRONMENTS.join(", ")}.`,
              },
            },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          if (request.principal.projectId !== undefined)
            throw new Problem(403, "KEY_SCOPE", "Forbidden", `The key ${request.principal.keyId} is for one project.`);
          const { key, name = key, environments = DEFAULT_ENVIRONMENTS } = request.body;
          return { status: 201, body: projectResource(await createProject(change, { key, name, environments })) };
        }),
    );

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
          if (existing.length >= MAX_ENVIRONMENTS)
            throw conflict("ENVIRONMENTS_FULL", `A project has at most ${MAX_ENVIRONMENTS} environments.`);
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

    app.delete<{ Params: EnvironmentParams }>(
      "/projects/:project/environments/:environment",
      {
        onRequest,
        schema: {
          summary: "Delete an environment: its keys are revoked, its streams end, its key is free again",
          tags: ["environments"],
        },
      },
      async (request, reply) => {
        // A node that has it open makes Redis forget it, and it may be that none has. What fails here is said below.
        await database
          .readOrganization(request.principal.organizationId, (trx) => inEnvironment(trx, request))
          .then(([, environment]) => open(environment.id))
          .catch(() => {});
        let revoked: readonly string[] = [];
        const answered = await runChange(request, reply, async (change) => {
          const [found, environment] = await inEnvironment(change.trx, request);
          const project = await lockProject(change.trx, found);
          revoked = await deleteEnvironment(change, project, environment);
          return { status: 204 };
        });
        for (const id of revoked) app.access.announceRevoked(id);
        return answered;
      },
    );
  };
}

/** A push writes to all of them in one transaction. */
const MAX_ENVIRONMENTS = 50;

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

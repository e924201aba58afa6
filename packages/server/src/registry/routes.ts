import { validateBundle, type DefinitionBundle, type FlagDefinition } from "@flagwright/schema";
import type { JsonObject } from "@flagwright/runtime";
import type { FastifyPluginAsync } from "fastify";
import type { RunChange } from "../http/change.ts";
import { pageOf, pagingQuery, rowsToRead, textCursor, type PageQuery } from "../http/paging.ts";
import { invalid } from "../http/problem.ts";
import type { Database } from "../storage/database.ts";
import { findProject } from "../tenancy/scope.ts";
import { listFlags, type FlagFilter } from "./list-flags.ts";
import { readDefinitions } from "./definition-store.ts";
import { pushDefinitions } from "./push.ts";

interface Params {
  readonly project: string;
}
interface PushQuery {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly force?: boolean;
}

const tags = ["definitions"];

/** The registry: definitions go in as a bundle and every version is kept. */
export function registryRoutes({
  database,
  runChange,
}: {
  readonly database: Database;
  readonly runChange: RunChange;
}): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

    app.put<{ Params: Params; Querystring: PushQuery; Body: JsonObject }>(
      "/projects/:project/definitions",
      {
        onRequest,
        bodyLimit: BUNDLE_LIMIT,
        schema: {
          summary: "Push definitions, all or nothing",
          tags,
          querystring: {
            type: "object",
            properties: {
              dryRun: { type: "boolean", description: "Say what would happen, change nothing." },
              prune: { type: "boolean", description: "Archive what the bundle does not have." },
              force: { type: "boolean", description: "Also when live clients could not read what they would get." },
            },
          },
          body: { type: "object" },
        },
      },
      (request, reply) => {
        // Before the transaction, which must not wait for the compilation of many schemas.
        const problems = validateBundle(request.body);
        if (problems.length > 0)
          throw invalid("BUNDLE_INVALID", "The definitions are not valid; nothing was changed.", problems);
        return runChange(request, reply, async (change) => {
          const project = await findProject(change.trx, request.principal, request.params.project);
          const { dryRun = false, prune = false, force = false } = request.query;
          const bundle = request.body as object as DefinitionBundle;
          return { body: await pushDefinitions(change, project, bundle, { dryRun, prune, force }) };
        });
      },
    );

    app.get<{ Params: Params }>(
      "/projects/:project/definitions",
      { onRequest, schema: { summary: "The current definitions, as a bundle", tags } },
      (request) =>
        database.readOrganization(request.principal.organizationId, async (trx): Promise<DefinitionBundle> => {
          const project = await findProject(trx, request.principal, request.params.project);
          const registered = await readDefinitions(trx, project);
          const current = [...registered.values()].filter((known) => known.archivedAt === null);
          return {
            format: 1,
            project: project.key,
            context: project.context,
            definitions: current.map((known): FlagDefinition => known.definition),
            segments: project.segments,
          };
        }),
    );

    app.get<{ Params: Params; Querystring: PageQuery & FlagFilter }>(
      "/projects/:project/flags",
      {
        onRequest,
        schema: {
          summary: "List flags",
          tags: ["flags"],
          querystring: {
            type: "object",
            properties: {
              ...pagingQuery,
              owner: { type: "string", maxLength: 200 },
              kind: { enum: ["release", "experiment", "operational", "permission", "configuration"] },
              tag: { type: "string", maxLength: 200 },
              archived: { type: "boolean", description: "Only archived ones, or only the others; default both." },
            },
          },
        },
      },
      (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const project = await findProject(trx, request.principal, request.params.project);
          const rows = await listFlags(trx, project, request.query, {
            after: textCursor(request.query),
            limit: rowsToRead(request.query),
          });
          return pageOf(
            rows,
            request.query,
            (row) => row.key,
            (row) => row,
          );
        }),
    );
  };
}

/** Ten thousand definitions of ordinary size. */
const BUNDLE_LIMIT = 32 * 1024 * 1024;

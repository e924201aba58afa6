import type { JsonObject } from "@flagwright/runtime";
import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { reasonSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { etagOf } from "../http/if-match.ts";
import { pageOf, pagingQuery, rowsToRead, textCursor, type PageQuery } from "../http/paging.ts";
import type { Database, Trx } from "../storage/database.ts";
import { findEnvironment, findProject, type Environment, type Project } from "../tenancy/scope.ts";
import { changeFlag, findFlag, type FlagChange } from "./change-flag.ts";
import { flagResource } from "./flag-resource.ts";
import { readFlags } from "./flag-store.ts";
import { killFlag } from "./kill-flag.ts";
import { mergePatch } from "./merge-patch.ts";

interface EnvironmentParams {
  readonly project: string;
  readonly environment: string;
}
interface FlagParams extends EnvironmentParams {
  readonly flag: string;
}

const flagParams = {
  type: "object",
  properties: {
    project: { type: "string", maxLength: 100 },
    environment: { type: "string", maxLength: 100 },
    flag: { type: "string", maxLength: 120, description: "The wire key: `new-checkout`, `new-checkout@2`." },
  },
} as const;

const stateBody = {
  type: "object",
  required: ["state"],
  properties: { state: { type: "object" }, reason: reasonSchema },
  additionalProperties: false,
} as const;

const tags = ["flag state"];

/** A flag's state in an environment: read, replace, patch, toggle, kill and lift. */
export function flagRoutes({
  database,
  runChange,
}: {
  readonly database: Database;
  readonly runChange: RunChange;
}): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);
    const inEnvironment = async (
      trx: Trx,
      request: FastifyRequest<{ Params: EnvironmentParams }>,
    ): Promise<readonly [Project, Environment]> => {
      const project = await findProject(trx, request.principal, request.params.project);
      return [project, await findEnvironment(trx, request.principal, project, request.params.environment)];
    };

    app.get<{ Params: EnvironmentParams; Querystring: PageQuery }>(
      "/projects/:project/environments/:environment/flags",
      {
        onRequest,
        schema: {
          summary: "List flags in an environment",
          tags,
          querystring: { type: "object", properties: pagingQuery },
        },
      },
      (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const [project, environment] = await inEnvironment(trx, request);
          const records = await readFlags(trx, project, environment, {
            after: textCursor(request.query),
            limit: rowsToRead(request.query),
          });
          const page = pageOf(
            records,
            request.query,
            (record) => record.wireKey,
            (record) => flagResource(environment, record),
          );
          return { ...page, epoch: environment.epoch, revision: environment.revision };
        }),
    );

    app.get<{ Params: FlagParams }>(
      "/projects/:project/environments/:environment/flags/:flag",
      { onRequest, schema: { summary: "Read a flag's state", tags, params: flagParams } },
      async (request, reply) => {
        const resource = await database.readOrganization(request.principal.organizationId, async (trx) => {
          const [project, environment] = await inEnvironment(trx, request);
          return flagResource(environment, await findFlag(trx, project, environment, wireKeyOf(request)));
        });
        return reply.header("etag", etagOf(resource.version)).send(resource);
      },
    );

    const changing =
      <Request extends FastifyRequest<{ Params: FlagParams }>>(
        wanted: (request: Request) => Omit<FlagChange, "wireKey" | "ifMatch">,
      ) =>
      (request: Request, reply: Parameters<RunChange>[1]) =>
        runChange(request, reply, async (change) => {
          const [project, environment] = await inEnvironment(change.trx, request);
          const changed = await changeFlag(change, project, environment, {
            wireKey: wireKeyOf(request),
            ifMatch: request.headers["if-match"],
            ...wanted(request),
          });
          const resource = flagResource(changed.environment, changed.record);
          return { headers: { etag: etagOf(resource.version) }, body: resource };
        });

    app.put<{ Params: FlagParams; Body: { state: JsonObject; reason?: string } }>(
      "/projects/:project/environments/:environment/flags/:flag",
      { onRequest, schema: { summary: "Replace a flag's state", tags, params: flagParams, body: stateBody } },
      changing((request) => ({
        ifMatchRequired: true,
        action: "update",
        reason: request.body.reason,
        state: () => request.body.state,
      })),
    );

    app.patch<{ Params: FlagParams; Body: { state: JsonObject; reason?: string } }>(
      "/projects/:project/environments/:environment/flags/:flag",
      {
        onRequest,
        schema: { summary: "Merge into a flag's state (RFC 7396)", tags, params: flagParams, body: stateBody },
      },
      changing((request) => ({
        ifMatchRequired: true,
        action: "update",
        reason: request.body.reason,
        state: (current) => mergePatch(current.state as object as JsonObject, request.body.state),
      })),
    );

    app.post<{ Params: FlagParams; Body: { on: boolean; reason?: string } }>(
      "/projects/:project/environments/:environment/flags/:flag/toggle",
      {
        onRequest,
        schema: {
          summary: "Turn a flag on or off",
          tags,
          params: flagParams,
          body: {
            type: "object",
            required: ["on"],
            properties: { on: { type: "boolean" }, reason: reasonSchema },
            additionalProperties: false,
          },
        },
      },
      changing((request) => ({
        ifMatchRequired: false,
        action: "toggle",
        reason: request.body.reason,
        state: (current) => ({ ...current.state, on: request.body.on }),
      })),
    );

    app.post<{ Params: FlagParams; Body: { reason: string } }>(
      "/projects/:project/environments/:environment/flags/:flag/kill",
      {
        onRequest,
        schema: {
          summary: "Kill a flag: everybody gets the safe default at once",
          tags,
          params: flagParams,
          body: {
            type: "object",
            required: ["reason"],
            properties: { reason: { ...reasonSchema, minLength: 1 } },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          const [project, environment] = await inEnvironment(change.trx, request);
          return { body: await killFlag(change, project, environment, request.params.flag, request.body) };
        }),
    );

    app.post<{ Params: FlagParams; Body: { reason?: string } | null | undefined }>(
      "/projects/:project/environments/:environment/flags/:flag/lift",
      {
        onRequest,
        schema: {
          summary: "Lift a kill",
          tags,
          params: flagParams,
          body: { type: ["object", "null"], properties: { reason: reasonSchema }, additionalProperties: false },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          const [project, environment] = await inEnvironment(change.trx, request);
          const lift = { lift: true, reason: request.body?.reason } as const;
          return { body: await killFlag(change, project, environment, request.params.flag, lift) };
        }),
    );
  };
}

/** `key@1` is accepted for the first version, whose wire key is the bare key. */
function wireKeyOf(request: FastifyRequest<{ Params: FlagParams }>): string {
  return request.params.flag.replace(/@1$/, "");
}

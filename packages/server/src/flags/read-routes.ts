import type { JsonValue } from "@flagwright/runtime";
import type { FastifyPluginAsync } from "fastify";
import { etagOf } from "../http/if-match.ts";
import { numberCursor, pageOf, pagingQuery, rowsToRead, textCursor, type PageQuery } from "../http/paging.ts";
import { notFound } from "../http/problem.ts";
import type { Database } from "../storage/database.ts";
import { inEnvironment, type EnvironmentParams } from "../tenancy/params.ts";
import { findFlag } from "./change-flag.ts";
import { FLAG_PATH, flagParams, wireKeyOf, type FlagParams } from "./flag-params.ts";
import { flagResource } from "./flag-resource.ts";
import { readFlags, readWireKeys } from "./flag-store.ts";
import { differences, readHistory, readVersion } from "./history.ts";

const tags = ["flag state"];

interface DiffQuery {
  readonly from: number;
  readonly to: number;
}

/** Reads of a flag's state: the list, one flag, its history and what differs between two versions. */
export function readRoutes({ database }: { readonly database: Database }): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

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
      FLAG_PATH,
      { onRequest, schema: { summary: "Read a flag's state", tags, params: flagParams } },
      async (request, reply) => {
        const resource = await database.readOrganization(request.principal.organizationId, async (trx) => {
          const [project, environment] = await inEnvironment(trx, request);
          return flagResource(environment, await findFlag(trx, project, environment, wireKeyOf(request.params)));
        });
        return reply.header("etag", etagOf(resource.version)).send(resource);
      },
    );

    app.get<{ Params: FlagParams; Querystring: PageQuery }>(
      `${FLAG_PATH}/history`,
      {
        onRequest,
        schema: {
          summary: "Every version of a flag's state, newest first; archived flags too",
          tags,
          params: flagParams,
          querystring: { type: "object", properties: pagingQuery },
        },
      },
      (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const [, environment] = await inEnvironment(trx, request);
          const wireKey = wireKeyOf(request.params);
          const before = numberCursor(request.query);
          const items = await readHistory(trx, environment, wireKey, { before, limit: rowsToRead(request.query) });
          if (items.length === 0 && before === undefined)
            throw notFound("flag", wireKey, await readWireKeys(trx, environment));
          return pageOf(
            items,
            request.query,
            (item) => String(item.version),
            (item) => item,
          );
        }),
    );

    app.get<{ Params: FlagParams; Querystring: DiffQuery }>(
      `${FLAG_PATH}/diff`,
      {
        onRequest,
        schema: {
          summary: "What differs between two versions of a flag's state",
          tags,
          params: flagParams,
          querystring: {
            type: "object",
            required: ["from", "to"],
            properties: {
              from: { type: "integer", minimum: 1, maximum: 2_147_483_647 },
              to: { type: "integer", minimum: 1, maximum: 2_147_483_647 },
            },
          },
        },
      },
      (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const [, environment] = await inEnvironment(trx, request);
          const wireKey = wireKeyOf(request.params);
          const { from, to } = request.query;
          const before = await readVersion(trx, environment, wireKey, from);
          const after = await readVersion(trx, environment, wireKey, to);
          const comparable = ({ state, killed }: typeof before): JsonValue =>
            ({ state, ...(killed === undefined ? {} : { killed }) }) as object as JsonValue;
          return { key: wireKey, from, to, changes: differences(comparable(before), comparable(after)) };
        }),
    );
  };
}

import type { Order } from "@flagwright/runtime";
import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { appendAudit } from "../audit/audit-log.ts";
import type { RunChange } from "../http/change.ts";
import { reversible, rollBack } from "../flags/roll-back.ts";
import type { Database } from "../storage/database.ts";
import { inEnvironment, type EnvironmentParams } from "../tenancy/params.ts";
import { definitionsRead } from "./definitions-read.ts";
import type { Distribution } from "./distribution.ts";
import { awaitReceipt, receiptOf } from "./receipt.ts";

export interface ReceiptRoutesOptions {
  readonly database: Database;
  readonly runChange: RunChange;
  readonly distribution: Distribution;
}

interface Wanted extends Order {
  /** Share of connected clients to wait for, 0 to 1. */
  readonly clients?: number;
  readonly regions?: number | readonly string[];
  readonly timeoutMs?: number;
  /** The flag to put back when it is not reached in time. */
  readonly rollback?: string;
}

const ENVIRONMENT = "/projects/:project/environments/:environment";
const tags = ["propagation"];
/** Longer waits are several requests: proxies give up on them. */
const MAX_WAIT_MS = 30_000;
const DEFAULT_WAIT_MS = 10_000;
const order = { type: "integer", minimum: 0 } as const;
const region = { type: "string", minLength: 1, maxLength: 100 } as const;

/** Who reads an environment, and who has applied a change. */
export function receiptRoutes({ database, runChange, distribution }: ReceiptRoutesOptions): FastifyPluginAsync {
  const { cluster, channels, timing } = distribution;
  const environmentOf = (request: FastifyRequest<{ Params: EnvironmentParams }>): Promise<string> =>
    database.readOrganization(
      request.principal.organizationId,
      async (trx) => (await inEnvironment(trx, request))[1].id,
    );

  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

    app.get<{ Params: EnvironmentParams; Querystring: { readonly schemas?: boolean } }>(
      `${ENVIRONMENT}/clients`,
      {
        onRequest,
        schema: {
          summary: "Who reads this environment now",
          tags,
          querystring: {
            type: "object",
            properties: {
              schemas: {
                type: "boolean",
                description:
                  "Which schema each reader has of each flag, and the definitions pushed with those schemas.",
              },
            },
          },
        },
      },
      async (request) => {
        const environmentId = await environmentOf(request);
        const wantsSchemas = request.query.schemas === true;
        const views = cluster.of(environmentId).flatMap(({ view, ...rest }) => (view ? [{ ...rest, ...view }] : []));
        const items = views.map((view) => ({
          ...view,
          readers: view.readers.map(({ schemas, ...reader }) => ({
            ...reader,
            flags: Object.keys(schemas).length,
            ...(wantsSchemas ? { schemas } : {}),
          })),
        }));
        if (!wantsSchemas) return { items, allNodes: cluster.complete };
        const definitions = await database.readOrganization(request.principal.organizationId, async (trx) => {
          const [project] = await inEnvironment(trx, request);
          return definitionsRead(
            trx,
            project,
            views.flatMap(({ readers }) => readers),
          );
        });
        return { items, allNodes: cluster.complete, definitions };
      },
    );

    app.get<{ Params: EnvironmentParams; Querystring: Order }>(
      `${ENVIRONMENT}/receipts`,
      {
        onRequest,
        schema: {
          summary: "How many clients have applied a change",
          tags,
          querystring: {
            type: "object",
            required: ["epoch", "revision"],
            properties: { epoch: order, revision: order },
          },
        },
      },
      async (request) => {
        const environmentId = await environmentOf(request);
        await channels.get(environmentId);
        return receiptOf(cluster, environmentId, request.query, {});
      },
    );

    app.post<{ Params: EnvironmentParams; Body: Wanted }>(
      `${ENVIRONMENT}/receipts`,
      {
        onRequest,
        schema: {
          summary: "Wait until clients or regions have applied a change, and keep the receipt in the audit log",
          tags,
          body: {
            type: "object",
            required: ["epoch", "revision"],
            properties: {
              epoch: order,
              revision: order,
              clients: { type: "number", minimum: 0, maximum: 1 },
              regions: {
                anyOf: [
                  { type: "integer", minimum: 0 },
                  { type: "array", maxItems: 100, items: region },
                ],
              },
              timeoutMs: { type: "integer", minimum: 0, maximum: MAX_WAIT_MS },
              rollback: {
                type: "string",
                minLength: 1,
                maxLength: 120,
                description:
                  "When it is not reached in time, make a new revision that puts this flag back to what it was before " +
                  "the change, unless somebody has changed it since. Default: only say that it is not reached.",
              },
            },
            additionalProperties: false,
          },
        },
      },
      async (request, reply) => {
        const { epoch, revision, clients, regions, timeoutMs = DEFAULT_WAIT_MS, rollback: flag } = request.body;
        const [environmentId, what] = await database.readOrganization(request.principal.organizationId, async (trx) => {
          const [, environment] = await inEnvironment(trx, request);
          // What cannot be rolled back is refused now, and not when the time is up.
          const taken = flag === undefined ? [] : await reversible(trx, environment, { epoch, revision }, flag);
          return [environment.id, taken] as const;
        });
        await channels.get(environmentId);
        const quorum = { ...(clients === undefined ? {} : { clients }), ...(regions === undefined ? {} : { regions }) };
        const receipt = await awaitReceipt(cluster, environmentId, { epoch, revision }, quorum, timing, timeoutMs);
        return runChange(request, reply, async (change) => {
          const [project, environment] = await inEnvironment(change.trx, request);
          const rollback =
            receipt.complete || what.length === 0
              ? undefined
              : await rollBack(change, project, environment, { epoch, revision }, what);
          const answer = rollback === undefined ? receipt : { ...receipt, rollback };
          await appendAudit(change.trx, {
            organizationId: project.organizationId,
            at: change.at,
            actor: change.actor,
            action: "receipt",
            target: environment.key,
            project: project.key,
            environment: environment.key,
            epoch,
            revision,
            after: answer,
          });
          return { body: answer };
        });
      },
    );
  };
}

import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { numberCursor, pageOf, pagingQuery, rowsToRead, type PageQuery } from "../http/paging.ts";
import { Problem } from "../http/problem.ts";
import type { Database } from "../storage/database.ts";
import { verifyAudit } from "./verify.ts";

const tags = ["audit"];

/** The organization's audit log. It spans projects, so it takes a key of the organization. */
export function auditRoutes({ database }: { readonly database: Database }): FastifyPluginAsync {
  return async (app) => {
    const onRequest = [app.access.authenticate(["management"]), forOrganization];

    app.get<{ Querystring: PageQuery }>(
      "/audit",
      {
        onRequest,
        schema: {
          summary: "List audit entries, newest first",
          tags,
          querystring: { type: "object", properties: pagingQuery },
        },
      },
      async (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          let select = trx
            .selectFrom("audit_entry as e")
            .leftJoin("audit_payload as p", "p.sequence", "e.sequence")
            .orderBy("e.sequence", "desc")
            .limit(rowsToRead(request.query))
            .select(["e.sequence", "e.hash", "e.content", "p.content as payload"]);
          const before = numberCursor(request.query);
          if (before !== undefined) select = select.where("e.sequence", "<", before);
          const rows = await select.execute();
          return pageOf(
            rows,
            request.query,
            (row) => String(row.sequence),
            (row) => ({
              ...(JSON.parse(row.content) as object),
              hash: row.hash,
              details: row.payload === null ? null : (JSON.parse(row.payload) as object),
            }),
          );
        }),
    );

    app.get("/audit/verify", { onRequest, schema: { summary: "Check the whole chain", tags } }, (request) =>
      verifyAudit(database, request.principal.organizationId),
    );
  };
}

async function forOrganization({ principal }: FastifyRequest): Promise<void> {
  if (principal.projectId !== undefined)
    throw new Problem(
      403,
      "KEY_SCOPE",
      "Forbidden",
      `The audit log is the organization's; the key ${principal.keyId} is for one project.`,
    );
}

import type { FastifyPluginAsync } from "fastify";
import { reasonSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { inEnvironment, type EnvironmentParams } from "../tenancy/params.ts";
import { findFlag } from "./change-flag.ts";
import { raiseEpoch } from "../tenancy/raise-epoch.ts";

interface PurgeBody {
  readonly reason: string;
  readonly flag?: string;
}

export function purgeRoutes({ runChange }: { readonly runChange: RunChange }): FastifyPluginAsync {
  return async (app) => {
    app.post<{ Params: EnvironmentParams; Body: PurgeBody }>(
      "/projects/:project/environments/:environment/purge",
      {
        onRequest: app.access.authenticate(["management"]),
        config: { urgent: true },
        schema: {
          summary: "Make every client drop its caches and take the current state",
          tags: ["flag state"],
          body: {
            type: "object",
            required: ["reason"],
            properties: {
              reason: { ...reasonSchema, minLength: 1 },
              flag: { type: "string", maxLength: 120, description: "For which flag's sake; clients take all." },
            },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          const [project, environment] = await inEnvironment(change.trx, request);
          const { flag, reason } = request.body;
          if (flag !== undefined) await findFlag(change.trx, project, environment, flag);
          const target = flag ?? environment.key;
          return {
            body: await raiseEpoch(change, project, environment, { action: "environment.purge", target, reason }),
          };
        }),
    );
  };
}

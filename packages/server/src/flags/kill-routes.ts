import type { FastifyPluginAsync } from "fastify";
import { reasonSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { inEnvironment } from "../tenancy/params.ts";
import { FLAG_PATH, flagParams, type FlagParams } from "./flag-params.ts";
import { killFlag } from "./kill-flag.ts";

const tags = ["flag state"];

/** The kill switch. It reads nothing of a flag's rules, so no state can keep it from working. */
export function killRoutes({ runChange }: { readonly runChange: RunChange }): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

    app.post<{ Params: FlagParams; Body: { readonly reason: string } }>(
      `${FLAG_PATH}/kill`,
      {
        onRequest,
        config: { urgent: true },
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

    app.post<{ Params: FlagParams; Body: { readonly reason?: string } | null | undefined }>(
      `${FLAG_PATH}/lift`,
      {
        onRequest,
        config: { urgent: true },
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

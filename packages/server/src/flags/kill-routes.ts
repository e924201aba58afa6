import type { FastifyPluginAsync } from "fastify";
import { reasonSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { isStorageAway } from "../http/errors.ts";
import { inEnvironment } from "../tenancy/params.ts";
import { FLAG_PATH, flagParams, type FlagParams } from "./flag-params.ts";
import type { BreakGlass } from "./break-glass.ts";
import { killFlag } from "./kill-flag.ts";

const tags = ["flag state"];

/** The kill switch. It reads nothing of a flag's rules, so no state can keep it from working. */
export function killRoutes({
  runChange,
  breakGlass,
}: {
  readonly runChange: RunChange;
  readonly breakGlass: BreakGlass;
}): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);

    app.addHook("onClose", async () => breakGlass.close());

    app.post<{ Params: FlagParams; Body: { readonly reason: string }; Querystring: { readonly breakGlass?: boolean } }>(
      `${FLAG_PATH}/kill`,
      {
        onRequest,
        config: { urgent: true },
        schema: {
          summary: "Kill a flag: everybody gets the safe default at once",
          tags,
          params: flagParams,
          querystring: {
            type: "object",
            properties: {
              breakGlass: {
                type: "boolean",
                description: "With the database away, tell the clients now and store it when it is back: 202.",
              },
            },
          },
          body: {
            type: "object",
            required: ["reason"],
            properties: { reason: { ...reasonSchema, minLength: 1 } },
            additionalProperties: false,
          },
        },
      },
      async (request, reply) => {
        try {
          return await runChange(request, reply, async (change) => {
            const [project, environment] = await inEnvironment(change.trx, request);
            return { body: await killFlag(change, project, environment, request.params.flag, request.body) };
          });
        } catch (error) {
          if (request.query.breakGlass !== true || !isStorageAway(error)) throw error;
          return reply.code(202).send(await breakGlass.kill(request));
        }
      },
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

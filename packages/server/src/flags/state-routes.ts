import type { JsonObject } from "@flagwright/runtime";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { reasonSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { etagOf } from "../http/if-match.ts";
import { inEnvironment } from "../tenancy/params.ts";
import { changeFlag, type FlagChange } from "./change-flag.ts";
import { FLAG_PATH, flagParams, wireKeyOf, type FlagParams } from "./flag-params.ts";
import { flagResource } from "./flag-resource.ts";
import { readVersion } from "./history.ts";
import { mergeState } from "./merge-patch.ts";

const tags = ["flag state"];
const stateBody: JsonObject = {
  type: "object",
  required: ["state"],
  properties: { state: { type: "object" }, reason: reasonSchema },
  additionalProperties: false,
};

interface Write<Body> {
  readonly Params: FlagParams;
  readonly Body: Body;
}
interface StateBody {
  readonly state: JsonObject;
  readonly reason?: string;
}

/** Writes of a flag's state: replace, merge, toggle, revert. */
export function stateRoutes({ runChange }: { readonly runChange: RunChange }): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);
    const answer = (
      request: FastifyRequest<{ Params: FlagParams }>,
      reply: FastifyReply,
      wanted: Omit<FlagChange, "wireKey" | "ifMatch" | "force">,
    ): Promise<FastifyReply> =>
      runChange(request, reply, async (change) => {
        const [project, environment] = await inEnvironment(change.trx, request);
        const changed = await changeFlag(change, project, environment, {
          wireKey: wireKeyOf(request.params),
          ifMatch: request.headers["if-match"],
          force: forced(request),
          ...wanted,
        });
        const resource = flagResource(changed.environment, changed.record);
        return { headers: { etag: etagOf(resource.version) }, body: resource };
      });

    app.put<Write<StateBody>>(
      FLAG_PATH,
      { onRequest, schema: { summary: "Replace a flag's state", tags, params: flagParams, body: stateBody } },
      (request, reply) =>
        answer(request, reply, {
          ifMatchRequired: true,
          action: "update",
          reason: request.body.reason,
          state: () => Promise.resolve(request.body.state),
        }),
    );

    app.patch<Write<StateBody>>(
      FLAG_PATH,
      {
        onRequest,
        schema: { summary: "Merge into a flag's state (RFC 7396)", tags, params: flagParams, body: stateBody },
      },
      (request, reply) =>
        answer(request, reply, {
          ifMatchRequired: true,
          action: "update",
          reason: request.body.reason,
          state: (current) => Promise.resolve(mergeState(current.state as object as JsonObject, request.body.state)),
        }),
    );

    app.post<Write<{ readonly on: boolean; readonly reason?: string }>>(
      `${FLAG_PATH}/toggle`,
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
      (request, reply) =>
        answer(request, reply, {
          ifMatchRequired: false,
          action: "toggle",
          reason: request.body.reason,
          state: (current) => Promise.resolve({ ...current.state, on: request.body.on }),
        }),
    );

    app.post<Write<{ readonly version: number; readonly reason?: string }>>(
      `${FLAG_PATH}/revert`,
      {
        onRequest,
        schema: {
          summary: "Go back to the state of an earlier version, as a new version",
          tags,
          params: flagParams,
          body: {
            type: "object",
            required: ["version"],
            properties: { version: { type: "integer", minimum: 1, maximum: 2_147_483_647 }, reason: reasonSchema },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        answer(request, reply, {
          ifMatchRequired: false,
          action: "revert",
          reason: request.body.reason,
          state: async (current, environment, trx) =>
            (await readVersion(trx, environment, current.wireKey, request.body.version)).state,
        }),
    );
  };
}

/** `?force=true`: change it although live clients could not read it; they keep their last good value. */
function forced({ query }: FastifyRequest): boolean {
  return typeof query === "object" && query !== null && "force" in query && query.force === "true";
}

import { validateSegment, validateState } from "@flagwright/schema";
import type { JsonObject, Segment } from "@flagwright/runtime";
import type { FastifyPluginAsync } from "fastify";
import { readContract } from "../flags/contract.ts";
import { readFlags } from "../flags/flag-store.ts";
import { reasonSchema } from "../http/body-schemas.ts";
import type { RunChange } from "../http/change.ts";
import { checkIfMatch, etagOf } from "../http/if-match.ts";
import { invalid, notFound } from "../http/problem.ts";
import type { Database, Trx } from "../storage/database.ts";
import { advance, nextOrder } from "../tenancy/advance.ts";
import { inEnvironment, type EnvironmentParams } from "../tenancy/params.ts";
import { lockEnvironment, type Environment, type Project } from "../tenancy/scope.ts";
import { readSegments, writeSegmentVersion, type SegmentRecord } from "./segment-store.ts";

interface SegmentParams extends EnvironmentParams {
  readonly segment: string;
}

const tags = ["segments"];

/** What a segment holds in an environment. The names come with the definitions. */
export function segmentRoutes({
  database,
  runChange,
}: {
  readonly database: Database;
  readonly runChange: RunChange;
}): FastifyPluginAsync {
  return async (app) => {
    const onRequest = app.access.authenticate(["management"]);
    app.get<{ Params: EnvironmentParams }>(
      "/projects/:project/environments/:environment/segments",
      { onRequest, schema: { summary: "List segments", tags } },
      (request) =>
        database.readOrganization(request.principal.organizationId, async (trx) => {
          const [, environment] = await inEnvironment(trx, request);
          return { items: (await readSegments(trx, environment)).map(segmentResource), nextCursor: null };
        }),
    );

    app.get<{ Params: SegmentParams }>(
      "/projects/:project/environments/:environment/segments/:segment",
      { onRequest, schema: { summary: "Read a segment", tags } },
      async (request, reply) => {
        const record = await database.readOrganization(request.principal.organizationId, async (trx) => {
          const [, environment] = await inEnvironment(trx, request);
          return findSegment(trx, environment, request.params.segment);
        });
        return reply.header("etag", etagOf(record.version)).send(segmentResource(record));
      },
    );

    app.put<{ Params: SegmentParams; Body: { segment: JsonObject; reason?: string } }>(
      "/projects/:project/environments/:environment/segments/:segment",
      {
        onRequest,
        bodyLimit: SEGMENT_BODY_LIMIT,
        schema: {
          summary: "Replace what a segment holds",
          tags,
          body: {
            type: "object",
            required: ["segment"],
            properties: { segment: { type: "object" }, reason: reasonSchema },
            additionalProperties: false,
          },
        },
      },
      (request, reply) =>
        runChange(request, reply, async (change) => {
          const [project, found] = await inEnvironment(change.trx, request);
          const environment = await lockEnvironment(change.trx, found);
          const current = await findSegment(change.trx, environment, request.params.segment);
          checkIfMatch(request.headers["if-match"], current.version, true);
          const wanted = { ...request.body.segment, key: current.segment.key };
          const segment = await checkedSegment(change.trx, project, environment, wanted);
          const { reason } = request.body;
          const version = await writeSegmentVersion(change, project, environment, nextOrder(environment), {
            segment,
            after: current.version,
            action: "update",
            reason,
          });
          await advance(change, project, environment, {
            put: { segments: [segment] },
            action: "segment.update",
            target: segment.key,
            reason,
            before: current.segment,
            after: segment,
          });
          const record = { segment, version, at: change.at, actor: change.actor.name };
          return { headers: { etag: etagOf(version) }, body: segmentResource(record) };
        }),
    );
  };
}

/** Include and exclude lists may hold tens of thousands of targeting keys. */
const SEGMENT_BODY_LIMIT = 8 * 1024 * 1024;

/** The segment itself must be valid, and so must every flag that asks for it, which may read fewer attributes. */
async function checkedSegment(
  trx: Trx,
  project: Project,
  environment: Environment,
  wanted: { readonly key: string },
): Promise<Segment> {
  const contract = await readContract(trx, project, environment);
  const problems = validateSegment(wanted, contract);
  if (problems.length > 0)
    throw invalid(
      "SEGMENT_INVALID",
      `The segment ${wanted.key} is not valid.`,
      problems.map((problem) => ({ ...problem, pointer: `/segment${problem.pointer}` })),
    );
  const segment = wanted as Segment;
  const changed = { ...contract, segments: new Map([...contract.segments, [segment.key, segment]]) };
  const askers = (await readFlags(trx, project, environment)).filter(({ state }) =>
    JSON.stringify(state).includes('"segment"'),
  );
  const refused = askers.flatMap(({ wireKey, definition, state }) =>
    validateState(definition, state, changed).map((problem) => ({
      ...problem,
      pointer: "/segment",
      message: `${wireKey}, at ${problem.pointer || "/"}: ${problem.message}`,
    })),
  );
  if (refused.length > 0)
    throw invalid("SEGMENT_IN_USE", `Flags that ask for the segment ${segment.key} could not read it.`, refused);
  return segment;
}

async function findSegment(trx: Trx, environment: Environment, key: string): Promise<SegmentRecord> {
  const [record] = await readSegments(trx, environment, key);
  if (record !== undefined) return record;
  const known = await readSegments(trx, environment);
  throw notFound(
    "segment",
    key,
    known.map((one) => one.segment.key),
  );
}

function segmentResource(record: SegmentRecord): object {
  return {
    segment: record.segment,
    version: record.version,
    updatedAt: record.at.toISOString(),
    updatedBy: record.actor,
  };
}

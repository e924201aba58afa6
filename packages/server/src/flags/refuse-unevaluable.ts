import { compile, snapshotLimits, type Condition, type FlagConfiguration, type Segment } from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import { invalid } from "../http/problem.ts";
import type { Trx } from "../storage/database.ts";
import type { Environment, Project } from "../tenancy/scope.ts";
import { readFlags } from "./flag-store.ts";

/**
 * Has the evaluator's compiler look at a configuration, with all that it refers to, before it is announced: a rule that
 * asks for a flag that asks back, or that stands at the head of too long a chain, is valid by itself, and yet clients
 * could not read it. What stands and is so already may be changed, so that it can be switched off and mended.
 *
 * @throws Problem 422; then nothing has changed.
 */
export async function refuseUnevaluable(
  trx: Trx,
  project: Project,
  environment: Environment,
  next: FlagConfiguration,
  current: FlagConfiguration,
  segments: ReadonlyMap<string, Segment>,
): Promise<void> {
  const reason = await unevaluable(trx, project, environment, next, segments);
  if (reason === undefined || (await unevaluable(trx, project, environment, current, segments)) !== undefined) return;
  throw invalid("STATE_INVALID", `Clients could not evaluate ${next.key}.`, [
    { pointer: "/state", code: "UNEVALUABLE", message: reason },
  ]);
}

/** Why clients could not evaluate it, in words; `undefined` when they can. */
export async function unevaluable(
  trx: Trx,
  project: Project,
  environment: Environment,
  configuration: FlagConfiguration,
  segments: ReadonlyMap<string, Segment>,
): Promise<string | undefined> {
  const flags = new Map([[configuration.key, configuration]]);
  const ofSegments = [...segments.values()].flatMap(({ when }) => asked(when));
  let wanted = [...askedBy(configuration), ...ofSegments];
  // One level more than evaluation follows shows that it is too deep.
  for (let depth = 0; depth <= snapshotLimits.MAX_REFERENCE_DEPTH; depth++) {
    const missing = [...new Set(wanted)].filter((key) => !flags.has(key));
    if (missing.length === 0) break;
    const records = await readFlags(trx, project, environment, { wireKeys: missing });
    for (const record of records) flags.set(record.wireKey, record.configuration);
    wanted = records.flatMap((record) => askedBy(record.configuration));
  }
  const { key, epoch, revision } = environment;
  const snapshot = {
    format: 1,
    organization: project.organizationId,
    project: project.key,
    environment: key,
    epoch,
    revision,
    flags: [...flags.values()],
    segments: [...segments.values()],
  } as const;
  return compile(snapshot, { regularExpressions }).flag(configuration.key)?.unreadable;
}

function askedBy({ prerequisites, rules }: FlagConfiguration): readonly string[] {
  return [...prerequisites.map(({ flag }) => flag), ...rules.flatMap(({ when }) => asked(when))];
}

/** The flags that a condition asks for. */
function asked(condition: Condition): readonly string[] {
  if ("all" in condition) return condition.all.flatMap(asked);
  if ("any" in condition) return condition.any.flatMap(asked);
  if ("not" in condition) return asked(condition.not);
  return "flag" in condition ? [condition.flag] : [];
}

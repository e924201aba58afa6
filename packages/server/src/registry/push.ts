import type { Order } from "@flagwright/runtime";
import { configure, initialState, validateState, wireKey, type DefinitionBundle } from "@flagwright/schema";
import { readFlags, writeFlagVersions, type FlagRecord, type NewVersion } from "../flags/flag-store.ts";
import type { Change } from "../http/change.ts";
import { conflict, invalid, type ProblemPlace } from "../http/problem.ts";
import { lastSegmentVersions, removeSegments, writeSegmentVersion } from "../segments/segment-store.ts";
import { advance, nextOrder } from "../tenancy/advance.ts";
import { listEnvironments, lockProject, type Environment, type Project } from "../tenancy/scope.ts";
import { archiveFlags, readDefinitions, writeDefinitions, type RegisteredDefinition } from "./definition-store.ts";
import { firstSegment, firstVersion } from "./first-version.ts";
import { planPush, type PushPlan } from "./plan-push.ts";

export interface PushOptions {
  readonly dryRun: boolean;
  /** Archive the registered definitions, and drop the segments, that the bundle does not have. */
  readonly prune: boolean;
}

export interface PushResult {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  readonly archived: readonly string[];
  readonly untouched: readonly string[];
  readonly revisions: { readonly [environment: string]: Order };
  readonly dryRun: boolean;
}

/**
 * Takes a bundle into the registry, all or nothing, and gives every environment one new revision. A bundle under which
 * a stored state would be invalid is refused. A bundle that changes nothing makes no revision.
 *
 * @throws Problem 409 for another project's bundle, 422 with the states that stand in the way.
 */
export async function pushDefinitions(
  change: Change,
  unlocked: Project,
  bundle: DefinitionBundle,
  options: PushOptions,
): Promise<PushResult> {
  if (bundle.project !== unlocked.key)
    throw conflict(
      "PROJECT_MISMATCH",
      `The bundle is for the project "${bundle.project}", the address for "${unlocked.key}".`,
    );
  const project = await lockProject(change.trx, unlocked);
  const environments = await listEnvironments(change.trx, project, { lock: true });
  const registered = await readDefinitions(change.trx, project);
  const plan = planPush(bundle, project, registered, options);

  const standing = new Map<string, readonly FlagRecord[]>();
  for (const environment of environments)
    standing.set(environment.id, await readFlags(change.trx, project, environment, { archived: true }));
  refuseInvalidStates(bundle, plan, registered, environments, standing);

  const revisions: [string, Order][] = [];
  const write = !options.dryRun && !plan.isEmpty;
  const ids = write ? await writeContract(change, project, plan) : new Map<string, string>();
  for (const environment of environments) {
    const records = standing.get(environment.id) ?? [];
    const order = write
      ? await writeEnvironment(change, project, environment, plan, records, registered, ids)
      : { epoch: environment.epoch, revision: environment.revision };
    revisions.push([environment.key, order]);
  }
  const { added, changed, unchanged, archived, untouched } = plan;
  return {
    added,
    changed,
    unchanged,
    archived,
    untouched,
    revisions: Object.fromEntries(revisions),
    dryRun: options.dryRun,
  };
}

/** An archived flag that comes back keeps its state where it still fits; it stands in nobody's way. */
function refuseInvalidStates(
  bundle: DefinitionBundle,
  plan: PushPlan,
  registered: ReadonlyMap<string, RegisteredDefinition>,
  environments: readonly Environment[],
  standing: ReadonlyMap<string, readonly FlagRecord[]>,
): void {
  if (!plan.checksAll) return;
  const indexes = new Map(bundle.definitions.map((definition, index) => [wireKey(definition), index]));
  const errors: ProblemPlace[] = [];
  for (const environment of environments)
    for (const record of standing.get(environment.id) ?? []) {
      const definition = plan.contract.definitions.get(record.wireKey);
      if (definition === undefined || registered.get(record.wireKey)?.archivedAt !== null) continue;
      const checked = validateState(record.state, definition, plan.contract);
      const index = indexes.get(record.wireKey);
      for (const error of checked.errors ?? [])
        errors.push({
          pointer: index === undefined ? "" : `/definitions/${index}`,
          code: error.code,
          message: `${record.wireKey} in ${environment.key}, at ${error.pointer || "/"}: ${error.message}`,
          ...(error.help === undefined ? {} : { help: error.help }),
        });
    }
  if (errors.length > 0)
    throw invalid(
      "STATE_INCOMPATIBLE",
      "States that are stored would be invalid under this bundle. Change them first, or make it a new version of the flag.",
      errors.slice(0, MAX_ERRORS),
    );
}

/** Enough to see what is wrong. */
const MAX_ERRORS = 100;

async function writeContract(change: Change, project: Project, plan: PushPlan): Promise<ReadonlyMap<string, string>> {
  await change.trx
    .updateTable("project")
    .set((eb) => ({
      context: JSON.stringify(plan.contract.context),
      segments: JSON.stringify([...plan.contract.segments].sort()),
      contract: eb("contract", "+", 1),
    }))
    .where("id", "=", project.id)
    .execute();
  await archiveFlags(change, project, plan.archived);
  return writeDefinitions(change, project, plan.written);
}

async function writeEnvironment(
  change: Change,
  project: Project,
  environment: Environment,
  plan: PushPlan,
  records: readonly FlagRecord[],
  registered: ReadonlyMap<string, RegisteredDefinition>,
  ids: ReadonlyMap<string, string>,
): Promise<Order> {
  const order = nextOrder(environment);
  const standing = new Map(records.map((record) => [record.wireKey, record]));
  const versions = plan.written.map((definition): NewVersion => {
    const key = wireKey(definition);
    const first = firstVersion(definition, ids.get(key) ?? "");
    const record = standing.get(key);
    if (record === undefined) return first;
    const restored = registered.get(key)?.archivedAt !== null;
    const fits = !restored || validateState(record.state, definition, plan.contract).errors === undefined;
    const state = fits ? record.state : initialState(definition);
    const { version: after, killed } = record;
    return { ...first, after, killed, state, configuration: configure(definition, state, killed) };
  });
  await writeFlagVersions(change, project, environment, order, versions);
  const last = await lastSegmentVersions(change.trx, environment, plan.addedSegments);
  const segments = plan.addedSegments.map(firstSegment);
  for (const segment of segments)
    await writeSegmentVersion(change, project, environment, order, {
      segment,
      after: last.get(segment.key) ?? 0,
      action: "define",
    });
  await removeSegments(change.trx, environment, plan.removedSegments);
  return advance(change, project, environment, {
    put: { flags: versions.map((version) => version.configuration), segments },
    delete: { flags: plan.archived, segments: plan.removedSegments },
    action: "definitions.push",
    target: project.key,
    after: {
      added: plan.added,
      changed: plan.changed,
      archived: plan.archived,
      segments: { added: plan.addedSegments, removed: plan.removedSegments },
    },
  });
}

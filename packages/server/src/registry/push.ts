import type { Order } from "@flagwright/runtime";
import { configure, initialState, validateState, wireKey, type DefinitionBundle } from "@flagwright/schema";
import { refuseUnreadable, type Announced } from "../distribution/refuse-unreadable.ts";
import { writeFlagVersions, type NewVersion } from "../flags/flag-store.ts";
import type { Change } from "../http/change.ts";
import { conflict } from "../http/problem.ts";
import { escapePointer } from "../http/validation.ts";
import { lastSegmentVersions, removeSegments, writeSegmentVersion } from "../segments/segment-store.ts";
import { uuidv7 } from "../storage/uuid.ts";
import { advance, nextOrder } from "../tenancy/advance.ts";
import { listEnvironments, lockProject, type Project } from "../tenancy/scope.ts";
import { archiveFlags, readDefinitions, writeDefinitions } from "./definition-store.ts";
import { firstSegment, firstVersion, type NextVersion } from "./first-version.ts";
import { planPush, type PushPlan } from "./plan-push.ts";
import { readStanding, refuseInvalidStates, type Standing } from "./standing.ts";

export interface PushOptions {
  readonly dryRun: boolean;
  /** Archive the registered definitions, and drop the segments, that the bundle does not have. */
  readonly prune: boolean;
  /** Also when live clients could not read what their flags would serve then. */
  readonly force: boolean;
}

export interface PushResult extends Pick<PushPlan, "added" | "changed" | "unchanged" | "archived" | "untouched"> {
  readonly revisions: { readonly [environment: string]: Order };
  readonly dryRun: boolean;
}

/**
 * Takes a bundle into the registry, all or nothing, and gives every environment one new revision. A bundle under which
 * a stored state would be invalid is refused, and so is one whose new defaults or variants a live service could not read,
 * unless it is forced. A bundle that changes nothing makes no revision.
 *
 * @throws Problem 409 for another project's bundle, 409 with the services that are behind, 422 with the states that
 * stand in the way.
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
  const restored = new Set(
    [...registered].filter(([, known]) => known.archivedAt !== null).map(([wireKey]) => wireKey),
  );
  const everywhere: Standing[] = [];
  for (const environment of environments) everywhere.push(await readStanding(change.trx, project, environment, plan));
  refuseInvalidStates(bundle, plan, restored, everywhere);
  const next = everywhere.map((standing) => ({ standing, versions: nextVersions(plan, standing, restored) }));
  if (!options.force) await refuseUnreadable(change.trx, project, announcedBy(change, bundle, next));

  const revisions: [string, Order][] = [];
  const write = !options.dryRun && !plan.isEmpty;
  const ids = write ? await writeContract(change, project, plan) : new Map<string, string>();
  for (const { standing, versions } of next) {
    const { key, epoch, revision } = standing.environment;
    const order = write ? await writeEnvironment(change, project, plan, standing, versions, ids) : { epoch, revision };
    revisions.push([key, order]);
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

async function writeContract(change: Change, project: Project, plan: PushPlan): Promise<ReadonlyMap<string, string>> {
  await change.trx
    .updateTable("project")
    .set({
      context: JSON.stringify(plan.context),
      segments: JSON.stringify(plan.segments),
      contract: uuidv7(change.at.getTime()),
    })
    .where("id", "=", project.id)
    .execute();
  await archiveFlags(change, project, plan.archived);
  return writeDefinitions(change, project, plan.written);
}

/** Of each definition that the push writes, the version that follows what stands in this environment. */
function nextVersions(
  plan: PushPlan,
  { records, contract }: Standing,
  restored: ReadonlySet<string>,
): readonly NextVersion[] {
  return plan.written.map((definition): NextVersion => {
    const key = wireKey(definition);
    const first = firstVersion(definition);
    const record = records.get(key);
    if (record === undefined) return first;
    const fits = !restored.has(key) || validateState(definition, record.state, contract).length === 0;
    const state = fits ? record.state : initialState(definition);
    const { version: after, killed } = record;
    return { ...first, after, killed, state, configuration: configure(definition, state, killed) };
  });
}

function announcedBy(
  change: Change,
  bundle: DefinitionBundle,
  next: readonly { readonly standing: Standing; readonly versions: readonly NextVersion[] }[],
): readonly Announced[] {
  const indexes = new Map(bundle.definitions.map((definition, index) => [wireKey(definition), index]));
  return next.flatMap(({ standing: { environment }, versions }) => {
    const readers = change.readers(environment.id);
    return versions.map(({ wireKey: key, configuration }): Announced => {
      const at = `/definitions/${indexes.get(key) ?? ""}`;
      return {
        configuration,
        readers,
        environment: environment.key,
        pointer: (variant) => (variant === undefined ? `${at}/default` : `${at}/variants/${escapePointer(variant)}`),
      };
    });
  });
}

async function writeEnvironment(
  change: Change,
  project: Project,
  plan: PushPlan,
  { environment }: Standing,
  next: readonly NextVersion[],
  ids: ReadonlyMap<string, string>,
): Promise<Order> {
  const order = nextOrder(environment);
  const versions = next.map((version): NewVersion => ({ ...version, definitionId: ids.get(version.wireKey) ?? "" }));
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

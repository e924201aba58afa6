import { wireKey, type ContextSchema, type DefinitionBundle, type FlagDefinition } from "@flagwright/schema";
import { canonicalText } from "../storage/digest.ts";
import type { Project } from "../tenancy/scope.ts";
import { hashOf, type RegisteredDefinition } from "./definition-store.ts";

/** What a push would do, without the states. Wire keys throughout. */
export interface PushPlan {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  readonly archived: readonly string[];
  /** Registered, not in the bundle, and left alone. */
  readonly untouched: readonly string[];
  readonly addedSegments: readonly string[];
  readonly removedSegments: readonly string[];
  /** The pushed definitions that are to be written. */
  readonly written: readonly FlagDefinition[];
  /** What will hold after the push; by wire key. */
  readonly definitions: ReadonlyMap<string, FlagDefinition>;
  readonly context: ContextSchema;
  /** The names that will be declared. */
  readonly segments: readonly string[];
  /** Whether states that the push does not touch must be checked again. */
  readonly checksAll: boolean;
  readonly isEmpty: boolean;
}

/** Compares a bundle with the registry. What is missing from the bundle goes only when asked for by `prune`. */
export function planPush(
  bundle: DefinitionBundle,
  project: Project,
  registered: ReadonlyMap<string, RegisteredDefinition>,
  { prune }: { readonly prune: boolean },
): PushPlan {
  const pushed = new Map(bundle.definitions.map((definition) => [wireKey(definition), definition]));
  const added: string[] = [];
  const changed: string[] = [];
  const unchanged: string[] = [];
  for (const [key, definition] of pushed) {
    const known = registered.get(key);
    if (known === undefined) added.push(key);
    else if (known.hash === hashOf(definition) && known.archivedAt === null) unchanged.push(key);
    else changed.push(key);
  }
  const missing = [...registered].filter(([key, known]) => !pushed.has(key) && known.archivedAt === null);
  const kept = prune ? [] : missing;
  const segments = new Set([...bundle.segments, ...(prune ? [] : project.segments)]);
  const addedSegments = [...segments].filter((segment) => !project.segments.includes(segment));
  const removedSegments = project.segments.filter((segment) => !segments.has(segment));
  const archived = prune ? missing.map(([key]) => key) : [];
  const contextChanged = canonicalText(bundle.context) !== canonicalText(project.context);
  return {
    added,
    changed,
    unchanged,
    archived,
    untouched: kept.map(([key]) => key),
    addedSegments,
    removedSegments,
    written: [...added, ...changed].flatMap((key) => pushed.get(key) ?? []),
    context: bundle.context,
    definitions: new Map([...kept.map(([key, known]) => [key, known.definition] as const), ...pushed]),
    segments: [...segments].sort(),
    checksAll: contextChanged || removedSegments.length > 0 || archived.length > 0 || changed.length > 0,
    isEmpty:
      added.length + changed.length + archived.length + addedSegments.length + removedSegments.length === 0 &&
      !contextChanged,
  };
}

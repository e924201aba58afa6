import { applyPatch } from "../snapshot/apply-patch.ts";
import { MAX_EXPANDED_CONDITIONS, MAX_REFERENCE_DEPTH } from "../snapshot/limits.ts";
import type { FlagConfiguration, Overlay, Patch, Segment, Snapshot } from "../snapshot/model.ts";
import { isNewer } from "../snapshot/order.ts";
import { compileFlag, unreadableFlag } from "./compile-flag.ts";
import { compileSegment } from "./compile-segment.ts";
import type { CompiledFlag, CompiledSnapshot } from "./compiled-snapshot.ts";
import type { OperatorEnvironment } from "./operators/operator.ts";
import { type Closures, type CompiledEntry, type CompiledSegment, type Link, type References, Scope } from "./scope.ts";
import { Unreadable } from "./unreadable.ts";

/** What a compilation is made from. */
export interface Sources {
  readonly snapshot: Snapshot;
  /** The snapshot's own, by key; overlays are apart. */
  readonly flags: ReadonlyMap<string, FlagConfiguration>;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly overlays: ReadonlyMap<string, Overlay>;
  readonly environment: OperatorEnvironment;
  /** What flags answered that have been used before, for those that can no longer be read. */
  readonly lastReadable: ReadonlyMap<string, CompiledEntry>;
}

interface Draft extends References {
  readonly closures: Closures;
}

/**
 * A snapshot whose flags are compiled at first use. Flags hold the flags they refer to directly, so that an evaluation
 * looks nothing up; whatever depends on a change is dropped and compiled again when it is next asked for.
 */
export class Compilation implements CompiledSnapshot {
  readonly snapshot: Snapshot;
  readonly epoch: number;
  readonly revision: number;
  readonly #sources: Sources;
  readonly #ready: Map<string, CompiledEntry>;
  readonly #segments: Map<string, CompiledSegment>;
  readonly #drafts = new Map<string, Draft | string>();
  #flags: readonly CompiledFlag[] | undefined;
  readonly #openSegments = new Set<string>();

  constructor(
    sources: Sources,
    ready: Map<string, CompiledEntry> = new Map(),
    segments: Map<string, CompiledSegment> = new Map(),
  ) {
    this.snapshot = sources.snapshot;
    this.epoch = sources.snapshot.epoch;
    this.revision = sources.snapshot.revision;
    this.#sources = sources;
    this.#ready = ready;
    this.#segments = segments;
  }

  get flags(): readonly CompiledFlag[] {
    return (this.#flags ??= this.snapshot.flags.map(({ key }) => this.#ready.get(key) ?? this.#resolve(key)));
  }

  flag(key: string): CompiledFlag | undefined {
    return this.#ready.get(key) ?? (this.#sources.flags.has(key) ? this.#resolve(key) : undefined);
  }

  patched(patch: Patch): CompiledSnapshot {
    const { put, delete: gone } = patch;
    const snapshot = applyPatch(this.snapshot, patch);
    const overlays = new Map([...this.#sources.overlays].filter(([, overlay]) => isNewer(overlay, snapshot)));
    const reached = [...this.#sources.overlays.keys()].filter((key) => !overlays.has(key));
    return this.#derive(
      {
        snapshot,
        flags: replaced(this.#sources.flags, put.flags, gone.flags),
        segments: replaced(this.#sources.segments, put.segments, gone.segments),
        overlays,
      },
      new Set([...put.flags.map(({ key }) => key), ...gone.flags, ...reached]),
      new Set([...put.segments.map(({ key }) => key), ...gone.segments]),
    );
  }

  overlaid(overlays: readonly Overlay[]): CompiledSnapshot {
    const next = new Map(this.#sources.overlays);
    const changed = new Set<string>();
    for (const overlay of overlays) {
      const present = next.get(overlay.flag);
      if (!isNewer(overlay, this) || (present !== undefined && !isNewer(overlay, present))) continue;
      next.set(overlay.flag, overlay);
      changed.add(overlay.flag);
    }
    return changed.size === 0 ? this : this.#derive({ overlays: next }, changed, new Set());
  }

  /** What has been answered from, newest readable first: the last resort of the snapshot that comes next. */
  lastReadable(): Map<string, CompiledEntry> {
    const readable = [...this.#ready].filter(([, entry]) => entry.unreadable === undefined);
    return new Map([...this.#sources.lastReadable, ...readable]);
  }

  #derive(change: Partial<Sources>, flags: ReadonlySet<string>, segments: ReadonlySet<string>): Compilation {
    const ready = new Map<string, CompiledEntry>();
    const lastReadable = new Map(this.#sources.lastReadable);
    for (const [key, entry] of this.#ready) {
      const stays =
        entry.unreadable === undefined &&
        !flags.has(key) &&
        disjoint(entry.flags, flags) &&
        disjoint(entry.segments, segments);
      if (stays) ready.set(key, entry);
      else if (entry.unreadable === undefined) lastReadable.set(key, entry);
    }
    const kept = new Map<string, CompiledSegment>();
    for (const [key, segment] of this.#segments)
      if (!segments.has(key) && disjoint(segment.segments, segments) && segment.links.length === 0)
        kept.set(key, segment);
    return new Compilation({ ...this.#sources, ...change, lastReadable }, ready, kept);
  }

  /**
   * Compiles a flag and all it refers to, the furthest first. It keeps its own stack, since a chain of references may
   * be longer than the engine's. A flag met again while it is still open leads back to itself.
   */
  #resolve(key: string): CompiledEntry {
    const path = [key];
    const open = new Set(path);
    for (;;) {
      const current = path.at(-1) ?? key;
      const draft = this.#draft(current);
      const waiting = typeof draft === "string" ? undefined : draft.links.find((link) => this.#isWaiting(link, open));
      if (waiting !== undefined) {
        open.add(waiting.key);
        path.push(waiting.key);
        continue;
      }
      const entry =
        typeof draft === "string" ? this.#unreadable(current, draft, 0) : this.#linked(current, draft, open);
      this.#ready.set(current, entry);
      this.#drafts.delete(current);
      if (current === key) return entry;
      open.delete(current);
      path.pop();
    }
  }

  #isWaiting({ key }: Link, open: ReadonlySet<string>): boolean {
    return !this.#ready.has(key) && !open.has(key) && this.#sources.flags.has(key);
  }

  #linked(key: string, { closures, links, segments, conditions }: Draft, open: ReadonlySet<string>): CompiledEntry {
    const flags = new Set<string>();
    const allSegments = new Set(segments);
    let expanded = conditions;
    let depth = 0;
    for (const link of links) {
      const entry = this.#ready.get(link.key);
      link.entry = entry;
      flags.add(link.key);
      for (const further of entry?.flags ?? []) flags.add(further);
      for (const further of entry?.segments ?? []) allSegments.add(further);
      expanded += entry?.conditions ?? 0;
      depth = Math.max(depth, open.has(link.key) ? Infinity : 1 + (entry?.depth ?? 0));
    }
    if (depth === Infinity) return this.#unreadable(key, "It depends on a flag that depends on itself.", depth);
    if (depth > MAX_REFERENCE_DEPTH)
      return this.#unreadable(key, `It depends on flags more than ${MAX_REFERENCE_DEPTH} deep.`, depth);
    if (expanded > MAX_EXPANDED_CONDITIONS)
      return this.#unreadable(
        key,
        `It asks more than ${MAX_EXPANDED_CONDITIONS} conditions, references included.`,
        depth,
      );
    return { ...closures, flags, segments: allSegments, conditions: expanded, depth };
  }

  #draft(key: string): Draft | string {
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const scope = this.#scope();
    let draft: Draft | string;
    try {
      const closures = compileFlag(this.#configuration(key), scope);
      draft = {
        closures,
        links: scope.links,
        segments: scope.segments,
        conditions: scope.conditions,
        timed: scope.timed,
      };
    } catch (error) {
      draft = error instanceof Error ? error.message : String(error);
    }
    this.#drafts.set(key, draft);
    return draft;
  }

  #scope(): Scope {
    return new Scope(this.#sources.environment, (key) => this.#segment(key));
  }

  #segment(key: string): CompiledSegment {
    const known = this.#segments.get(key);
    if (known !== undefined) return known;
    const segment = this.#sources.segments.get(key);
    if (segment === undefined) throw new Unreadable(`The segment ${JSON.stringify(key)} does not exist.`);
    if (this.#openSegments.has(key)) throw new Unreadable(`The segment ${JSON.stringify(key)} contains itself.`);
    this.#openSegments.add(key);
    try {
      const compiled = compileSegment(segment, this.#scope());
      this.#segments.set(key, compiled);
      return compiled;
    } finally {
      this.#openSegments.delete(key);
    }
  }

  #unreadable(key: string, message: string, depth: number): CompiledEntry {
    const closures = this.#sources.lastReadable.get(key) ?? unreadableFlag(this.#configuration(key), message);
    return { ...closures, unreadable: message, flags: new Set(), segments: new Set(), conditions: 0, depth };
  }

  /** @throws {Unreadable} never in fact: keys come from `flags`. */
  #configuration(key: string): FlagConfiguration {
    const configuration = this.#sources.flags.get(key);
    if (configuration === undefined) throw new Unreadable(`The flag ${JSON.stringify(key)} does not exist.`);
    const overlay = this.#sources.overlays.get(key);
    if (overlay === undefined) return configuration;
    const { killed: _killed, ...lifted } = configuration;
    return overlay.killed === null ? lifted : { ...lifted, killed: overlay.killed };
  }
}

function disjoint(own: ReadonlySet<string>, changed: ReadonlySet<string>): boolean {
  for (const key of own) if (changed.has(key)) return false;
  return true;
}

function replaced<T extends { readonly key: string }>(
  old: ReadonlyMap<string, T>,
  put: readonly T[],
  gone: readonly string[],
): ReadonlyMap<string, T> {
  if (put.length === 0 && gone.length === 0) return old;
  const next = new Map(old);
  for (const key of gone) next.delete(key);
  for (const item of put) next.set(item.key, item);
  return next;
}

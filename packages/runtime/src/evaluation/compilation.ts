import { applyPatch } from "../snapshot/apply-patch.ts";
import { MAX_EXPANDED_CONDITIONS, MAX_REFERENCE_DEPTH } from "../snapshot/limits.ts";
import type { FlagConfiguration, Overlay, Patch, Segment, Snapshot } from "../snapshot/model.ts";
import { isNewer } from "../snapshot/order.ts";
import { compileFlag, unreadableFlag } from "./compile-flag.ts";
import { compileSegment } from "./compile-segment.ts";
import type { CompiledFlag, CompiledSnapshot } from "./compiled-snapshot.ts";
import { LayeredMap } from "./layered-map.ts";
import type { OperatorEnvironment } from "./operators/operator.ts";
import { type Closures, type CompiledEntry, type CompiledSegment, type Link, type References, Scope } from "./scope.ts";
import { Unreadable } from "./unreadable.ts";

/** What a compilation is made from. */
export interface Sources {
  readonly snapshot: Snapshot;
  /** The snapshot's own, by key; overlays are apart. */
  readonly flags: LayeredMap<FlagConfiguration>;
  readonly segments: LayeredMap<Segment>;
  readonly overlays: ReadonlyMap<string, Overlay>;
  readonly environment: OperatorEnvironment;
  /** What flags answer that cannot be read: what they answered when they last could, if they were asked then. */
  readonly lastReadable: LayeredMap<CompiledEntry>;
}

/** Most flags refer to nothing, and share this. */
const NONE: Set<string> = new Set();

interface Draft extends References {
  readonly closures: Closures;
}

/**
 * A snapshot whose flags are compiled at first use. Flags hold the flags they refer to directly, so that an evaluation
 * looks nothing up. What depends on nothing but its own configuration is shared with the snapshots before and after,
 * and is right for each that has that very configuration; everything else belongs to this one.
 */
export class Compilation implements CompiledSnapshot {
  readonly snapshot: Snapshot;
  readonly epoch: number;
  readonly revision: number;
  readonly #sources: Sources;
  readonly #shared: Map<string, CompiledEntry>;
  readonly #own: Map<string, CompiledEntry>;
  readonly #segments: Map<string, CompiledSegment>;
  readonly #drafts = new Map<string, Draft | string>();
  readonly #openSegments = new Set<string>();
  #flags: readonly CompiledFlag[] | undefined;
  #lastReadable: LayeredMap<CompiledEntry>;

  constructor(
    sources: Sources,
    shared: Map<string, CompiledEntry> = new Map(),
    own: Map<string, CompiledEntry> = new Map(),
    segments: Map<string, CompiledSegment> = new Map(),
  ) {
    this.snapshot = sources.snapshot;
    this.epoch = sources.snapshot.epoch;
    this.revision = sources.snapshot.revision;
    this.#sources = sources;
    this.#shared = shared;
    this.#own = own;
    this.#segments = segments;
    this.#lastReadable = sources.lastReadable;
  }

  get flags(): readonly CompiledFlag[] {
    return (this.#flags ??= this.snapshot.flags.map(({ key }) => this.#known(key) ?? this.#resolve(key)));
  }

  flag(key: string): CompiledFlag | undefined {
    return this.#known(key) ?? (this.#sources.flags.get(key) === undefined ? undefined : this.#resolve(key));
  }

  patched(patch: Patch): CompiledSnapshot {
    const { put, delete: gone } = patch;
    const snapshot = applyPatch(this.snapshot, patch);
    const overlays = new Map([...this.#sources.overlays].filter(([, overlay]) => isNewer(overlay, snapshot)));
    const reached = [...this.#sources.overlays.keys()].filter((key) => !overlays.has(key));
    return this.#derive(
      {
        snapshot,
        flags: this.#sources.flags.changed(byKey(put.flags), gone.flags),
        segments: this.#sources.segments.changed(byKey(put.segments), gone.segments),
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

  /** What flags have answered by configurations that could be read: the last resort of the next snapshot. */
  answered(): LayeredMap<CompiledEntry> {
    const keys = this.snapshot.flags.map(({ key }) => key);
    return new LayeredMap(new Map(this.#answeredBy(keys)));
  }

  #answeredBy(keys: readonly string[]): readonly (readonly [string, CompiledEntry])[] {
    return keys.flatMap((key) => {
      const known = this.#known(key);
      const entry =
        known?.unreadable === undefined ? (known ?? this.#lastReadable.get(key)) : this.#lastReadable.get(key);
      return entry === undefined ? [] : [[key, entry] as const];
    });
  }

  #known(key: string): CompiledEntry | undefined {
    const own = this.#own.get(key);
    if (own !== undefined) return own;
    const shared = this.#shared.get(key);
    const isRight = shared?.configuration === this.#sources.flags.get(key) && !this.#sources.overlays.has(key);
    return isRight ? shared : undefined;
  }

  /** What has been used and changes is compiled at once: only now is it known what it answered before. */
  #derive(change: Partial<Sources>, flags: ReadonlySet<string>, segments: ReadonlySet<string>): Compilation {
    const own = new Map<string, CompiledEntry>();
    const affected = [...flags].filter((key) => this.#known(key) !== undefined);
    for (const [key, entry] of this.#own) {
      if (flags.has(key)) continue;
      const stays =
        disjoint(entry.flags, flags) && disjoint(entry.segments, segments) && !this.#restsOnUnreadable(entry);
      if (stays) own.set(key, entry);
      else affected.push(key);
    }
    const kept = new Map<string, CompiledSegment>();
    for (const [key, segment] of this.#segments)
      if (!segments.has(key) && disjoint(segment.segments, segments) && segment.links.length === 0)
        kept.set(key, segment);
    const before = this.#answeredBy(affected);
    const lastReadable = this.#lastReadable.changed(before, []);
    const next = new Compilation({ ...this.#sources, ...change, lastReadable }, this.#shared, own, kept);
    const unreadable = before.filter(([key]) => next.flag(key)?.unreadable !== undefined);
    next.#lastReadable = this.#lastReadable.changed(unreadable, affected);
    return next;
  }

  /** What an unreadable flag would refer to if it could be read is not known, so any change may concern it. */
  #restsOnUnreadable(entry: CompiledEntry): boolean {
    if (entry.unreadable !== undefined) return true;
    for (const key of entry.flags) if (this.#known(key)?.unreadable !== undefined) return true;
    return false;
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
      this.#keep(current, entry);
      this.#drafts.delete(current);
      if (current === key) return entry;
      open.delete(current);
      path.pop();
    }
  }

  #keep(key: string, entry: CompiledEntry): void {
    const isPure =
      entry.flags.size === 0 && entry.segments.size === 0 && entry.configuration === this.#sources.flags.get(key);
    (isPure && entry.unreadable === undefined ? this.#shared : this.#own).set(key, entry);
  }

  #isWaiting({ key }: Link, open: ReadonlySet<string>): boolean {
    return !open.has(key) && this.#sources.flags.get(key) !== undefined && this.#known(key) === undefined;
  }

  #linked(key: string, { closures, links, segments, conditions }: Draft, open: ReadonlySet<string>): CompiledEntry {
    const refers = links.length > 0 || segments.size > 0;
    const flags = refers ? new Set<string>() : NONE;
    const allSegments = refers ? new Set(segments) : NONE;
    let expanded = conditions;
    let depth = 0;
    for (const link of links) {
      const entry = this.#known(link.key);
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
    const closures = this.#lastReadable.get(key) ?? unreadableFlag(this.#configuration(key), message);
    return { ...closures, unreadable: message, flags: NONE, segments: NONE, conditions: 0, depth };
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

function byKey<T extends { readonly key: string }>(items: readonly T[]): readonly (readonly [string, T])[] {
  return items.map((item) => [item.key, item]);
}

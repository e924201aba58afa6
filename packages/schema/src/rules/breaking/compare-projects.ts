import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { wireKey } from "../../definition/identity.ts";
import type { CalendarDate, FlagDefinition, FlagState } from "../../definition/model.ts";
import { surroundingsOf } from "../../project/check-project.ts";
import type { CompatibilityMode, LocatedDefinition, Project } from "../../project/model.ts";
import { docsPage } from "../docs-page.ts";
import { Contract } from "./contract.ts";
import { breakingRules } from "./registry.ts";
import type { Break, CheckReport, SuppressedBreak } from "./report.ts";
import type { BreakCategory, BreakFinding, BreakingRule, CheckContext, VersionPair } from "./rule.ts";

export interface CompareProjectsOptions {
  /** Which day it is. */
  readonly today: CalendarDate;
  /** What is compared with, in words. Default `previous`. */
  readonly against?: string;
  /** Overrides the project's and every flag's. */
  readonly mode?: CompatibilityMode;
  /** What environments have stored; each state is checked against its definition as it is now. */
  readonly stored?: readonly StoredFlag[];
  /** Which schemas clients that run now were generated from. Those of flags whose schema stays are not looked at. */
  readonly readers?: readonly DeployedReaders[];
  /** Wire key → expiry dates before the previous one, newest first: to count how often one was extended. */
  readonly expiries?: ReadonlyMap<string, readonly CalendarDate[]>;
  /** States from before the previous one, newest first: for flags whose policy is transitive. */
  readonly earlier?: readonly EarlierProject[];
}

export interface EarlierProject {
  /** What it is, in words: an abbreviated commit. */
  readonly label: string;
  readonly project: Project;
}

export interface StoredFlag {
  readonly environment: string;
  /** The wire key. */
  readonly flag: string;
  readonly state: FlagState;
}

export interface DeployedReaders {
  readonly environment: string;
  /** The wire key. */
  readonly flag: string;
  readonly schemaHash: string;
  /** A definition that was pushed with that schema, when there is one. */
  readonly definition?: FlagDefinition;
  /** Whose clients they are, in words: `2 clients of checkout 7`. */
  readonly services: readonly string[];
}

/** Whose breaks each mode minds. */
const minded: { readonly [mode in CompatibilityMode]: ReadonlySet<BreakCategory> } = {
  backward: new Set(["SOURCE", "STORED", "ASSIGNMENT", "POLICY"]),
  forward: new Set(["SOURCE", "READERS", "ASSIGNMENT", "POLICY"]),
  full: new Set(["SOURCE", "READERS", "STORED", "ASSIGNMENT", "POLICY"]),
  none: new Set(["POLICY"]),
};

/**
 * Says of every change between two states of a project who breaks. Pure: projects that leave out what is the same on
 * both sides give the same answer, as long as flags that refer to each other stay together.
 *
 * @example
 * ```ts
 * compareProjects(parseProject(old), parseProject(now), { today: "2026-11-21" }).result; // "breaking"
 * ```
 */
export function compareProjects(previous: Project, current: Project, options: CompareProjectsOptions): CheckReport {
  const context: CheckContext = { previous, current, today: options.today };
  const walk = new Walk(context, options);
  const pairing = pairVersions(previous, current);
  for (const { before, after } of pairing.pairs) {
    const expiries = options.expiries?.get(wireKey(before.value)) ?? [];
    walk.run(
      "version",
      { ...context, before, after, values: new Contract(before.value, after.value), expiries },
      after,
    );
    if (sameDefinition(before, after)) continue;
    walk.changed.push(wireKey(after.value));
    const { transitive } = after.compatibility ?? current.config.compatibility;
    if (!transitive) continue;
    // Clients and caches may be older than the last definition. One that was met already has nothing new to say.
    const met = new Set([before.value.schemaHash, after.value.schemaHash]);
    for (const { label, project } of options.earlier ?? []) {
      const old = project.definitions.find(({ value }) => wireKey(value) === wireKey(before.value));
      if (old === undefined || met.has(old.value.schemaHash)) continue;
      met.add(old.value.schemaHash);
      walk.runEarlier({ ...context, before: old, after, values: new Contract(old.value, after.value) }, after, label);
    }
  }
  for (const before of pairing.removed) {
    walk.run("removed-version", { ...context, before }, before);
    walk.removed.push(wireKey(before.value));
  }
  for (const after of pairing.added) walk.added.push(wireKey(after.value));
  for (const after of current.definitions) walk.run("standing-version", { ...context, after }, after);
  const segments = new Set(current.segments.map(({ value }) => value.key));
  for (const before of previous.segments)
    if (!segments.has(before.value.key)) walk.runFor("removed-segment", { ...context, before }, before.value.key);
  walk.runFor("project", context, "");
  const surroundings = surroundingsOf(current);
  const definitions = new Map(current.definitions.map((each) => [wireKey(each.value), each]));
  for (const { environment, flag, state } of options.stored ?? []) {
    const after = definitions.get(flag);
    if (after !== undefined) walk.run("stored-state", { ...context, after, environment, state, surroundings }, after);
  }
  const versions = versionsRead(pairing);
  for (const readers of options.readers ?? []) runReaders(walk, context, versions.get(readers.flag), readers);
  return walk.report();
}

interface VersionRead {
  readonly before?: LocatedDefinition;
  readonly after?: LocatedDefinition;
}

/** By the wire key that deployed clients know: a renamed flag is still sent under its old name. */
function versionsRead({ pairs, removed, added }: Pairing): ReadonlyMap<string, VersionRead> {
  const versions = new Map<string, VersionRead>(added.map((after) => [wireKey(after.value), { after }]));
  for (const before of removed) versions.set(wireKey(before.value), { before });
  for (const pair of pairs) versions.set(wireKey(pair.before.value), pair);
  return versions;
}

/** What clients read that run now, against what they will be sent. Where the schema stays, nothing is new to them. */
function runReaders(
  walk: Walk,
  context: CheckContext,
  { before, after }: VersionRead = {},
  { environment, schemaHash, services, definition }: DeployedReaders,
): void {
  const subject = after ?? before;
  const [was, is] = [before?.value.schemaHash, after?.value.schemaHash];
  if (subject === undefined || was === is || is === schemaHash) return;
  const known = definition ?? (was === schemaHash ? before?.value : undefined);
  const read = known && { ...subject, value: known };
  walk.run("live-readers", { ...context, environment, before, after, services, schemaHash, read }, subject);
}

interface Pairing {
  readonly pairs: readonly { readonly before: LocatedDefinition; readonly after: LocatedDefinition }[];
  readonly removed: readonly LocatedDefinition[];
  readonly added: readonly LocatedDefinition[];
}

/** Versions that belong together, a renamed flag with what it was. */
function pairVersions(previous: Project, current: Project): Pairing {
  const olds = new Map(previous.definitions.map((each) => [wireKey(each.value), each]));
  const pairs: { readonly before: LocatedDefinition; readonly after: LocatedDefinition }[] = [];
  const added: LocatedDefinition[] = [];
  const paired = new Set<LocatedDefinition>();
  const names = new Set(current.definitions.map(({ value }) => wireKey(value)));
  for (const after of current.definitions) {
    const { renamedFrom, version } = after.value;
    const former = renamedFrom === undefined ? undefined : wireKey({ key: renamedFrom, version });
    const before =
      olds.get(wireKey(after.value)) ?? (former === undefined || names.has(former) ? undefined : olds.get(former));
    if (before === undefined) added.push(after);
    else {
      pairs.push({ before, after });
      paired.add(before);
    }
  }
  return { pairs, added, removed: previous.definitions.filter((each) => !paired.has(each)) };
}

function sameDefinition(before: LocatedDefinition, after: LocatedDefinition): boolean {
  return isDeepStrictEqual(before.value, after.value);
}

type Subject<Pair extends BreakingRule["pair"]> = Parameters<
  Extract<BreakingRule, { readonly pair: Pair }>["check"]
>[0];

/** Runs rules and gathers what they find. */
class Walk {
  readonly added: string[] = [];
  readonly changed: string[] = [];
  readonly removed: string[] = [];
  readonly #breaks: Break[] = [];
  readonly #suppressed: SuppressedBreak[] = [];
  readonly #context: CheckContext;
  readonly #options: CompareProjectsOptions;

  constructor(context: CheckContext, options: CompareProjectsOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** About a flag, which may have a mode and suppressions of its own. */
  run<Pair extends BreakingRule["pair"]>(pair: Pair, subject: Subject<Pair>, definition: LocatedDefinition): void {
    const mode = this.#options.mode ?? definition.compatibility?.mode ?? this.#folderMode(definition.file);
    this.#gather(pair, subject, wireKey(definition.value), mode, definition);
  }

  /** What still reads or holds an earlier definition breaks in the same way; whatever else has changed was said then. */
  runEarlier(subject: VersionPair, definition: LocatedDefinition, label: string): void {
    const mode = this.#options.mode ?? definition.compatibility?.mode ?? this.#folderMode(definition.file);
    for (const rule of breakingRules) {
      const outlasts = rule.categories.some(
        (each) => (each === "READERS" || each === "STORED") && minded[mode].has(each),
      );
      if (rule.pair !== "version" || rule.severity !== "error" || !outlasts) continue;
      for (const finding of rule.check(subject))
        this.#keep(
          rule,
          { ...finding, message: `Against ${label}: ${finding.message}` },
          wireKey(definition.value),
          definition,
        );
    }
  }

  runFor<Pair extends BreakingRule["pair"]>(pair: Pair, subject: Subject<Pair>, name: string): void {
    this.#gather(pair, subject, name, this.#mode(), undefined);
  }

  report(): CheckReport {
    const breaks = this.#breaks.sort((a, b) => order(a.subject, b.subject) || order(a.severity, b.severity));
    const certain = breaks.some(({ severity, undecided }) => severity === "error" && undecided === undefined);
    const open = breaks.some(({ severity, undecided }) => severity === "error" && undecided !== undefined);
    const { previous, current, today } = this.#context;
    return {
      against: this.#options.against ?? "previous",
      today,
      mode: this.#mode(),
      breaks,
      suppressed: this.#suppressed,
      changes: { added: this.added, changed: this.changed, removed: this.removed },
      result: certain ? "breaking" : open ? "undecided" : "clean",
      texts: { previous: previous.files, current: current.files },
    };
  }

  #mode(): CompatibilityMode {
    return this.#options.mode ?? this.#context.current.config.compatibility.mode;
  }

  /** The deepest folder that has a mode. */
  #folderMode(file: string): CompatibilityMode {
    const { folders, mode } = this.#context.current.config.compatibility;
    const found = Object.keys(folders)
      .filter((folder) => file.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0];
    return (found === undefined ? undefined : folders[found]) ?? mode;
  }

  #gather<Pair extends BreakingRule["pair"]>(
    pair: Pair,
    subject: Subject<Pair>,
    name: string,
    mode: CompatibilityMode,
    definition: LocatedDefinition | undefined,
  ): void {
    for (const rule of breakingRules) {
      if (rule.pair !== pair || !rule.categories.some((category) => minded[mode].has(category))) continue;
      // The pair names the rule's subject; TypeScript does not follow that through the loop.
      const check = rule.check as (subject: Subject<Pair>) => Iterable<BreakFinding>;
      for (const finding of check(subject)) this.#keep(rule, finding, name, definition);
    }
  }

  #keep(rule: BreakingRule, finding: BreakFinding, subject: string, definition: LocatedDefinition | undefined): void {
    const found: Break = {
      ...finding,
      rule: rule.id,
      severity: finding.severity ?? rule.severity,
      categories: rule.categories,
      subject,
      docs: docsPage(rule.id),
      fingerprint: fingerprint(rule.id, subject, finding.identity),
    };
    const { approved } = this.#context.current.config.compatibility;
    const by =
      definition?.suppressions.find((each) => each.rule === rule.id && each.until > this.#context.today) ??
      approved.find((each) => each.fingerprint === found.fingerprint && each.until > this.#context.today);
    if (by === undefined) this.#breaks.push(found);
    else this.#suppressed.push({ finding: found, by: { reason: by.reason, until: by.until } });
  }
}

/** Short enough to be typed, long enough for a project's life: 48 bits. */
function fingerprint(rule: string, subject: string, identity: string): string {
  return createHash("sha256").update(`${rule}\n${subject}\n${identity}`).digest("hex").slice(0, 12);
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

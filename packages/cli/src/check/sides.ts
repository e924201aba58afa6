import type { EarlierProject, Project } from "@flagwright/schema";

/** The two states of a project that a check compares. Flags that are the same on both sides may be missing. */
export interface Sides {
  readonly previous: Project;
  readonly current: Project;
  /** What is compared with, in words. */
  readonly against: string;
  /** States before the previous one, newest first, where a policy is transitive. */
  readonly earlier: readonly EarlierProject[];
  /** Wire key → earlier expiry dates, newest first, of flags whose expiry is extended; empty where there is no history. */
  readonly expiries: ReadonlyMap<string, readonly string[]>;
  /** Texts of the previous side, by path: for `--fix`, which puts a version back as it was. */
  readonly previousFiles: ReadonlyMap<string, string>;
}

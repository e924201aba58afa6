import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILE, type EarlierProject, fileRole, flagsFolder, parseProject } from "@flagwright/schema";
import { gitLine, gitNames } from "../git/git.ts";
import { readBlobs } from "../git/read-blobs.ts";
import { resolveCommit } from "../git/resolve-commit.ts";
import { expiryHistory } from "./expiry-history.ts";
import type { Sides } from "./sides.ts";
import { type Scope, wanting } from "./wanting.ts";

/** A project of ten thousand flags has a hundred changed ones: only those are read and parsed. */
export async function gitSides(root: string, name: string, scope: Scope = {}): Promise<Sides> {
  const commit = await resolveCommit(root, name);
  const prefix = (await gitLine(root, ["rev-parse", "--show-prefix"])) ?? "";
  const config = readIfFile(join(root, CONFIG_FILE)) ?? "";
  const oldConfig = (await readBlobs(root, commit, [prefix + CONFIG_FILE])).get(prefix + CONFIG_FILE) ?? "";
  const folder = flagsFolder(config);
  const oldFolder = flagsFolder(oldConfig);
  const folders = [...new Set([folder, oldFolder])];

  const [changed, untracked] = await Promise.all([
    gitNames(root, ["diff", "--name-only", "-z", "--no-renames", "--relative", commit, "--", ...folders]),
    gitNames(root, ["ls-files", "--others", "--exclude-standard", "-z", "--", ...folders]),
  ]);
  const touched = [...new Set([...changed, ...untracked])];
  const needsAll =
    scope.whole === true || scope.guardedOn !== undefined || touched.some((path) => roleOf(path, folders) === "schema");
  const tracked = needsAll ? await gitNames(root, ["ls-files", "-z", "--", ...folders]) : [];
  const schemas = await gitNames(root, ["ls-files", "-z", "--", ...folders.map((each) => `${each}/schemas`)]);

  const current = new Map([[CONFIG_FILE, config]]);
  const wants = wanting(folder, touched, scope);
  for (const path of new Set([...touched, ...schemas, ...tracked])) {
    const text = readIfFile(join(root, path));
    if (text !== undefined && wants(path, text)) current.set(path, text);
  }
  const known = new Set(touched);
  const previous = new Map(oldConfig === "" ? [] : [[CONFIG_FILE, oldConfig]]);
  // What git says is the same need not be asked for again.
  for (const [path, text] of current) if (path !== CONFIG_FILE && !known.has(path)) previous.set(path, text);
  const blobs = await readBlobs(
    root,
    commit,
    touched.map((path) => prefix + path),
  );
  for (const [path, text] of blobs)
    if (roleOf(path.slice(prefix.length), [oldFolder]) !== "environment") previous.set(path.slice(prefix.length), text);
  const now = parseProject(current);
  const isTransitive = [now.config, ...now.definitions].some(({ compatibility }) => compatibility?.transitive === true);
  const earlier = isTransitive ? await earlierProjects(root, commit, prefix, touched, previous) : [];
  const before = parseProject(previous);
  const expiries = await expiryHistory({ root, commit, prefix, previous: before, current: now });
  return { previous: before, current: now, against: name, earlier, expiries, previousFiles: previous };
}

/** Further back than this nobody has a client or a cache. */
const MAX_EARLIER = 200;

/** The touched files at each commit that changed one of them. What was not touched since is as it is now. */
async function earlierProjects(
  root: string,
  commit: string,
  prefix: string,
  touched: readonly string[],
  previous: ReadonlyMap<string, string>,
): Promise<readonly EarlierProject[]> {
  if (touched.length === 0) return [];
  const log = ["log", "-z", `--max-count=${MAX_EARLIER}`, "--format=%H", commit, "--", ...touched];
  const earlier: EarlierProject[] = [];
  for (const hash of (await gitNames(root, log)).map((each) => each.trim())) {
    const texts = await readBlobs(
      root,
      hash,
      touched.map((path) => prefix + path),
    );
    const files = new Map(previous);
    for (const [path, text] of texts) files.set(path.slice(prefix.length), text);
    earlier.push({ label: hash.slice(0, 10), project: parseProject(files) });
  }
  return earlier;
}

function roleOf(path: string, folders: readonly string[]): ReturnType<typeof fileRole> {
  return folders.map((folder) => fileRole(path, folder)).find((role) => role !== undefined);
}

function readIfFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // Deleted, or a folder by now: on this side it is not there.
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

import { closeSync, type Dirent, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MAX_FILE_LENGTH } from "../source/limits.ts";
import type { Project } from "./model.ts";
import { parseProject } from "./parse-project.ts";
import { fileRole } from "./project-files.ts";
import { CONFIG_FILE, defaultConfig } from "./read-config.ts";
import { parseYaml } from "../source/parse-yaml.ts";

/** The nearest folder, from here upwards, that has a `flagwright.yaml`; `undefined` when none has. */
export function findProjectRoot(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (statSync(join(folder, CONFIG_FILE), { throwIfNoEntry: false })?.isFile()) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Reads the project at this root from the disk. What cannot be read is a diagnostic; only a root that is no folder
 * throws, with Node's error.
 */
export function readProject(root: string): Project {
  return parseProject(readProjectFiles(root));
}

/** The texts of a project's files by path, relative to the root and with forward slashes. */
export function readProjectFiles(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  readdirSync(root);
  const configFile = join(root, CONFIG_FILE);
  if (statSync(configFile, { throwIfNoEntry: false })?.isFile()) files.set(CONFIG_FILE, readText(configFile));
  const folder = flagsFolder(files.get(CONFIG_FILE) ?? "");
  for (const path of filesBelow(root, folder))
    if (path !== CONFIG_FILE && fileRole(path, folder) !== undefined) files.set(path, readText(join(root, path)));
  return files;
}

/** The one member that must be known before the other files can be found. */
export function flagsFolder(configText: string): string {
  if (configText.length > MAX_FILE_LENGTH) return defaultConfig.flags;
  const folder: unknown = parseYaml(configText).get("flags");
  const isUsable =
    typeof folder === "string" && folder !== "" && !folder.startsWith("/") && !folder.split("/").includes("..");
  return isUsable ? folder.replace(/\/+$/, "") : defaultConfig.flags;
}

function filesBelow(root: string, folder: string): readonly string[] {
  const found: string[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const entry of entriesOf(join(root, next))) {
      const path = next === "." ? entry.name : `${next}/${entry.name}`;
      // Links are not followed: they can lead out of the project, and round in circles.
      if (entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith(".")) open.push(path);
      else if (entry.isFile()) found.push(path);
    }
  return found;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** At most three bytes make one UTF-16 unit, so that a file cut here is still beyond the limit, and refused. */
const MAX_READ = (MAX_FILE_LENGTH + 1) * 3;

/** Bytes that are no UTF-8 become U+FFFD. Of a file made to fill the memory only the beginning is read. */
function readText(path: string): string {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size <= MAX_READ) return withoutMark(readFileSync(file, "utf8"));
    const bytes = Buffer.alloc(MAX_READ);
    return withoutMark(bytes.toString("utf8", 0, readSync(file, bytes, 0, MAX_READ, 0)));
  } finally {
    closeSync(file);
  }
}

/** A byte order mark is no part of the text. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

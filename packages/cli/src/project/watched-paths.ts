import { join } from "node:path";
import { flagsFolder } from "@flagwright/schema/definitions";
import { parse } from "yaml";
import { PROJECT_FILE } from "./root.ts";
import { readIfThere } from "./write-file.ts";

/**
 * What a project is made of besides `flagwright.yaml`, relative to its root: the folder of its definitions, and its own
 * generators. As much of the file as can be read counts: what is wrong with it is told elsewhere.
 */
export function watchedPaths(root: string): { readonly folder: string; readonly modules: readonly string[] } {
  const text = textOf(join(root, PROJECT_FILE));
  return { folder: flagsFolder(text), modules: modulesIn(text) };
}

function textOf(path: string): string {
  try {
    return readIfThere(path) ?? "";
  } catch {
    return "";
  }
}

function modulesIn(text: string): readonly string[] {
  let file: unknown;
  try {
    file = parse(text, { logLevel: "silent" });
  } catch {
    return [];
  }
  const { generate } = (file ?? {}) as { readonly generate?: unknown };
  if (!Array.isArray(generate)) return [];
  return (generate as readonly ({ readonly generator?: unknown } | null)[]).flatMap((entry) =>
    typeof entry?.generator === "string" && entry.generator.startsWith("./") ? [entry.generator.slice(2)] : [],
  );
}

import { posix } from "node:path";

/** What a file below the flags' folder holds, by where it is. */
export type FileRole = "flag" | "segment" | "environment" | "schema";

const folders: { readonly [folder: string]: FileRole } = {
  segments: "segment",
  environments: "environment",
  schemas: "schema",
};

/** The role of a file, or `undefined` when it is none of ours. Hidden files and other extensions are left alone. */
export function fileRole(path: string, flagsFolder: string): FileRole | undefined {
  const prefix = flagsFolder === "." ? "" : `${flagsFolder}/`;
  if (!path.startsWith(prefix) || !/\.(?:ya?ml|json)$/.test(path)) return undefined;
  const names = path.slice(prefix.length).split("/");
  if (names.some((name) => name.startsWith("."))) return undefined;
  // Specification tests say what flags answer; they define nothing.
  if (names.length > 1 && names[0] === "tests") return undefined;
  return (names.length > 1 ? folders[names[0] ?? ""] : undefined) ?? "flag";
}

/** A file's name without folder and extension. */
export function stem(path: string): string {
  return posix.basename(path).replace(/\.(?:ya?ml|json)$/, "");
}

import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { digest } from "./cache-file.ts";

/**
 * Names this very tool: its own files and those of the packages that decide what is generated, by size and time. A
 * cache of another tool is not read, be it a newer version or the same one edited.
 */
export function toolName(): string {
  const own = resolve(import.meta.dirname, "..");
  const packages = ["@flagwright/schema", "@flagwright/runtime"].map((name) =>
    dirname(fileURLToPath(import.meta.resolve(name))),
  );
  return digest(JSON.stringify([process.versions.node, [own, ...packages].map(filesBelow)]));
}

function filesBelow(folder: string): readonly (readonly [string, number, number])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      return [path, size, mtimeMs] as const;
    });
}

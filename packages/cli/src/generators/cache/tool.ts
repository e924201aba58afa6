import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../../version.ts";
import { digest } from "./cache-file.ts";

/** Libraries whose versions show in what is generated. */
const LIBRARIES = ["ajv", "json-schema-to-typescript", "prettier"];

/**
 * Names this very tool: its own files and those of the packages that decide what is generated, by size and time, and
 * the versions of all: some package managers give every file the same time. A cache of another tool is not read, be it
 * a newer version or the same one edited.
 */
export function toolName(): string {
  const own = resolve(import.meta.dirname, "..");
  const packages = ["@flagwright/schema", "@flagwright/runtime"].map((name) =>
    dirname(fileURLToPath(import.meta.resolve(name))),
  );
  const libraries = LIBRARIES.map((name) => readFileSync(find(`${name}/package.json`), "utf8"));
  return digest(JSON.stringify([process.versions.node, version(), libraries, [own, ...packages].map(filesBelow)]));
}

const find = createRequire(import.meta.url).resolve;

function filesBelow(folder: string): readonly (readonly [string, number, number])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      return [path, size, mtimeMs] as const;
    });
}

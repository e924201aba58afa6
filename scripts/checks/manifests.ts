import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a published manifest must say, worked out from the entry points in `exports`: `publishConfig` points at what
 * `scripts/build.ts` makes. A manifest that has drifted would publish paths that do not exist.
 */
export const packages: { readonly [name: string]: readonly ("esm" | "cjs")[] } = {
  runtime: ["esm", "cjs"],
  schema: ["esm"],
  server: ["esm"],
  cli: ["esm"],
};

export interface Manifest {
  readonly exports: { readonly [name: string]: string };
  readonly bin?: { readonly [name: string]: string };
  readonly publishConfig?: unknown;
}

export function readManifest(root: string, name: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest;
}

/** `./src/codegen/v1/index.ts` → `codegen/v1/index`. */
export function entryName(source: string): string {
  return source.replace(/^\.\/src\//, "").replace(/\.ts$/, "");
}

export function publishConfig(name: string, manifest: Manifest): object {
  const built = (format: string, source: string): object => ({
    types: `./dist/${format}/${entryName(source)}.d.ts`,
    default: `./dist/${format}/${entryName(source)}.js`,
  });
  const conditions = (source: string): object =>
    packages[name]?.includes("cjs") === true
      ? { import: built("esm", source), require: built("cjs", source) }
      : built("esm", source);
  const exports = Object.entries(manifest.exports)
    .filter(([path]) => path !== "./package.json")
    .map(([path, source]) => [path, conditions(source)] as const);
  const bin = Object.entries(manifest.bin ?? {}).map(([command, source]) => [
    command,
    `./dist/esm/${entryName(source)}.js`,
  ]);
  return {
    access: "public",
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    ...(bin.length === 0 ? {} : { bin: Object.fromEntries(bin) as object }),
  };
}

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { build } from "tsup";
import { entryName, packages, readManifest } from "./checks/manifests.ts";

/**
 * `pnpm build`: what is published, from the sources. tsup makes the JavaScript, tsc the declarations. The runtime is
 * built as ES modules and as CommonJS, each with declarations of its own, since apps of both kinds import it.
 */

const root = join(import.meta.dirname, "..");
for (const [name, kinds] of Object.entries(packages)) {
  const folder = join(root, "packages", name);
  const manifest = readManifest(root, name);
  const sources = new Set([
    ...Object.values(manifest.exports).filter((file) => file.endsWith(".ts")),
    ...Object.values(manifest.bin ?? {}),
  ]);
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  for (const format of kinds) {
    const outDir = join(folder, "dist", format);
    // What browsers get: in a chunk of several modules, what runs at the top of one would stay for the sake of another.
    const isApart = name === "runtime" && format === "esm";
    const modules = isApart ? await reached(folder, [...sources]) : [...sources];
    await build({
      config: false,
      silent: true,
      entry: Object.fromEntries(modules.map((file) => [entryName(file), join(folder, file)])),
      bundle: !isApart,
      tsconfig: join(root, "tsconfig.json"),
      outDir,
      format,
      outExtension: () => ({ js: ".js" }),
      target: "node22",
      platform: name === "runtime" ? "neutral" : "node",
      // Every dependency stays a dependency; only our own sources are in the output.
      skipNodeModulesBundle: true,
      splitting: true,
      sourcemap: true,
      dts: false,
      clean: false,
    });
    declarations(folder, [...sources], outDir);
    rename(outDir, isApart ? /\.(?:d\.ts|js)$/ : /\.d\.ts$/);
    if (format === "cjs") writeFileSync(join(outDir, "package.json"), '{ "type": "commonjs" }\n');
    for (const file of Object.values(manifest.bin ?? {})) chmodSync(join(outDir, `${entryName(file)}.js`), 0o755);
  }
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
}

/** The entry points and every module that they reach; those that hold nothing but types are gone by then. */
async function reached(folder: string, sources: readonly string[]): Promise<readonly string[]> {
  const { metafile } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: [...sources],
    bundle: true,
    packages: "external",
    platform: "neutral",
    format: "esm",
    outdir: "dist",
    write: false,
    metafile: true,
  });
  return Object.keys(metafile.inputs).map((file) => `./${file}`);
}

/** Of the entry points and what they reach; tests and their helpers are reached from none. */
function declarations(folder: string, sources: readonly string[], outDir: string): void {
  const config = join(folder, "dist", "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        emitDeclarationOnly: true,
        rootDir: join(folder, "src"),
        outDir,
      },
      files: sources.map((file) => join(folder, file)),
      include: [],
    }),
  );
  try {
    execFileSync("tsc", ["-p", config, "--pretty", "false"], { stdio: "inherit" });
  } finally {
    rmSync(config);
  }
}

/** What is not bundled names its neighbours as they stand in the sources, `./x.ts`; a package has only `./x.js`. */
function rename(outDir: string, files: RegExp): void {
  for (const file of readdirSync(outDir, { recursive: true, encoding: "utf8" }).filter((name) => files.test(name))) {
    const path = join(outDir, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll(/\b(from |import ?\(?)"(\.{1,2}\/[^"\n]+)\.ts"/g, '$1"$2.js"'));
  }
}

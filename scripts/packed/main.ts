import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packages } from "../checks/manifests.ts";
import { followGuide } from "./guide.ts";
import { during, run, step } from "./stranger.ts";

/**
 * Builds and packs every published package, installs the tarballs in an empty folder as a stranger would, and uses them:
 * from ES modules, from CommonJS, in a bundle, and under old and new TypeScript with `skipLibCheck: false`.
 */

const root = join(import.meta.dirname, "..", "..");
const typescripts = {
  "typescript-5.6": "npm:typescript@~5.6.3",
  "typescript-6": "npm:typescript@6",
  "typescript-7": "npm:typescript@7",
};
/** Each compiler once here, each resolution once; the generator's own tests have every pair. */
const compilers = [
  ["typescript-5.6", "node16"],
  ["typescript-6", "nodenext"],
  ["typescript-7", "bundler"],
] as const;

/** How projects compile to CommonJS: old compilers as Node resolves, new ones also as bundlers do. */
const toCommonJs = [
  ["typescript-5.6", "node16", "node16"],
  ["typescript-6", "commonjs", "bundler"],
  ["typescript-7", "commonjs", "bundler"],
] as const;

const folder = mkdtempSync(join(tmpdir(), "flagwright-packed-"));
try {
  await packed(folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function packed(app: string): Promise<void> {
  const tarballs = join(app, "tarballs");
  step("build and pack", () => run(root, "node", ["scripts/tarballs.ts", tarballs]));
  for (const file of readdirSync(tarballs)) {
    step(`publint ${file}`, () => run(root, "publint", [join(tarballs, file), "--strict"]));
    if (file.includes("runtime"))
      step(`attw ${file}`, () => run(root, "attw", [join(tarballs, file), "--profile", "node16"]));
  }

  cpSync(join(import.meta.dirname, "testdata"), app, { recursive: true });
  const ours = Object.fromEntries(
    Object.keys(packages).map((name) => {
      const file = readdirSync(tarballs).find((each) => each.startsWith(`flagwright-${name}-`));
      return [`@flagwright/${name}`, `file:./tarballs/${file ?? ""}`];
    }),
  );
  const manifest = {
    name: "stranger",
    private: true,
    type: "module",
    dependencies: ours,
    devDependencies: { esbuild: versionOf("esbuild"), "@types/node": versionOf("@types/node"), ...typescripts },
    overrides: ours,
  };
  writeFileSync(join(app, "package.json"), JSON.stringify(manifest, null, 2));
  step("install", () => run(app, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]));

  const flagwright = (...words: string[]): string => run(app, join(app, "node_modules/.bin/flagwright"), words);
  step("flagwright generate", () => flagwright("generate"));
  step("a generator of the stranger's own", () => expectLine(readFileSync(join(app, "names.txt"), "utf8"), "greeting"));
  step("flagwright lint", () => flagwright("lint"));
  for (const [name, resolution] of compilers) {
    const module = resolution === "bundler" ? "esnext" : resolution;
    const words = ["-p", ".", "--noEmit", "--module", module, "--moduleResolution", resolution];
    step(`${name}, moduleResolution ${resolution}`, () =>
      run(app, "node", [join(app, "node_modules", name, "bin/tsc"), ...words]),
    );
  }
  step("ES modules, off line", () => expectLine(run(app, "node", ["read.mjs"]), "percent 0"));
  step("CommonJS", () => expectLine(run(app, "node", ["read.cjs"]), "greeting true, function"));
  step("JavaScript that is generated, from CommonJS", () =>
    expectLine(run(app, "node", ["require-js.cjs"]), "percent 0, greeting false"),
  );
  for (const [name, module, resolution] of toCommonJs)
    step(`CommonJS by ${name}, module ${module}`, () => {
      const words = ["-p", "commonjs", "--module", module, "--moduleResolution", resolution];
      run(app, "node", [join(app, "node_modules", name, "bin/tsc"), ...words]);
      const output = run(app, "node", ["commonjs/out/app.js"]);
      // A value that the schema allows, then one that it does not: the last good one stays.
      expectLine(output, "function 5 5");
      expectLine(output, "function 0 0");
      rmSync(join(app, "commonjs/out"), { recursive: true });
    });
  step("local evaluation, from either, with an operator that is loaded", () => {
    const output = run(app, "node", ["local.mjs"]);
    expectLine(output, "imported true false");
    expectLine(output, "required true false");
  });
  step("bundle for a browser", () => {
    run(app, join(app, "node_modules/.bin/esbuild"), [
      "browser.ts",
      "--bundle",
      "--minify",
      "--format=esm",
      "--platform=browser",
      "--outfile=bundle.mjs",
    ]);
    expectLine(run(app, "node", ["bundle.mjs"]), "off");
  });
  await during(app, [join(app, "node_modules/.bin/flagwright"), "serve", "--port", "0"], "listens on http", () => {
    step("flagwright push", () => flagwright("push"));
    step("flagwright toggle", () => flagwright("toggle", "greeting", "on", "--env", "development"));
    const bundled = ["flags.gen.ts", "--bundle", "--packages=external", "--format=esm", "--outfile=flags.bundle.mjs"];
    step("bundle the generated module", () => run(app, join(app, "node_modules/.bin/esbuild"), bundled));
    step("an app over the stream", () => expectLine(run(app, "node", ["live.mjs"]), "greeting true"));
  });
  await followGuide(app, join(root, "docs/guide/getting-started.md"));
}

function expectLine(output: string, line: string): void {
  if (!output.split("\n").includes(line)) throw new Error(`expected the line "${line}" in:\n${output}`);
}

function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: { [name: string]: string };
  };
  return manifest.devDependencies[name] ?? "latest";
}

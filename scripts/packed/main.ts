import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { packages } from "../checks/manifests.ts";

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
  await live(app, flagwright);
}

/** The server from its tarball, a push, and an app that sees a toggle. */
async function live(app: string, flagwright: (...words: string[]) => string): Promise<void> {
  const server = spawn("node", [join(app, "node_modules/.bin/flagwright"), "serve", "--port", "0"], {
    cwd: app,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  server.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  server.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  try {
    await until(
      () => output.includes("http://127.0.0.1:"),
      () => `the server did not start:\n${output}`,
    );
    step("flagwright push", () => flagwright("push"));
    step("flagwright toggle", () => flagwright("toggle", "greeting", "on", "--env", "development"));
    const bundled = ["flags.gen.ts", "--bundle", "--packages=external", "--format=esm", "--outfile=flags.bundle.mjs"];
    step("bundle the generated module", () => run(app, join(app, "node_modules/.bin/esbuild"), bundled));
    step("an app over the stream", () => expectLine(run(app, "node", ["live.mjs"]), "greeting true"));
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

function step(name: string, action: () => unknown): void {
  const started = Date.now();
  action();
  console.log(`  ✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

function run(cwd: string, file: string, words: readonly string[]): string {
  const env = {
    ...process.env,
    PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
    FORCE_COLOR: "0",
  };
  try {
    return execFileSync(file, words, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${words.join(" ")} failed:\n${stdout ?? ""}${stderr ?? String(error)}`, { cause: error });
  }
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

async function until(done: () => boolean, why: () => string, withinMs: number = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(why());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

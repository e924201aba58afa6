import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** A project of somebody who uses generated code: the runtime is installed as it is published, not as source. */
export interface Consumer {
  readonly root: string;
  write(files: readonly { readonly path: string; readonly content: string }[]): void;
  /** Runs the compiler over these files and gives what it says, one entry for each error. */
  check(settings: CompilerSettings): Promise<readonly CompilerError[]>;
  /** Imports a module of the consumer. */
  load(path: string): Promise<Record<string, unknown>>;
  remove(): void;
}

export const TYPESCRIPT_VERSIONS = ["5.6", "5.9", "6", "7"] as const;

export interface CompilerSettings {
  readonly files: readonly string[];
  /** Default 7. */
  readonly version?: (typeof TYPESCRIPT_VERSIONS)[number];
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface CompilerError {
  readonly file: string;
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

const require = createRequire(import.meta.url);
const runtimeSources = join(import.meta.dirname, "../../../../runtime/src");

/** The strictest settings that a consumer can have. */
const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  isolatedDeclarations: true,
  verbatimModuleSyntax: true,
  declaration: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
  lib: ["es2022"],
  types: [],
  module: "nodenext",
};

export async function createConsumer(): Promise<Consumer> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "flagwright-consumer-")));
  const write: Consumer["write"] = (files) => {
    for (const { path, content } of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
  };
  write([{ path: "package.json", content: JSON.stringify({ type: "module" }) }]);
  await installRuntime(join(root, "node_modules/@flagwright/runtime"));
  mkdirSync(join(root, "node_modules/@openfeature"));
  symlinkSync(
    join(import.meta.dirname, "../../../node_modules/@openfeature/core"),
    join(root, "node_modules/@openfeature/core"),
  );
  let configs = 0;
  return {
    root,
    write,
    check: async ({ files, version = "7", options = {} }) => {
      configs += 1;
      const config = join(root, `tsconfig.${configs}.json`);
      writeFileSync(config, JSON.stringify({ compilerOptions: { ...STRICTEST, ...options }, files }));
      return errorsIn(await compile(version, ["-p", config], root));
    },
    load: (path) => import(pathToFileURL(join(root, path)).href) as Promise<Record<string, unknown>>,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Builds the ABI of generated code as `tsc` does for what is published. */
async function installRuntime(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const entry = join(runtimeSources, "codegen/v1/index.ts");
  const config = join(folder, "tsconfig.json");
  const compilerOptions = {
    declaration: true,
    rootDir: runtimeSources,
    outDir: join(folder, "dist"),
    target: "es2022",
    lib: ["es2023", "dom", "esnext.disposable"],
    module: "nodenext",
    rewriteRelativeImportExtensions: true,
    strict: true,
    types: [],
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(runtimeManifest));
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [entry] }));
  const output = await compile("7", ["-p", config], folder);
  if (output.includes("error TS")) throw new Error(`The runtime's ABI does not compile:\n${output}`);
}

const target = { types: "./dist/codegen/v1/index.d.ts", default: "./dist/codegen/v1/index.js" };
const runtimeManifest = {
  name: "@flagwright/runtime",
  version: "0.0.0",
  type: "module",
  sideEffects: false,
  exports: { "./codegen/v1": target },
};

async function compile(version: string, words: readonly string[], cwd: string): Promise<string> {
  const manifest = require.resolve(version === "7" ? "typescript/package.json" : `typescript-${version}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly bin: { readonly tsc: string } };
  const script = join(dirname(manifest), bin.tsc);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, "--pretty", "false", ...words],
      { cwd, maxBuffer: 1 << 28 },
      (_, stdout, stderr) => resolve(`${stdout}${stderr}`),
    );
  });
}

function errorsIn(output: string): readonly CompilerError[] {
  return output
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .map((line) => {
      const match = /^(.+?)\((\d+),\d+\): error TS(\d+): (.*)$/.exec(line);
      if (match === null) return { file: "", line: 0, code: 0, message: line };
      const [, file = "", at = "0", code = "0", message = ""] = match;
      return { file, line: Number(at), code: Number(code), message };
    });
}

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { row, type BenchRow } from "./row.ts";

/**
 * What a browser downloads: esbuild, minified, gzip at its highest level. Generated code is measured by what a bundle
 * grows when it begins to use flags; clients by a bundle that starts one.
 */

const FLAGS = 1_000;
const USED = 3;

/** Bytes that a used flag may cost, and one whose object values have a validator; and what a client may. */
const BUDGET = { flag: 120, validated: 1_000, remote: 3_000, atHand: 5_000, fetched: 7_500, later: 1_750 };

/** What the local client loads when a snapshot asks for it, by the name of the module. */
const LATER: readonly (readonly [module: string, what: string])[] = [
  ["semantic-version", "semver"],
  ["network", "cidr"],
  ["further", "dates, lists, ignoring case, matches"],
  ["readings", "values of another schema than the code's"],
];

interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}
type Generate = (
  input: unknown,
  outputs: readonly unknown[],
) => Promise<{ readonly files: readonly GeneratedFile[]; readonly problems: readonly unknown[] }>;

export async function run(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-bundle-"));
  try {
    const flags = await flagRows(folder);
    const remote = 'import { connect } from "@flagwright/runtime/browser"; globalThis.client = connect;';
    const atHand = 'import { connect } from "@flagwright/runtime/local"; globalThis.client = connect;';
    const fetched =
      'import { connect, fetchSource } from "@flagwright/runtime/local"; globalThis.client = [connect, fetchSource];';
    const ours = {
      remote: await size(folder, remote),
      atHand: await size(folder, atHand),
      fetched: await size(folder, fetched),
    };
    const { later } = await bundle(folder, atHand);
    return [...flags, ...budgetRows(ours, later), ...(await peerRows(folder, ours))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function flagRows(folder: string): Promise<readonly BenchRow[]> {
  await writeModules(folder);
  const client = 'import { connect } from "@flagwright/runtime/browser";\nglobalThis.client = connect;\n';
  // A first flag brings `defineFlag` along, which the others share: the growth is that from one more kind of use.
  const none = await bundle(
    folder,
    `${client}import { defineFlag } from "@flagwright/runtime/codegen/v1"; globalThis.f = defineFlag;`,
  );
  const used = (from: number, names = Array.from({ length: USED }, (_, at) => `flagN${from + at * 2}`)): string =>
    `${client}import { ${names.join(", ")} } from "./flags/index.js";\nglobalThis.f = [${names.map((name) => `${name}()`).join(", ")}];`;
  const plain = await bundle(folder, used(2));
  const validated = await bundle(folder, used(1));
  for (const { text } of [plain, validated]) {
    const keys = new Set(text.match(/flag-n\d+/g));
    if (keys.size !== USED) throw new Error(`A bundle that uses ${USED} flags holds the keys of ${keys.size}.`);
  }
  const growth = ({ text }: Bundle): number => (zipped(text) - zipped(none.text)) / USED;
  return [
    budget(`a used flag, ${USED} of ${FLAGS}`, growth(plain), BUDGET.flag),
    budget(`a used flag with an object validator, ${USED} of ${FLAGS}`, growth(validated), BUDGET.validated),
  ];
}

/** Even flags are booleans and enums, odd ones objects with a schema each. */
async function writeModules(folder: string): Promise<void> {
  const cli = new URL("../../packages/cli/src/generators/index.ts", import.meta.url);
  const { generate } = (await import(cli.href)) as { readonly generate: Generate };
  const definitions = Array.from({ length: FLAGS }, (_, at) => definition(at));
  const { files, problems } = await generate(
    { project: "bench", version: "0.0.0", definitions, context: { attributes: {} } },
    [{ target: "typescript", output: "flags", options: { language: "js", audience: "client", split: "folder" } }],
  );
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", sideEffects: false }));
  mkdirSync(join(folder, "node_modules/@flagwright"), { recursive: true });
  const runtime = dirname(dirname(fileURLToPath(import.meta.resolve("@flagwright/runtime"))));
  symlinkSync(runtime, join(folder, "node_modules/@flagwright/runtime"));
}

function definition(at: number): unknown {
  const isObject = at % 2 === 1;
  const value = isObject
    ? {
        type: "object",
        required: ["percent"],
        properties: {
          percent: { type: "number", minimum: 0, maximum: at },
          message: { type: "string", maxLength: 80 },
        },
        additionalProperties: false,
      }
    : at % 4 === 0
      ? { enum: ["classic", "semantic", "hybrid"] }
      : { type: "boolean" };
  const fallback = isObject ? { percent: 0 } : at % 4 === 0 ? "classic" : false;
  return {
    key: `flag-n${at}`,
    version: 1,
    description: `What flag ${at} decides.`,
    owner: "bench",
    tags: [],
    kind: "operational",
    lifecycle: { status: "active" },
    visibility: "client",
    sensitive: false,
    type: isObject ? "object" : at % 4 === 0 ? "string" : "boolean",
    value,
    // As long as a real hash, and as hard to compress.
    schemaHash: Buffer.from(`${at}`.padStart(16, `${(at * 7919) % 9973}`)).toString("base64url"),
    default: fallback,
    variants: isObject
      ? [
          ["none", { percent: 0 }],
          ["small", { percent: 1, message: "One percent off" }],
        ]
      : at % 4 === 0
        ? [["classic", "classic"]]
        : [],
    bucketBy: null,
    salt: `flag-n${at}`,
    context: { required: [], optional: [] },
    requires: [],
  };
}

function budget(name: string, ours: number, peerValue: number): BenchRow {
  return row({ case: name, unit: "B gzip", ours, peer: "budget", peerValue, atLeast: 1 });
}

type Ours = Readonly<Record<"remote" | "atHand" | "fetched", number>>;

const CASES: Readonly<Record<keyof Ours, string>> = {
  remote: "runtime, remote evaluation",
  atHand: "runtime, local evaluation, flags at hand",
  fetched: "runtime, local evaluation, flags fetched and checked",
};

function budgetRows(ours: Ours, later: ReadonlyMap<string, string>): readonly BenchRow[] {
  const unnamed = [...later.keys()].filter((name) => !LATER.some(([module]) => module === name));
  if (unnamed.length > 0) throw new Error(`The local client also loads ${unnamed.join(", ")}.`);
  return [
    budget(CASES.remote, ours.remote, BUDGET.remote),
    budget(CASES.atHand, ours.atHand, BUDGET.atHand),
    budget(CASES.fetched, ours.fetched, BUDGET.fetched),
    ...LATER.map(([module, what]) =>
      budget(`loaded later by the local client: ${what}`, zipped(later.get(module) ?? ""), BUDGET.later),
    ),
  ];
}

interface Peer {
  readonly name: string;
  readonly code: string;
  /** What of ours does the same: evaluates here what it is given, fetches it as well, or asks a server. */
  readonly like: keyof Ours;
}

/** Each starts a client as its documentation says. */
const PEERS: readonly Peer[] = [
  {
    // Fetching is left to the app.
    name: "Featurevisor",
    like: "atHand",
    code: 'import { createInstance } from "@featurevisor/sdk"; globalThis.client = createInstance;',
  },
  {
    name: "GrowthBook",
    like: "fetched",
    code: 'import { GrowthBook } from "@growthbook/growthbook"; globalThis.client = GrowthBook;',
  },
  {
    name: "Hypertune",
    like: "fetched",
    code: 'import { createSource } from "hypertune"; globalThis.client = createSource;',
  },
  {
    name: "unleash-proxy-client",
    like: "remote",
    code: 'import { UnleashClient } from "unleash-proxy-client"; globalThis.client = UnleashClient;',
  },
  {
    name: "LaunchDarkly",
    like: "remote",
    code: 'import { initialize } from "launchdarkly-js-client-sdk"; globalThis.client = initialize;',
  },
];

async function peerRows(folder: string, ours: Ours): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, code, like } of PEERS)
    rows.push(
      row({ case: CASES[like], unit: "B gzip", ours: ours[like], peer: name, peerValue: await size(folder, code) }),
    );
  return rows;
}

async function size(folder: string, code: string): Promise<number> {
  return zipped((await bundle(folder, code)).text);
}

interface Bundle {
  /** What is loaded at once: the entry, and whatever it shares with what comes later. */
  readonly text: string;
  /** What is loaded later, by the name of its module. */
  readonly later: ReadonlyMap<string, string>;
}

async function bundle(folder: string, code: string): Promise<Bundle> {
  const own = createRequire(pathToFileURL(join(import.meta.dirname, "bundle.ts")));
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, loader: "js" },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    splitting: true,
    outdir: join(folder, "out"),
    format: "esm",
    platform: "browser",
    target: "es2022",
    nodePaths: [join(dirname(own.resolve("esbuild/package.json")), ".."), join(import.meta.dirname, "../node_modules")],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const atOnce = new Set(["out/stdin.js"]);
  for (const path of atOnce)
    for (const { kind, path: to } of metafile.outputs[path]?.imports ?? [])
      if (kind === "import-statement") atOnce.add(to);
  let text = "";
  const later = new Map<string, string>();
  for (const file of outputFiles) {
    const path = relative(folder, file.path);
    if (atOnce.has(path)) text += file.text;
    else later.set(/^out\/(.*)-\w+\.js$/.exec(path)?.[1] ?? path, file.text);
  }
  return { text, later };
}

function zipped(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { row, type BenchRow } from "./row.ts";

/**
 * `flagwright generate` as somebody runs it: a process of its own over YAML files on the disk, its start included.
 * 80 % of the flags are shorthands and enums, 20 % objects. The peer is bare json-schema-to-typescript with prettier
 * over the value schemas of the same flags, without reading YAML, checking, names, contexts or validators.
 */

const SIZES = [100, 1_000, 10_000];
const PEER_SIZE = 10_000;
const OBJECT_SCHEMAS = 500;
const FOLDERS = 40;

/** Of so many runs the best counts, ours and the peer's: what else a machine does only ever adds. */
const RUNS = 3;

/** Milliseconds and MiB that a run over 10,000 flags may take. */
const BUDGET = { cold: 3_000, unchanged: 500, changed: 700, memory: 1_024 };

const cli = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

export async function run(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-generate-"));
  try {
    // What node has compiled once it keeps; a first run of all is not what anybody waits for twice.
    await generateOnce(project(join(folder, "warm"), 10, 1));
    return [...(await timeRows(folder)), ...(await compilerRows(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly ms: number;
  readonly mib: number;
}

async function timeRows(folder: string): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  const budget = (name: string, unit: string, ours: number, peerValue: number): BenchRow =>
    row({ case: name, unit, ours, peer: "budget", peerValue, atLeast: 1 });
  const cold = new Map<number, Run>();
  for (const size of SIZES)
    cold.set(size, await generateCold(project(join(folder, `flags-${size}`), size, OBJECT_SCHEMAS)));
  const largest = SIZES.at(-1) ?? 0;
  const first = cold.get(largest) ?? { ms: NaN, mib: NaN };
  rows.push(
    budget(`cold, ${largest} flags`, "ms", first.ms, BUDGET.cold),
    budget(`memory, ${largest} flags`, "MiB", first.mib, BUDGET.memory),
  );
  const root = join(folder, `flags-${largest}`);
  rows.push(budget(`unchanged, ${largest} flags`, "ms", (await best(() => generateOnce(root))).ms, BUDGET.unchanged));
  const file = join(root, "flags/team-7/flag-n7.yaml");
  const text = readFileSync(file, "utf8");
  let changes = 0;
  const changed = await best(() => {
    writeFileSync(file, text.replace("What flag 7", `What flag 7, for the ${++changes}. time,`));
    return generateOnce(root);
  });
  rows.push(budget(`one changed of ${largest}`, "ms", changed.ms, BUDGET.changed));

  const peer = await best(() => bareOnce(folder, PEER_SIZE));
  const ours = cold.get(PEER_SIZE) ?? first;
  rows.push(
    row({
      case: `cold, ${PEER_SIZE} flags`,
      unit: "ms",
      ours: ours.ms,
      peer: "json-schema-to-typescript + prettier",
      peerValue: peer.ms,
      atLeast: 2,
    }),
  );
  for (const [smaller, larger] of [
    [SIZES[0], SIZES[1]],
    [SIZES[1], SIZES[2]],
  ] as const)
    rows.push(
      row({
        case: `growth, ${larger} flags over ${smaller}`,
        unit: "ms",
        ours: cold.get(larger ?? 0)?.ms ?? NaN,
        peer: "linear growth",
        peerValue: ((cold.get(smaller ?? 0)?.ms ?? NaN) * (larger ?? 0)) / (smaller ?? 1),
      }),
    );
  const distinct = await generateCold(project(join(folder, "distinct"), largest, largest));
  rows.push(
    row({
      case: `cold, every object's schema its own, ${largest} flags`,
      unit: "ms",
      ours: distinct.ms,
      peer: "500 schemas",
      peerValue: first.ms,
    }),
  );
  return rows;
}

/** What `tsc` takes for generated code, beside the same types without a flag. */
async function compilerRows(folder: string): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const size of SIZES.slice(1)) {
    const root = join(folder, `flags-${size}`);
    const js = project(join(folder, `js-${size}`), size, OBJECT_SCHEMAS, "    language: js\n");
    await generateOnce(js);
    const types = typesAlone(join(js, "src/flags"), join(js, "src/types"));
    const alone = await compileOnce(js, types);
    const atMost = (times: number): { readonly atLeast?: number } =>
      size === SIZES.at(-1) ? { atLeast: 1 / times } : {};
    const peer = "tsc over the types alone";
    rows.push(
      row({
        case: `tsc, ${size} flags, .js + .d.ts`,
        unit: "ms",
        ours: await compileOnce(js, join(js, "src/flags")),
        peer,
        peerValue: alone,
        ...atMost(1.5),
      }),
      row({
        case: `tsc, ${size} flags, .ts by folder`,
        unit: "ms",
        ours: await compileOnce(root, join(root, "src/flags")),
        peer,
        peerValue: alone,
        ...atMost(3),
      }),
    );
  }
  return rows;
}

/** Copies declaration files without the flags. */
function typesAlone(from: string, to: string): string {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".d.ts") || entry.parentPath.endsWith("validators")) continue;
    const path = join(entry.parentPath, entry.name);
    const copy = join(to, path.slice(from.length));
    mkdirSync(dirname(copy), { recursive: true });
    const text = readFileSync(path, "utf8").replaceAll(/^export declare const [^;]*;$/gm, "");
    writeFileSync(copy, text.replaceAll(/^import type \{ Flag \}.*$/gm, ""));
  }
  return to;
}

function project(root: string, size: number, schemas: number, options = ""): string {
  mkdirSync(join(root, "flags"), { recursive: true });
  writeFileSync(
    join(root, "flagwright.yaml"),
    `project: big\ncontext:\n  region: { enum: [ID, MY, SG, TH] }\n  plan: { enum: [free, pro, enterprise] }\n  tenant: string\ngenerate:\n  - target: typescript\n    output: src/flags\n    split: folder\n${options}`,
  );
  for (let at = 0; at < size; at++) {
    const folder = join(root, `flags/team-${at % FOLDERS}`);
    if (at < FOLDERS) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `flag-n${at}.yaml`), definition(at, schemas));
  }
  return root;
}

function definition(at: number, schemas: number): string {
  const head = `flag: flag-n${at}\nversion: 1\ndescription: What flag ${at} decides.\nowner: team-${at % FOLDERS}\nkind: operational\ncreated: 2026-10-01\n`;
  const context = "context: { required: [region], optional: [tenant, plan] }\n";
  return `${head}${bodies[at % bodies.length]?.(at, schemas) ?? ""}${context}`;
}

const bodies: readonly ((at: number, schemas: number) => string)[] = [
  () => "value: boolean\ndefault: false\n",
  () => "value: boolean\ndefault: false\n",
  () => "value: string\ndefault: a\nvariants: { a: a, b: b }\n",
  () =>
    "value: { enum: [classic, semantic, hybrid] }\ndefault: classic\nvariants: { classic: classic, semantic: semantic }\n",
  (at, schemas) => {
    const number = Math.floor(at / 5) % schemas;
    return `value:\n  type: object\n  required: [percent]\n  properties:\n    percent: { type: number, minimum: 0, maximum: ${number + 1}, description: Taken off the total. }\n    message: { type: string, maxLength: 80 }\n    regions: { type: array, items: { enum: [ID, MY, SG, r${number}] }, uniqueItems: true }\n  additionalProperties: false\ndefault: { percent: 0 }\nvariants:\n  none: { percent: 0 }\n  small: { percent: 1, message: Some percent off }\n`;
  },
];

/** Nothing is generated yet, and nothing remembered. */
async function generateCold(root: string): Promise<Run> {
  return best(() => {
    for (const made of ["src", ".flagwright"]) rmSync(join(root, made), { recursive: true, force: true });
    return generateOnce(root);
  });
}

async function best(run: () => Promise<Run>): Promise<Run> {
  const runs: Run[] = [];
  for (let at = 0; at < RUNS; at++) runs.push(await run());
  return { ms: Math.min(...runs.map(({ ms }) => ms)), mib: Math.max(...runs.map(({ mib }) => mib)) };
}

async function generateOnce(root: string): Promise<Run> {
  return measured([cli, "generate", "--json"], root);
}

/** The value schemas that the same flags have, as data, through the peer. */
async function bareOnce(folder: string, size: number): Promise<Run> {
  const script = join(import.meta.dirname, "../src/generate-bare.ts");
  const schemas = Array.from({ length: size }, (_, at) => {
    const number = Math.floor(at / 5) % OBJECT_SCHEMAS;
    const shorthands = [
      { type: "boolean" },
      { type: "boolean" },
      { type: "string" },
      { enum: ["classic", "semantic", "hybrid"] },
    ];
    return (
      shorthands[at % 5] ?? {
        type: "object",
        required: ["percent"],
        properties: {
          percent: { type: "number", minimum: 0, maximum: number + 1, description: "Taken off the total." },
          message: { type: "string", maxLength: 80 },
          regions: { type: "array", items: { enum: ["ID", "MY", "SG", `r${number}`] }, uniqueItems: true },
        },
        additionalProperties: false,
      }
    );
  });
  const input = join(folder, "schemas.json");
  writeFileSync(input, JSON.stringify(schemas));
  return measured([script, input, join(folder, "bare.ts")], folder);
}

const require = createRequire(import.meta.url);

/** Type-checks all files of a folder with the strictest settings. */
async function compileOnce(root: string, folder: string): Promise<number> {
  const modules = join(root, "node_modules/@flagwright");
  mkdirSync(modules, { recursive: true });
  rmSync(join(modules, "runtime"), { force: true });
  symlinkSync(dirname(dirname(fileURLToPath(import.meta.resolve("@flagwright/runtime")))), join(modules, "runtime"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module" }));
  const config = join(root, "tsconfig.json");
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    target: "es2023",
    lib: ["es2023", "dom"],
    module: "nodenext",
    types: [],
    allowImportingTsExtensions: true,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, include: [`${folder}/**/*.ts`] }));
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const { ms } = await measured([tsc, "-p", config], root);
  return ms;
}

/** Prints the most memory that the process had, in KiB, as its last word. */
const REPORT = `process.on("exit", () => process.stderr.write("\\nmaxrss " + process.resourceUsage().maxRSS + "\\n"));`;

async function measured(words: readonly string[], cwd: string): Promise<Run> {
  const started = performance.now();
  const report = ["--import", `data:text/javascript,${encodeURIComponent(REPORT)}`];
  const child = spawn(process.execPath, [...report, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const ms = performance.now() - started;
  if (code !== 0)
    throw new Error(`${words.join(" ")} ended with ${code}:\n${output.slice(0, 2_000)}${errors.slice(0, 2_000)}`);
  return { ms, mib: Number(/maxrss (\d+)/.exec(errors)?.[1] ?? NaN) / 1_024 };
}

import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** What an app ships, in bytes of gzip. A change that costs more has to say so here. */
const budgets: readonly (readonly [what: string, code: string, bytes: number])[] = [
  ["one flag of generated code", 'import { defineFlag } from "./codegen/v1/index.ts"; use(defineFlag);', 600],
  ["the browser's client", 'import { connect } from "./browser.ts"; use(connect);', 3_000],
  ["the local client, flags at hand", 'import { connect } from "./local.ts"; use(connect);', 5_000],
  [
    "the local client, flags fetched and checked",
    'import { connect, fetchSource } from "./local.ts"; use(connect, fetchSource);',
    7_400,
  ],
  ["the evaluator", 'import { compile } from "./index.ts"; use(compile);', 10_400],
  [
    "the whole client where there is no Node: evaluator, checks, reports",
    'import { connect, staticSource } from "./index.ts"; use(connect, staticSource);',
    16_600,
  ],
];

/** What the local client loads when a snapshot asks for it. */
const chunks: readonly (readonly [name: string, bytes: number])[] = [
  ["further", 1_700],
  ["semantic-version", 1_250],
  ["network", 950],
  ["readings", 1_150],
];

interface Bundle {
  /** What is loaded at once: the entry, and whatever it shares with what comes later. */
  readonly text: string;
  readonly inputs: readonly string[];
  /** What is loaded later, by the name of its module. */
  readonly later: ReadonlyMap<string, string>;
}

async function bundle(code: string): Promise<Bundle> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    splitting: true,
    outdir: "out",
    format: "esm",
    platform: "browser",
    target: "es2023",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const files = new Map(result.outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf("/") + 1), text]));
  const { outputs } = result.metafile;
  const atOnce = new Set(["out/stdin.js"]);
  for (const path of atOnce)
    for (const { kind, path: to } of outputs[path]?.imports ?? []) if (kind === "import-statement") atOnce.add(to);
  const texts = (paths: Iterable<string>): string => [...paths].map((path) => files.get(path.slice(4)) ?? "").join("");
  return {
    text: texts(atOnce),
    inputs: [...atOnce].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {})),
    later: new Map(
      Object.entries(outputs)
        .filter(([path]) => !atOnce.has(path))
        .map(([path]) => [/out\/(.*)-\w+\.js$/.exec(path)?.[1] ?? path, texts([path])]),
    ),
  };
}

function zipped(text: string): number {
  return gzipSync(text, { level: 9 }).byteLength;
}

test.each(budgets)(
  "%s stays within its budget, needs no dependency and nothing of Node",
  async (_what, code, bytes) => {
    const { text, inputs } = await bundle(code);
    expect(zipped(text)).toBeLessThanOrEqual(bytes);
    expect(inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
    expect(text).not.toMatch(/\bnode:|\bprocess\.|\beval\(|new Function/);
  },
);

test("what the local client loads later is what is said here, and brings nothing along", async () => {
  const { later } = await bundle('import { connect } from "./local.ts"; use(connect);');
  expect([...later.keys()].sort()).toEqual(chunks.map(([name]) => name).sort());
  for (const [name, bytes] of chunks) expect([name, zipped(later.get(name) ?? "") <= bytes]).toEqual([name, true]);
});

test("generated code brings neither client nor evaluator into a bundle, and the browser's client no evaluator", async () => {
  const codegen = await bundle('import { defineFlag } from "./codegen/v1/index.ts"; use(defineFlag);');
  expect(codegen.inputs.filter((path) => /\/(client|evaluation|sources)\//.test(path))).toEqual([]);
  const browser = await bundle('import { connect } from "./browser.ts"; use(connect);');
  expect(browser.inputs.filter((path) => /\/(evaluation|snapshot|sources)\//.test(path))).toEqual([]);
});

test("a flag that nobody uses leaves the bundle", async () => {
  const { text } = await bundle(`
    import { defineFlag } from "./codegen/v1/index.ts";
    const used = /*@__PURE__*/ defineFlag({ key: "used", version: 1, type: "boolean", hash: "h", default: false });
    const unused = /*@__PURE__*/ defineFlag({ key: "gone", version: 1, type: "boolean", hash: "h", default: false });
    use(used);
  `);
  expect([text.includes('"used"'), text.includes('"gone"')]).toEqual([true, false]);
});

import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** What an app ships, in bytes of gzip. A change that costs more has to say so here. */
const budgets: readonly (readonly [what: string, code: string, bytes: number])[] = [
  ["one flag of generated code", 'import { defineFlag } from "./codegen/v1/index.ts"; use(defineFlag);', 600],
  ["the browser's client", 'import { connect } from "./browser.ts"; use(connect);', 3_000],
  ["the evaluator", 'import { compile } from "./index.ts"; use(compile);', 9_500],
  [
    "evaluation in the app: client, checks of what is loaded, evaluator",
    'import { connect, staticSource } from "./index.ts"; use(connect, staticSource);',
    16_000,
  ],
];

async function bundle(code: string): Promise<{ readonly text: string; readonly inputs: readonly string[] }> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return { text: result.outputFiles[0]?.text ?? "", inputs: Object.keys(result.metafile.inputs) };
}

test.each(budgets)(
  "%s stays within its budget, needs no dependency and nothing of Node",
  async (_what, code, bytes) => {
    const { text, inputs } = await bundle(code);
    expect(gzipSync(text, { level: 9 }).byteLength).toBeLessThanOrEqual(bytes);
    expect(inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
    expect(text).not.toMatch(/\bnode:|\bprocess\.|\beval\(|new Function/);
  },
);

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

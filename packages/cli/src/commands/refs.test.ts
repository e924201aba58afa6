import { describe, expect, test } from "vitest";
import type { Reference } from "../references/reference.ts";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

interface Found {
  readonly flags: readonly { readonly flag: string; readonly references: readonly Reference[] }[];
}

/** Generates, then asks; `"file:line kind"` for each use of the flag. */
async function refs(files: { readonly [path: string]: string }, flag = "new-checkout") {
  using folder = temporaryFolder({ ...shop, ...files });
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0 });
  const { code, json } = await flagwright(["refs", flag, "--json"], { cwd: folder.path });
  const references = (json() as Found).flags[0]?.references ?? [];
  return { code, references, places: references.map(({ file, line, kind }) => `${file}:${line} ${kind}`) };
}

describe("flagwright refs finds a flag by symbol", () => {
  test("under whatever name it was imported, through re-exports and namespaces, and in JavaScript", async () => {
    const { places, code } = await refs({
      "src/direct.ts":
        'import { newCheckout } from "./flags.gen.js";\nexport const a = newCheckout({ targetingKey: "u" });\n',
      "src/alias.ts":
        'import { newCheckout as checkout } from "./flags.gen.ts";\nexport const b = () => checkout.details({ targetingKey: "u" });\n',
      "src/barrel.ts": 'export * from "./flags.gen.js";\n',
      "src/named.ts": 'export { newCheckout as renamed } from "./flags.gen.js";\n',
      "src/through.ts":
        'import { newCheckout } from "./barrel.js";\nimport { renamed } from "./named.js";\nexport default [newCheckout, renamed({ targetingKey: "u" })];\n',
      "src/space.tsx":
        'import * as flags from "./flags.gen.js";\nexport const c = flags.newCheckout({ targetingKey: "u" });\nexport type T = typeof flags.newCheckout;\n',
      "src/old.js":
        'import { newCheckout } from "./flags.gen.js";\nuse(client.get(newCheckout, { targetingKey: "u" }));\n',
    });
    expect(code).toBe(0);
    expect(places).toEqual([
      "src/alias.ts:2 member",
      "src/direct.ts:2 call",
      "src/named.ts:1 export",
      "src/old.js:2 value",
      "src/space.tsx:2 call",
      "src/space.tsx:3 type",
      "src/through.ts:3 value",
      "src/through.ts:3 call",
    ]);
  });

  test("and not what only looks like it", async () => {
    const { places } = await refs({
      "src/other.ts":
        'const newCheckout = () => true;\nexport const x = newCheckout(); // newCheckout\nexport const y = "newCheckout";\n',
      "src/shadow.ts":
        'import { newCheckout } from "./flags.gen.js";\nexport const f = (newCheckout: boolean) => !newCheckout;\n',
      "node_modules/dep/index.js": 'import { newCheckout } from "../../src/flags.gen.js";\nnewCheckout();\n',
      "dist/bundle.js": 'import { newCheckout } from "../src/flags.gen.js";\nnewCheckout();\n',
    });
    expect(places).toEqual([]);
  });

  test("by the aliases of tsconfig.json", async () => {
    const { places } = await refs({
      "tsconfig.json":
        '{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "paths": { "@/*": ["./src/*"] } } }',
      "src/deep/aliased.ts":
        'import { newCheckout } from "@/flags.gen.js";\nexport const a = newCheckout({ targetingKey: "u" });\n',
    });
    expect(places).toEqual(["src/deep/aliased.ts:2 call"]);
  });

  test("in output of JavaScript with declarations", async () => {
    const { places } = await refs({
      "flagwright.yaml":
        "project: shop\ncontext:\n  region: { enum: [MY, SG] }\ngenerate:\n  - { target: typescript, output: src/flags.gen.js, language: js }\n",
      "src/a.ts":
        'import { newCheckout } from "./flags.gen.js";\nexport const a = newCheckout({ targetingKey: "u" });\n',
    });
    expect(places).toEqual(["src/a.ts:2 call"]);
  });
});

describe("flagwright refs finds what TypeScript lets through", () => {
  test.each([
    ["const x = !newCheckout;", "always false"],
    ["const x = !!newCheckout;", "always false"],
    ["const x = !(newCheckout as unknown);", "always false"],
    ["const x = `is ${newCheckout}`;", "prints the function"],
    ["const x = newCheckout || other;", "always true"],
    ["const x = newCheckout && other;", "always true"],
    ["const x = newCheckout === other;", "compares the function"],
    ["const x = newCheckout + '';", "computes with the function"],
    ["const x = newCheckout ? 1 : 2;", "always true"],
    ["while (newCheckout) {}", "always true"],
    ["const x = String(newCheckout);", "converts the function"],
    ["const x = <p>{newCheckout}</p>;", "JSX cannot show a function"],
  ])("%s", async (code, problem) => {
    const found = await refs({ "src/a.tsx": `import { newCheckout } from "./flags.gen.js";\n${code}\n` });
    expect(found.code).toBe(1);
    expect(found.places).toEqual(["src/a.tsx:2 misuse"]);
    expect(found.references[0]?.problem).toContain(problem);
  });

  test.each([
    "const x = !newCheckout({});",
    "const x = <Show flag={newCheckout} />;",
    "const x = `${newCheckout({})}`;",
  ])("%s is no misuse", async (code) => {
    const found = await refs({ "src/a.tsx": `import { newCheckout } from "./flags.gen.js";\n${code}\n` });
    expect(found.code).toBe(0);
    expect(found.places).toHaveLength(1);
  });
});

describe("flagwright refs for people", () => {
  test("says which flags are not used, and ends with 1 for a misuse", async () => {
    using folder = temporaryFolder({
      ...shop,
      "src/a.ts": 'import { newCheckout } from "./flags.gen.js";\nif (!newCheckout) stop();\n',
    });
    await flagwright(["generate"], { cwd: folder.path });
    const { code, stdout, stderr } = await flagwright(["refs"], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stdout).toContain("timeout-ms  not used");
    expect(stdout).toContain("src/a.ts:2:6  misuse  if (!newCheckout) stop();");
    expect(stderr).toContain("Call it: `!newCheckout(…)`.");
  });

  test("asks for the generated module when it is missing, and knows near names", async () => {
    using folder = temporaryFolder(shop);
    expect((await flagwright(["refs"], { cwd: folder.path })).stderr).toContain("Make it with: flagwright generate");
    const { code, stderr } = await flagwright(["refs", "new-chekout"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "new-checkout"?');
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkImports } from "./imports.ts";

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function check(files: { readonly [path: string]: string }): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "flagwright-imports-"));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkImports(root, Object.keys(files)).map(({ file, message }) => `${file}: ${message}`);
}

describe("import directions", () => {
  it("lets the schema stand on the runtime", () => {
    expect(check({ "packages/schema/src/a.ts": 'import { x } from "@flagwright/runtime";' })).toEqual([]);
  });
  it("refuses upwards and sideways", () => {
    expect(
      check({
        "packages/runtime/src/a.ts": 'import type { x } from "@flagwright/schema";',
        "packages/cli/src/b.ts": 'const s = await import("@flagwright/server");',
        "packages/cli/src/c.ts": 'import { y } from "../../server/src/y.ts";',
      }),
    ).toEqual([
      "packages/runtime/src/a.ts: packages/runtime must not import @flagwright/schema",
      "packages/cli/src/b.ts: packages/cli must not import @flagwright/server",
      "packages/cli/src/c.ts: reaches out of its package: ../../server/src/y.ts",
    ]);
  });
  it("finds a cycle, but not one of types only", () => {
    const a = (type: string): string => `import ${type}{ b } from "./b.ts";`;
    const b = 'import { a } from "./a.ts";';
    expect(check({ "packages/schema/src/a.ts": a("type "), "packages/schema/src/b.ts": b })).toEqual([]);
    expect(check({ "packages/schema/src/a.ts": a(""), "packages/schema/src/b.ts": b })).toEqual([
      "packages/schema/src/a.ts: import cycle: packages/schema/src/a.ts → packages/schema/src/b.ts → packages/schema/src/a.ts",
    ]);
  });
  it("keeps Node and packages out of what a browser loads", () => {
    expect(
      check({
        "packages/runtime/src/index.ts": 'export * from "./deep.ts";',
        "packages/runtime/src/deep.ts": 'import { readFile } from "node:fs/promises";',
      }),
    ).toEqual([
      "packages/runtime/src/deep.ts: is reached from packages/runtime/src/index.ts and so must not import node:fs/promises",
    ]);
  });
});

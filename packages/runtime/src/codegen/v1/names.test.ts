import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as abi from "./index.ts";
import { CODEGEN_NAMES } from "./names.ts";

test("the list of names is what the module exports, no more and no less", () => {
  const values = CODEGEN_NAMES.filter(({ kind }) => kind === "value").map(({ name }) => name);
  expect(Object.keys(abi).sort()).toEqual(values.sort());

  const source = readFileSync(new URL("index.ts", import.meta.url), "utf8");
  const types = [...source.matchAll(/export type \{ (.+?) \}/g)].flatMap(([, names = ""]) => names.split(", "));
  expect(types.sort()).toEqual(
    CODEGEN_NAMES.filter(({ kind }) => kind === "type")
      .map(({ name }) => name)
      .sort(),
  );
});

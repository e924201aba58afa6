import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LEAST_NODE, unsupportedNode } from "./node-version.ts";

describe("the least Node.js", () => {
  it("is the one that the manifest asks for", () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      readonly engines: { readonly node: string };
    };
    expect(manifest.engines.node).toBe(`>=${LEAST_NODE}`);
  });
  it.each(["22.19.0", "22.20.1", "24.0.0", "26.10.0"])("%s will do", (version) => {
    expect(unsupportedNode(version)).toBeUndefined();
  });
  it.each(["20.20.2", "22.18.9", "22.2.0"])("%s is told what is needed", (version) => {
    expect(unsupportedNode(version)).toBe(`flagwright needs Node.js 22.19.0 or newer; this is ${version}.`);
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packages, publishConfig, readManifest } from "./manifests.ts";

const root = join(import.meta.dirname, "..", "..");

describe("published manifests", () => {
  it.each(Object.keys(packages))("packages/%s publishes exactly what the build makes", (name) => {
    const manifest = readManifest(root, name);
    expect(manifest.publishConfig).toEqual(publishConfig(name, manifest));
  });
});

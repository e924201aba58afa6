import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SDK_NAME, SDK_VERSION } from "./version.ts";

test("clients report the version that is published", () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(manifest).toMatchObject({ name: SDK_NAME, version: SDK_VERSION });
});

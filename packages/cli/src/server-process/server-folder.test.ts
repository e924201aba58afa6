import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Failure } from "../failure.ts";
import { temporaryFolder } from "../testing/run-cli.ts";
import { prepareServerFolder } from "./server-folder.ts";

test("the folder of the server hides itself from git", () => {
  using folder = temporaryFolder();
  prepareServerFolder(folder.path);
  expect(readFileSync(join(folder.path, ".flagwright/.gitignore"), "utf8")).toBe("*\n");
});

test("a place that takes no folder is told as the user's affair, not as a fault of flagwright", () => {
  using folder = temporaryFolder({ ".flagwright": "a file\n" });
  expect(() => prepareServerFolder(folder.path)).toThrow(Failure);
  expect(existsSync(join(folder.path, ".flagwright/.gitignore"))).toBe(false);
});

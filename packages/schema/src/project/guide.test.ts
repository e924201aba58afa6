import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lintProject } from "../rules/lint/lint.ts";
import { fileSnapshot } from "./file-snapshot.ts";
import { parseProject } from "./parse-project.ts";

const guide = readFileSync(new URL("../../../../docs/guide/definitions.md", import.meta.url), "utf8");

describe("the guide to definitions", () => {
  const files = new Map(
    [...guide.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(([, path = "", text = ""]) => [path, text] as const),
  );
  const project = parseProject(files);

  it("shows a project that lint has nothing to say about", () => {
    expect(files.size).toBe(5);
    expect(lintProject(project, { today: "2026-11-21" })).toEqual([]);
  });

  it("shows a state that means what the text says", () => {
    const [checkout, discount] = fileSnapshot(project, "production")?.flags ?? [];
    expect(checkout).toMatchObject({ on: true, otherwise: { variant: "on" } });
    expect(discount?.rules.map(({ id }) => id)).toEqual(["malaysia-and-singapore-half", "our-own-people"]);
  });

  it("names every member of a flag that is not plain from the example", () => {
    for (const member of ["lifecycle", "renamedFrom", "suppress", "compatibility", "bucketBy", "autoOff"])
      expect(guide).toContain(`\`${member}\``);
  });
});

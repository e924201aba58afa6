import { describe, expect, it } from "vitest";
import { parseProject } from "../project/parse-project.ts";
import { configure, initialState } from "./configure.ts";
import type { FlagDefinition } from "./model.ts";

function definition(lines: string): FlagDefinition {
  const read = parseProject(
    new Map([
      ["flagwright.yaml", "project: p"],
      ["flags/f.yaml", lines],
    ]),
  ).definitions[0];
  if (read === undefined) throw new Error("unreadable");
  return read.value;
}

const experiment = definition(
  "flag: f\nversion: 2\nkind: experiment\nexpires: 2027-01-31\nvalue: string\ndefault: a\nvariants: { a: a, b: b }\n",
);

describe("a flag's configuration", () => {
  it("joins contract and state under the wire key", () => {
    const state = { ...initialState(experiment), on: true, variants: [["c", "c"]] as const, off: "b" };
    expect(configure(experiment, state)).toEqual({
      key: "f@2",
      type: "string",
      schemaHash: experiment.schemaHash,
      visibility: "server",
      default: "a",
      variants: [
        ["a", "a"],
        ["b", "b"],
        ["c", "c"],
      ],
      salt: "f",
      bucketBy: "targetingKey",
      on: true,
      off: "b",
      autoOff: "2027-01-31T00:00:00Z",
      prerequisites: [],
      targets: [],
      rules: [],
      otherwise: { default: true },
    });
  });

  it("ends at the earlier of the two instants, and bears a kill", () => {
    const ends = (autoOff: string) => configure(experiment, { ...initialState(experiment), autoOff }).autoOff;
    expect(ends("2027-01-01T00:00:00Z")).toBe("2027-01-01T00:00:00Z");
    expect(ends("2028-01-01T00:00:00Z")).toBe("2027-01-31T00:00:00Z");
    const killed = { at: "2026-11-21T00:00:00Z", by: "me", reason: "fire" };
    expect(configure(experiment, initialState(experiment), killed).killed).toEqual(killed);
  });
});

describe("a flag starts", () => {
  it("off; a boolean one serves on as soon as it is switched on, any other its default", () => {
    const release = definition("flag: f\nkind: release\nexpires: 2027-01-31\nvalue: boolean\ndefault: false\n");
    expect(initialState(release)).toMatchObject({ on: false, otherwise: { variant: "on" } });
    expect(initialState(experiment)).toMatchObject({ on: false, otherwise: { default: true } });
  });
});

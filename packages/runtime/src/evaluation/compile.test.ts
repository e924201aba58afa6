import { describe, expect, test } from "vitest";
import type { FlagConfiguration, Snapshot } from "../snapshot/model.ts";
import { compile } from "./compile.ts";

const at = Date.parse("2026-11-21T12:00:00Z");

function flag(key: string, change: Partial<FlagConfiguration> = {}): FlagConfiguration {
  return {
    key,
    type: "boolean",
    schemaHash: "hash",
    visibility: "server",
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    salt: key,
    bucketBy: "targetingKey",
    on: true,
    prerequisites: [],
    targets: [],
    rules: [],
    otherwise: { variant: "on" },
    ...change,
  };
}

function snapshot(flags: readonly FlagConfiguration[], change: Partial<Snapshot> = {}): Snapshot {
  return {
    format: 1,
    organization: "org",
    project: "shop",
    environment: "test",
    epoch: 1,
    revision: 1,
    flags,
    segments: [],
    ...change,
  };
}

describe("compile", () => {
  test("a flag without targeting is STATIC, and every call gives the same object", () => {
    const compiled = compile(snapshot([flag("a")])).flag("a");
    const outcome = compiled?.evaluate({}, at);
    expect(outcome).toMatchObject({ value: true, variant: "on", reason: "STATIC" });
    expect(compiled?.evaluate({ targetingKey: "u" }, at)).toBe(outcome);
  });

  test("a flag that uses an unknown operator gives its default, and the others go on", () => {
    const compiled = compile(
      snapshot([
        flag("new", {
          rules: [
            {
              id: "r",
              when: { attribute: "x", operator: "telepathy", value: 1 },
              serve: { variant: "on" },
              onMiss: "next",
            },
          ],
        }),
        flag("old"),
      ]),
    );
    expect(compiled.flag("new")?.evaluate({}, at)).toMatchObject({
      value: false,
      reason: "ERROR",
      errorCode: "PARSE_ERROR",
    });
    expect(compiled.flag("old")?.evaluate({}, at).value).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { isKey, parseWireKey, wireKey } from "./identity.ts";

describe("wire keys", () => {
  it.each([
    ["a", { key: "a", version: 1 }],
    ["new-checkout@2", { key: "new-checkout", version: 2 }],
    ["a.b-c9@9999", { key: "a.b-c9", version: 9999 }],
  ])("%s is read and written the same", (text, parsed) => {
    expect(parseWireKey(text)).toEqual(parsed);
    expect(wireKey(parsed)).toBe(text);
  });

  it.each([
    "a@1",
    "a@0",
    "a@02",
    "a@",
    "@2",
    "a@2@3",
    "A",
    "a--b",
    "a-",
    "1a",
    "a@10000",
    "",
    "a b",
    "a".repeat(101),
    "__proto__",
  ])("%j is none", (text) => {
    expect(parseWireKey(text)).toBeUndefined();
  });

  it("a key has at most 100 characters", () => {
    expect(isKey("a".repeat(100))).toBe(true);
  });
});

import type { Fix } from "@flagwright/schema";
import { describe, expect, test } from "vitest";
import { withFixes } from "./apply-fixes.ts";

const fix = (line: number, from: number, to: number, text: string): Fix => ({
  title: text,
  range: { start: { line, column: from }, end: { line, column: to } },
  text,
});

describe("withFixes", () => {
  test("applies several in one text, in whatever order they come", () => {
    const text = "a: on\r\nb: off\nc: 1\n";
    const fixes = [fix(2, 4, 7, '"off"'), fix(1, 4, 6, '"on"'), fix(3, 4, 5, '"1"')];
    expect(withFixes(text, fixes).fixed).toBe('a: "on"\r\nb: "off"\nc: "1"\n');
  });

  test("of two that overlap only one is applied; the next run finds the other", () => {
    const { fixed, applied } = withFixes("abcdef", [fix(1, 1, 4, "X"), fix(1, 3, 6, "Y")]);
    expect(applied).toHaveLength(1);
    expect(fixed).toBe("abYf");
  });

  test("of two insertions at one place only one is applied", () => {
    expect(withFixes("ab", [fix(1, 2, 2, "x"), fix(1, 2, 2, "x")]).fixed).toBe("axb");
  });

  test("a place behind the end inserts at the end", () => {
    expect(withFixes("a\n", [fix(9, 1, 1, "b\n")]).fixed).toBe("a\nb\n");
  });
});

import { describe, expect, it } from "vitest";
import { codeFrame } from "./code-frame.ts";
import type { Diagnostic, Range } from "./diagnostic.ts";
import { plainPaint } from "./paint.ts";
import { diagnosticsJson } from "./print-json.ts";
import { diagnosticsText } from "./print-text.ts";

const range = (line: number, from: number, to: number, endLine = line): Range => ({
  start: { line, column: from },
  end: { line: endLine, column: to },
});
const frame = (text: string, place: Range): string => codeFrame(text, place, plainPaint, (marks) => marks).join("\n");

const problem: Diagnostic = {
  code: "VARIANT_KNOWN",
  severity: "error",
  message: 'There is no variant "smal".',
  file: "flags/a.yaml",
  range: range(2, 8, 12),
  help: 'Did you mean "small"?',
  docs: "rules/variant-known.md",
};
const files = new Map([["flags/a.yaml", "rules:\n  serve: smal\n"]]);

describe("diagnostics as text", () => {
  it("show the line, the place, the help and the page", () => {
    expect(diagnosticsText([problem], { files })).toBe(
      [
        'error There is no variant "smal".',
        "  ╭─ flags/a.yaml:2:8",
        "1 │ rules:",
        "2 │   serve: smal",
        "  │        ^^^^",
        '  ├─ help Did you mean "small"?',
        "  ╰─ VARIANT_KNOWN, docs/rules/variant-known.md",
        "",
        "1 error in 1 file",
        "",
      ].join("\n"),
    );
  });

  it("count what there is, and are empty for nothing", () => {
    const all = [
      problem,
      { ...problem, severity: "warning" as const, file: "b.yaml" },
      { ...problem, severity: "info" as const },
    ];
    expect(diagnosticsText(all, { files })).toMatch(/1 error, 1 warning, 1 hint in 2 files\n$/);
    expect(diagnosticsText([], { files })).toBe("");
  });

  it("paint only when asked, and never let a file paint", () => {
    const red = diagnosticsText([problem], { files, paint: { ...plainPaint, red: (text) => `<red>${text}</red>` } });
    expect(red).toContain("<red>error</red>");
    const hostile = new Map([["flags/a.yaml", "\u001b[31mrules:\n  serve: \u202esmal\u0007\n"]]);
    const text = diagnosticsText([{ ...problem, message: "bad \u001b[2J" }], { files: hostile });
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it("as JSON are one document with a format", () => {
    expect(JSON.parse(diagnosticsJson([problem]))).toEqual({ format: 1, diagnostics: [problem] });
  });
});

describe("a code frame", () => {
  it("counts wide letters as two columns, combining marks as none", () => {
    expect(frame("割引: e\u0301x", range(1, 5, 7)).split("\n")[1]).toBe(`  │ ${" ".repeat(6)}^`);
  });

  it("marks to the end of the line when the place goes on below", () => {
    expect(frame("a: {\n  b: 1 }", range(1, 4, 9, 2))).toBe("1 │ a: {\n  │    ^");
  });

  it("cuts a long line around the place", () => {
    const text = `${"x".repeat(5_000)}HERE${"y".repeat(5_000)}`;
    const [line = "", marks = ""] = frame(text, range(1, 5_001, 5_005)).split("\n");
    expect(line.length).toBeLessThan(120);
    expect(line.slice(marks.indexOf("^"), marks.lastIndexOf("^") + 1)).toBe("HERE");
  });

  it("marks the end of a line, and nothing where there is no such line", () => {
    expect(frame("abc", range(1, 4, 4))).toBe("1 │ abc\n  │    ^");
    expect(frame("abc", range(7, 1, 2))).toBe("");
  });

  it("treats tabs and every kind of line end as one step", () => {
    expect(frame("a\r\n\tb: 1\rc", range(2, 2, 3))).toBe("1 │ a\n2 │  b: 1\n  │  ^");
  });
});

import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";

const files = {
  "number.json": '{"type": "number"}',
  "integer.json": '{"type": "integer"}',
  "whole.json": '{"multipleOf": 1, "type": "number"}',
  "bad.json": '{"type": "text"}',
  "broken.json": "{",
  "long.json": '{"type": "array", "minItems": 1000000000}',
  "longer.json": '{"type": "array", "minItems": 2000000000}',
  "large.json": '{"maximum": 9007199254740993}',
  "larger.json": '{"maximum": 9007199254740992}',
};

describe("flagwright compare-schemas", () => {
  it("exits 0 when both accept the same values", async () => {
    using folder = temporaryFolder(files);
    const { code, stdout } = await flagwright(["compare-schemas", "integer.json", "whole.json"], { cwd: folder.path });
    expect(code).toBe(0);
    expect(stdout).toContain("yes      every value allowed before is allowed now");
  });

  it("exits 1 and shows the value that is no longer allowed", async () => {
    using folder = temporaryFolder(files);
    const { code, stdout } = await flagwright(["compare-schemas", "number.json", "integer.json"], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stdout).toContain("no longer allowed: 0.5");
    expect(stdout).toContain("yes      every value allowed now was allowed before");
  });

  it("exits 3 and says why when it is undecided", async () => {
    using folder = temporaryFolder(files);
    const { code, stdout } = await flagwright(["compare-schemas", "long.json", "longer.json"], { cwd: folder.path });
    expect(code).toBe(3);
    expect(stdout).toContain("1000000000 items");
    expect(stdout).toContain("Lower minItems");
  });

  it.each([
    ["a file that is no schema", ["bad.json", "number.json"], "Not a JSON Schema"],
    ["a file that is no JSON", ["number.json", "broken.json"], "Not JSON"],
    ["a file that is not there", ["number.json", "gone.json"], "gone.json"],
    ["one file", ["number.json"], "two files"],
    ["standard input twice", ["-", "-"], "cannot be both"],
    ["files with --batch", ["--batch", "number.json"], "standard input"],
  ])("exits 2 for %s", async (_what, argv, message) => {
    using folder = temporaryFolder(files);
    const { code, stderr } = await flagwright(["compare-schemas", ...argv], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("prints the verdicts as JSON, with every digit of the witness", async () => {
    using folder = temporaryFolder(files);
    const result = await flagwright(["compare-schemas", "large.json", "larger.json", "--json"], { cwd: folder.path });
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({
      previousInCurrent: { answer: "no", witnessText: "9007199254740993" },
      currentInPrevious: { answer: "yes" },
    });
  });

  it("takes one of the schemas from standard input", async () => {
    using folder = temporaryFolder(files);
    const { code } = await flagwright(["compare-schemas", "-", "number.json"], {
      cwd: folder.path,
      stdin: '{"type":"number"}',
    });
    expect(code).toBe(0);
  });
});

describe("flagwright compare-schemas --batch", () => {
  it("answers each line in order, goes on after a bad one, and skips empty ones", async () => {
    const lines = [
      '{"id":1,"previous":{"type":"number"},"current":{"type":"integer"}}',
      '{"id":2,"previous":{"type":"text"},"current":{}}',
      "",
      "nonsense",
      '{"id":3,"previous":{},"current":true}',
    ];
    const { code, stdout } = await flagwright(["compare-schemas", "--batch"], { stdin: lines.join("\n") });
    expect(code).toBe(0);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(answers).toEqual([
      { id: 1, previousInCurrent: "no", currentInPrevious: "yes", witness: { inPreviousNotCurrent: 0.5 } },
      { id: 2, error: expect.stringContaining("Not a JSON Schema") as string },
      { id: null, error: expect.stringContaining("Not JSON") as string },
      { id: 3, previousInCurrent: "yes", currentInPrevious: "yes" },
    ]);
  });

  it("answers a line before the next one comes", async () => {
    const stdin = new PassThrough();
    let run: ReturnType<typeof flagwright> | undefined;
    const answered = new Promise<string>((resolve) => {
      run = flagwright(["compare-schemas", "--batch"], { stdin, onOutput: resolve });
    });
    stdin.write('{"id":1,"previous":true,"current":true}\n');
    expect(await answered).toContain('"id":1');
    stdin.end();
    expect((await run)?.code).toBe(0);
  });
});

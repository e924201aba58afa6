import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";

const flag = {
  key: "new-checkout",
  type: "boolean",
  schemaHash: "x",
  visibility: "server",
  default: false,
  variants: [
    ["on", true],
    ["off", false],
  ],
  salt: "new-checkout",
  bucketBy: "targetingKey",
  on: true,
  activeUntil: "2027-01-01T00:00:00Z",
  prerequisites: [],
  targets: [],
  rules: [
    {
      id: "my",
      when: { attribute: "region", operator: "equals", value: "MY" },
      serve: { variant: "on" },
      onMiss: "next",
    },
  ],
  otherwise: { variant: "off" },
};
const snapshot = {
  format: 1,
  organization: "o",
  project: "shop",
  environment: "development",
  epoch: 5,
  revision: 7,
  flags: [flag],
  segments: [],
};
const files = { "snapshot.json": JSON.stringify(snapshot) };
const now = Date.parse("2026-12-01T00:00:00Z");

async function evaluate(argv: readonly string[], stdin = "") {
  using folder = temporaryFolder(files);
  return await flagwright(["evaluate", "--snapshot", "snapshot.json", ...argv], { cwd: folder.path, stdin, now });
}

describe("flagwright evaluate --snapshot", () => {
  test("takes the flag as an argument, as with --flag", async () => {
    const context = ["--context", '{"region":"MY"}', "--json"];
    const [argument, option] = [
      await evaluate(["new-checkout", ...context]),
      await evaluate(["--flag", "new-checkout", ...context]),
    ];
    expect(argument).toMatchObject({ code: 0, stdout: option.stdout });
    expect(argument.json()).toMatchObject({ flagKey: "new-checkout", value: true });
  });

  test("prints the details as JSON", async () => {
    const { code, json } = await evaluate(["--flag", "new-checkout", "--context", '{"region":"MY"}', "--json"]);
    expect(code).toBe(0);
    expect(json()).toEqual({
      flagKey: "new-checkout",
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
      ruleId: "my",
      epoch: 5,
      revision: 7,
      flagMetadata: {},
    });
  });

  test("prints the value, and why, for people", async () => {
    const { stdout } = await evaluate(["--flag", "new-checkout", "--context", '{"region":"MY"}']);
    expect(stdout).toBe("true  variant on, TARGETING_MATCH, rule my\n");
  });

  test("takes the time from --at", async () => {
    const { json } = await evaluate(["-f", "new-checkout", "--at", "2027-06-01T02:00:00+02:00", "--json"]);
    expect(json()).toMatchObject({ reason: "DISABLED" });
  });

  test("reads the snapshot from standard input", async () => {
    const { stdout } = await flagwright(["evaluate", "--snapshot", "-", "-f", "new-checkout"], {
      stdin: JSON.stringify(snapshot),
      now,
    });
    expect(stdout).toContain("false  variant off");
  });

  test("an unknown flag ends with 2, with the nearest name, or as details", async () => {
    const people = await evaluate(["--flag", "new-chekout"]);
    expect(people).toMatchObject({ code: 2, stdout: "" });
    expect(people.stderr).toContain('Did you mean "new-checkout"?');
    const machines = await evaluate(["--flag", "new-chekout", "--json"]);
    expect(machines.code).toBe(2);
    expect(machines.json()).toMatchObject({ value: null, reason: "ERROR", errorCode: "FLAG_NOT_FOUND" });
  });

  test.each([
    ["context that is no JSON", ["-f", "new-checkout", "-c", "{region: MY}"], "--context is not JSON"],
    ["context that is no object", ["-f", "new-checkout", "-c", "[1]"], "--context is a JSON object"],
    [
      "instant without a time zone",
      ["-f", "new-checkout", "--at", "2027-01-01T00:00:00"],
      "no instant with a time zone",
    ],
    ["neither a flag nor a batch", [], "its key, or --batch"],
    ["both a flag and a batch", ["-f", "new-checkout", "--batch"], "Leave out new-checkout"],
    ["a flag as an argument and a batch", ["new-checkout", "--batch"], "Leave out new-checkout"],
    ["a flag twice", ["new-checkout", "-f", "new-checkout"], "given twice"],
  ])("%s is refused with 2", async (_what, argv, message) => {
    const { code, stdout, stderr } = await evaluate(argv);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
  });

  test.each([
    ["missing", {}, "There is no file snapshot.json."],
    ["no JSON", { "snapshot.json": "{" }, "is not JSON"],
    ["no snapshot", { "snapshot.json": '{"format":1}' }, "refused"],
    ["from the future", { "snapshot.json": JSON.stringify({ ...snapshot, format: 2 }) }, "/format"],
  ])("a snapshot that is %s is refused with 2", async (_what, given, message) => {
    using folder = temporaryFolder(given);
    const { code, stderr } = await flagwright(["evaluate", "--snapshot", "snapshot.json", "-f", "x"], {
      cwd: folder.path,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("flagwright evaluate --batch", () => {
  const lines = (text: string): unknown[] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);

  test("answers each line in its place, with its own time", async () => {
    const { code, stdout } = await evaluate(
      ["--batch"],
      '{"flag":"new-checkout","context":{"region":"MY"}}\r\n\n' +
        '{"flag":"new-checkout","context":{"region":"MY"},"at":"2027-06-01T00:00:00Z"}\n' +
        '{"flag":"nothing","context":{}}\n' +
        '{"flag":"new-checkout"}',
    );
    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([
      { value: true, ruleId: "my" },
      { value: false, reason: "DISABLED" },
      { value: null, errorCode: "FLAG_NOT_FOUND" },
      { value: false, variant: "off" },
    ]);
  });

  test("a line that cannot be read has its reason in its place; the rest goes on, and it ends with 2", async () => {
    const { code, stdout, stderr } = await evaluate(
      ["--batch"],
      '{"flag":\n[]\n{"context":{}}\n{"flag":"new-checkout","at":"yesterday"}\n{"flag":"new-checkout","context":3}\n',
    );
    expect(code).toBe(2);
    expect(lines(stdout)).toEqual([
      { line: 1, error: expect.stringContaining("not JSON") },
      { line: 2, error: expect.stringContaining("not an object") },
      { line: 3, error: expect.stringContaining('"flag" is missing') },
      { line: 4, error: expect.stringContaining('"at" is not an instant') },
      expect.objectContaining({ errorCode: "INVALID_CONTEXT", value: false }),
    ]);
    expect(stderr).toContain("4 lines could not be read");
  });

  test("attributes named like members of every object are data", async () => {
    const { stdout } = await evaluate(
      ["--batch"],
      '{"flag":"__proto__","context":{}}\n{"flag":"new-checkout","context":{"__proto__":{"region":"MY"}}}\n',
    );
    expect(lines(stdout)).toMatchObject([{ errorCode: "FLAG_NOT_FOUND" }, { variant: "off" }]);
  });

  test("more than fits into the pipe arrives whole", async () => {
    const many = 5_000;
    const { stdout } = await evaluate(["--batch"], '{"flag":"new-checkout","context":{"region":"MY"}}\n'.repeat(many));
    expect(lines(stdout)).toHaveLength(many);
  });
});

describe("flagwright evaluate in a project", () => {
  const definition = readFileSync(new URL("../../../../flags/checkout/new-checkout.yaml", import.meta.url), "utf8");
  const project = {
    "flagwright.yaml":
      "project: shop\nenvironments: [development]\ncontext:\n  region: { enum: [ID, MY, SG, TH] }\n  plan: { enum: [free, pro, enterprise] }\n",
    "flags/new-checkout.yaml": definition,
    "flags/environments/development.yaml":
      'flags:\n  new-checkout:\n    on: true\n    rules:\n      - { when: { region: MY }, serve: "on" }\n    otherwise: "off"\n',
  };

  test("takes the state from the environment's file, without a server", async () => {
    using folder = temporaryFolder(project);
    const argv = ["evaluate", "-f", "new-checkout", "-c", '{"targetingKey":"u1","region":"MY"}', "--json"];
    const { code, json } = await flagwright(argv, { cwd: folder.path, now });
    expect(code).toBe(0);
    expect(json()).toMatchObject({ value: true, reason: "TARGETING_MATCH", revision: 0 });
  });

  test.each([
    ["a misspelled attribute", { regoin: "MY" }, 'no attribute "regoin".\nhelp    Did you mean "region"?'],
    ["an attribute named like a member of every object", { toString: "x" }, 'no attribute "toString"'],
    [
      "a value outside the enum",
      { region: "MYY" },
      'must be one of "ID", "MY", "SG", "TH".\nhelp    Did you mean "MY"?',
    ],
    ["a value of another type", { targetingKey: 7 }, 'must be a string.\nhelp    Put it into quotes: "7".'],
  ])("warns of %s; the answer and the exit code stay", async (_what, attributes, message) => {
    using folder = temporaryFolder(project);
    const context = JSON.stringify({ targetingKey: "u1", region: "MY", ...attributes });
    const argv = ["evaluate", "new-checkout", "-c", context, "--json"];
    const { code, json, stderr } = await flagwright(argv, { cwd: folder.path, now });
    expect(code).toBe(0);
    expect(json()).toHaveProperty("value");
    expect(json()).not.toHaveProperty("warnings");
    expect(stderr).toContain(message);
    expect(stderr.match(/^warning /gm)).toHaveLength(1);
  });

  test("warns of what the flag requires and the context lacks, and of nothing when all is there", async () => {
    using folder = temporaryFolder(project);
    const ask = (context: string) => flagwright(["evaluate", "new-checkout", "-c", context], { cwd: folder.path, now });
    const lacking = await ask('{"targetingKey":"u1"}');
    expect(lacking).toMatchObject({ code: 0 });
    expect(lacking.stderr).toContain('The context lacks "region", which new-checkout requires.');
    expect((await ask('{"targetingKey":"u1","region":"MY","plan":"pro"}')).stderr).toBe("");
  });

  test("names the environments there are when it is given another", async () => {
    using folder = temporaryFolder(project);
    const { code, stderr } = await flagwright(["evaluate", "-f", "new-checkout", "-e", "develpment"], {
      cwd: folder.path,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no environment "develpment".');
    expect(stderr).toContain('"development"');
  });
});

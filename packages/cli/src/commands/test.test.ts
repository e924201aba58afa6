import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

const state =
  'flags:\n  new-checkout:\n    on: true\n    rules:\n      - name: Malaysia\n        when: { region: MY }\n        serve: "on"\n    otherwise: "off"\n' +
  "  discount:\n    on: true\n    otherwise: { none: 50, small: 50 }\n";

async function run(files: { readonly [path: string]: string }, ...argv: readonly string[]) {
  using folder = temporaryFolder({ ...shop, "flags/environments/development.yaml": state, ...files });
  const result = await flagwright(["test", ...argv], { cwd: folder.path, now: Date.parse("2026-12-01T00:00:00Z") });
  const report = argv.includes("--junit") ? readFileSync(join(folder.path, "report.xml"), "utf8") : "";
  return { ...result, report };
}

const passing = {
  "flags/tests/new-checkout.yaml":
    "flag: new-checkout\ntests:\n" +
    '  - name: Malaysia has it\n    context: { targetingKey: u1, region: MY }\n    expect: { value: true, variant: "on", reason: TARGETING_MATCH, error: null }\n' +
    '  - name: others have not\n    matrix: { region: [SG], targetingKey: [u1, u2] }\n    expect: "off"\n',
  "flags/tests/experiments/discount.yaml":
    "tests:\n" +
    "  - { flag: discount, bucket: 0, expect: { value: { percent: 0 }, reason: SPLIT } }\n" +
    "  - { flag: discount, bucket: 49999, expect: none }\n" +
    "  - { flag: discount, bucket: 50000, expect: small }\n" +
    "  - { flag: discount, environment: production, expect: { variant: null, value: { percent: 0 } } }\n",
};
const failing = {
  "flags/tests/bad.yaml":
    'flag: new-checkout\ntests:\n  - name: all have <it>\n    matrix: { region: [MY, SG] }\n    expect: "on"\n',
};

describe("flagwright test", () => {
  test("runs every file below flags/tests, matrices and buckets written out", async () => {
    const { code, stdout } = await run(passing);
    expect([code, stdout]).toEqual([0, "7 tests passed\n"]);
  });

  test("says what differs, where it is written, and how the answer came about", async () => {
    const { code, stdout } = await run(failing);
    expect(code).toBe(1);
    expect(stdout).toContain("✗ new-checkout: all have <it> [region=SG] flags/tests/bad.yaml:3\n");
    expect(stdout).toContain('    variant: expected "on", got "off"\n');
    expect(stdout).toContain('✗ region is "MY"; it is "SG"');
    expect(stdout).toContain("1 test passed, 1 failed\n");
  });

  test("--junit writes a report that names file and line", async () => {
    const { report } = await run({ ...passing, ...failing }, "--junit", "report.xml");
    expect(report).toContain('<testsuites tests="9" failures="1">');
    expect(report).toContain(
      'name="all have &lt;it&gt; [region=SG]" file="flags/tests/bad.yaml" line="3"><failure message="variant: expected &quot;on&quot;',
    );
  });

  test("--json prints results, and files can be named", async () => {
    const { json } = await run({ ...passing, ...failing }, "flags/tests/bad.yaml", "--json");
    expect(json()).toMatchObject({
      results: [{ differences: [] }, { differences: [expect.stringContaining("variant")] }],
      problems: [],
    });
  });

  test("files of tests define no flag: lint has nothing to say of them", async () => {
    using folder = temporaryFolder({ ...shop, ...passing });
    const { stdout } = await flagwright(["lint"], { cwd: folder.path, now: Date.parse("2026-12-01T00:00:00Z") });
    expect(stdout).not.toContain("flags/tests");
  });

  test.each([
    ["tests: [1]", ":1: A test is an object"],
    ["flag: a\ntests:\n  - {}", ":3: `expect` is a variant"],
    ["flag: a\ntests:\n  - { expect: {} }", ":3: `expect` is empty"],
    ["flag: a\ntests:\n  - { expect: x, contxt: {} }", ":3: There is no member `contxt`"],
    ["flag: a\ntests:\n  - { expect: { varient: x } }", "There is no member `varient` in `expect`"],
    ["tests:\n  - { expect: x }", "names its `flag`"],
    ["flag: a\ntests:\n  - { expect: x, at: yesterday }", "`at` is an instant"],
    ["flag: a\ntests:\n  - { expect: x, bucket: 100000 }", "`bucket` is an integer from 0 to 99999"],
    ["flag: a\ntests:\n  - { expect: x, matrix: { a: [] } }", "`matrix.a` is a list of values"],
    [
      "flag: a\ntests:\n  - { expect: x, matrix: { a: &a [1,2,3,4,5,6,7,8,9,10], b: *a, c: *a, d: *a, e: *a } }",
      "more than 10000 combinations",
    ],
    ["flag: a\ntest: []", "an object with a list `tests`"],
    ["flag: [", ":1: "],
    ["flag: a\nflag: b\ntests: []", ":2: "],
  ])("%j is reported with its line, and ends with 2", async (text, message) => {
    const { code, stdout } = await run({ "flags/tests/x.yaml": text });
    expect(code).toBe(2);
    expect(stdout).toContain(`flags/tests/x.yaml`);
    expect(stdout).toContain(message);
  });

  test("an unknown flag fails its test, and no test at all is no success", async () => {
    const unknown = await run({ "flags/tests/x.yaml": "flag: nope\ntests:\n  - { expect: x }" });
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain("there is no flag nope");
    const none = await run({});
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("There are no tests.");
  });
});

import { describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

const state = (region: string): string =>
  `flags:\n  new-checkout:\n    on: true\n    rules:\n      - name: One region\n        when: { region: ${region} }\n        serve: "on"\n    otherwise: "off"\n`;
const files = {
  ...shop,
  "flags/environments/development.yaml": state("MY"),
  "flags/environments/production.yaml": state("SG"),
  "contexts.jsonl":
    '{"targetingKey":"u1","region":"MY"}\n\n{"targetingKey":"u2","region":"SG"}\n{"targetingKey":"u3"}\n',
  "contexts.json": '[{"region":"MY"}]',
  "broken.jsonl": '{"region":"MY"}\n[1]\n',
};

async function simulate(...argv: readonly string[]) {
  using folder = temporaryFolder(files);
  return await flagwright(["simulate", ...argv], { cwd: folder.path, now: Date.parse("2026-12-01T00:00:00Z") });
}

describe("flagwright simulate", () => {
  const between = ["--from", "development", "--to", "production"] as const;

  test("says how many answers change, for which flag, from what to what, and for whom", async () => {
    const { code, stdout } = await simulate(...between, "--contexts", "contexts.jsonl");
    expect(code).toBe(1);
    expect(stdout).toContain("2 answers of 9 would change (22.22 %, 3 contexts)\n");
    expect(stdout).toContain("new-checkout  2 (66.67 %)\n");
    expect(stdout).toContain("  on → off  1\n");
    expect(stdout).toContain('  e.g. {"targetingKey":"u1","region":"MY"}: true → false\n');
  });

  test("ends with 0 when nothing changes", async () => {
    const { code, stdout } = await simulate("--from", "qa", "--to", "qa", "--contexts", "contexts.json");
    expect([code, stdout]).toEqual([0, "0 answers of 3 would change (0.00 %, 1 context)\n"]);
  });

  test("--json prints the figures", async () => {
    const { json } = await simulate(...between, "--contexts", "contexts.json", "--flag", "new-checkout", "--json");
    expect(json()).toMatchObject({
      contexts: 1,
      answers: 1,
      changed: 1,
      flags: [{ flag: "new-checkout", moves: [{ from: "on", to: "off" }] }],
    });
  });

  test.each([
    [["--contexts", "none.jsonl"], "There is no file none.jsonl."],
    [["--contexts", "broken.jsonl"], "context 2 is no JSON object"],
    [["--contexts", "flagwright.yaml"], "flagwright.yaml, line 1, is not JSON"],
    [["--contexts", "contexts.json", "--to", "staging"], '"staging" is neither a snapshot (.json) nor an environment'],
    [["--contexts", "contexts.json", "--examples", "x"], "--examples is a number"],
  ])("%j is refused with what is wrong", async (argv, message) => {
    const { code, stderr } = await simulate(...between, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

import { describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

const files = {
  ...shop,
  "flags/environments/development.yaml":
    'flags:\n  new-checkout:\n    on: true\n    rules:\n      - name: Malaysia\n        when: { region: MY }\n        serve: "on"\n    otherwise: "off"\n',
};

async function explain(...argv: readonly string[]) {
  using folder = temporaryFolder(files);
  return await flagwright(["explain", ...argv], { cwd: folder.path, now: Date.parse("2026-12-01T00:00:00Z") });
}

describe("flagwright explain", () => {
  test("says each step and why, and the answer last", async () => {
    const { code, stdout } = await explain("new-checkout", "--context", '{"region":"SG"}');
    expect(code).toBe(0);
    expect(stdout).toContain("✓ the flag is on and not killed\n");
    expect(stdout).toContain('    ✗ region is "MY"; it is "SG"\n'.trimStart());
    expect(stdout).toContain("→ otherwise: the variant off\n");
    expect(stdout.trimEnd().endsWith("Answer: false, variant off (DEFAULT)")).toBe(true);
  });

  test("--json prints the steps and the outcome", async () => {
    const { json } = await explain("new-checkout", "--context", '{"region":"MY"}', "--json");
    expect(json()).toMatchObject({
      flag: "new-checkout",
      outcome: { value: true, variant: "on" },
      steps: [{ kind: "on" }, { kind: "rule", result: "answered" }],
    });
  });

  test("warns of an attribute that the project does not declare, and answers as ever", async () => {
    const { code, stdout, stderr } = await explain("new-checkout", "--context", '{"targetingKey":"u1","regoin":"MY"}');
    expect(code).toBe(0);
    expect(stdout).toContain("Answer: false");
    expect(stderr).toBe('warning The project\'s context has no attribute "regoin".\nhelp    Did you mean "region"?\n');
  });

  test("an unknown flag ends with 2 and the nearest name", async () => {
    const { code, stderr } = await explain("new-chekout");
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "new-checkout"?');
  });

  test("a text that would rewrite the screen is printed harmless", async () => {
    const { stdout } = await explain("new-checkout", "--context", JSON.stringify({ region: "\u001b[2J\u202eMY" }));
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("\u202e");
  });
});

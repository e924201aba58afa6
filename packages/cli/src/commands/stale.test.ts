import { expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

const files = {
  ...shop,
  "flags/environments/qa.yaml":
    'flags:\n  new-checkout: { on: true, otherwise: "on" }\n  discount: { on: true, otherwise: { none: 50, small: 50 } }\n',
  "src/app.ts":
    'import { newCheckout, timeoutMs } from "./flags.gen.js";\nexport const a = newCheckout({ targetingKey: "u" }) ? timeoutMs() : 0;\n',
};

test("flagwright stale names each flag that may go, with its owner and all that speaks for it", async () => {
  using folder = temporaryFolder(files);
  const at = { cwd: folder.path, now: Date.parse("2028-01-10T12:00:00Z") };
  await flagwright(["generate"], at);
  const { code, stdout } = await flagwright(["stale"], at);
  expect(code).toBe(1);
  expect(stdout).toBe(
    "flag          owner          why it may go\n" +
      "discount      team-pricing   expired 10 days ago; no code uses it\n" +
      "new-checkout  team-checkout  expired 10 days ago; serves on to everybody in qa\n" +
      "\n2 of 3 flags\n",
  );
  expect((await flagwright(["stale", "--json"], at)).json()).toMatchObject({
    format: 1,
    flags: [{ flag: "discount", evidence: [{ why: "expired" }, { why: "unused" }] }, { flag: "new-checkout" }],
  });
});

test("flagwright stale is content with flags that are used, in time and not rolled out", async () => {
  using folder = temporaryFolder(files);
  const at = { cwd: folder.path, now: Date.parse("2026-11-21T12:00:00Z") };
  const { code, stdout } = await flagwright(["stale", "--no-code", "--env", "production"], at);
  expect(stdout).toBe("✓ 3 flags, none of them stale\n");
  expect(code).toBe(0);
  const unknown = await flagwright(["stale", "--no-code", "--env", "prodution"], at);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('Did you mean "production"?');
});

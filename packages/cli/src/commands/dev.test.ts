import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listening } from "../testing/listening.ts";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

test(
  "flagwright dev generates and pushes what is saved, waits out mistakes, and ends all when it is stopped",
  { timeout: 90_000 },
  async () => {
    using folder = temporaryFolder(shop);
    const stop = new AbortController();
    const output = listening();
    const running = flagwright(["dev", "--port", "0"], {
      cwd: folder.path,
      signal: stop.signal,
      onOutput: output.hear,
    });
    await output.until(/✓ generated src\/flags\.gen\.ts.* · made qa · added discount, new-checkout, timeout-ms/);
    const url = (JSON.parse(readFileSync(join(folder.path, ".flagwright/credentials.json"), "utf8")) as { url: string })
      .url;

    const save = (name: string, text: string): void => {
      // As editors do it: a new file takes the old one's name.
      writeFileSync(join(folder.path, "draft"), text);
      renameSync(join(folder.path, "draft"), join(folder.path, name));
    };
    const checkout = shop["flags/new-checkout.yaml"] ?? "";
    save("flags/new-checkout.yaml", checkout.replace("The one-page", "A one-page"));
    await output.until(/changed new-checkout/);
    save("flags/new-checkout.yaml", checkout.replace("default: false", "default: maybe"));
    await output.until(/✗ not generated, not pushed[^]*flags\/new-checkout\.yaml:9:10/);
    save("flags/new-checkout.yaml", checkout);
    await output.until(/✓ .*changed new-checkout/);
    save("flags/later.yaml", checkout.replace("new-checkout", "later"));
    await output.until(/added later/);
    expect((await flagwright(["flags"], { cwd: folder.path })).stdout).toContain("4 flags (shop, development");
    expect(readFileSync(join(folder.path, "src/flags.gen.ts"), "utf8")).toContain("export const later");

    rmSync(join(folder.path, ".flagwright/credentials.json"));
    save("flags/later.yaml", checkout.replace("new-checkout", "later-still"));
    await output.until(/credentials\.json is gone/);

    stop.abort("SIGINT");
    expect(await running).toMatchObject({ code: 0 });
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  },
);

test("flagwright dev needs a project", async () => {
  using folder = temporaryFolder();
  const { code, stderr } = await flagwright(["dev"], { cwd: folder.path });
  expect(code).toBe(2);
  expect(stderr).toContain("flagwright init");
});

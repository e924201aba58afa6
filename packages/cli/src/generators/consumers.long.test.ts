import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { program } from "../../../../scripts/services/program.ts";
import { generate } from "./index.ts";
import { bundle, BUNDLERS } from "./testing/bundle.ts";
import { createConsumer } from "./testing/consumer.ts";
import { input } from "./testing/definitions.ts";
import { webDefinitions } from "./testing/web-definitions.ts";

/** The strictest policy under which a page can load a script and ask its own server. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'";

/** What the server answers: a value for everybody, and one that the code's schema does not allow. */
const VALUES = {
  flags: [
    { key: "regional-discount", value: { percent: 7 }, reason: "STATIC" },
    { key: "loyalty-bonus", value: { percent: "nine" }, reason: "STATIC" },
  ],
};

const APP = `import { connect } from "@flagwright/runtime/browser";
import { loyaltyBonus, regionalDiscount } from "./client.gen.js";
const refused: string[] = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
const client = await connect({ url: location.origin, key: "fw_client_x", context: { targetingKey: "u" } });
const before = refused.length;
let policy = "lets code be made";
try { new Function("return 1")(); } catch { policy = "refuses code that is made"; }
document.body.textContent = JSON.stringify([regionalDiscount(), loyaltyBonus(), before, policy]);
await client.close();
`;

test.each(BUNDLERS)("what %s makes of a client output runs in Chromium under a strict policy", async (bundler) => {
  const chromium = await program("chromium");
  const consumer = await createConsumer();
  const profile = mkdtempSync(join(tmpdir(), "flagwright-chromium-"));
  const { files } = await generate({ ...input, definitions: webDefinitions }, [
    { target: "typescript", output: "client.gen.ts", options: { audience: "client" } },
  ]);
  consumer.write([...files, { path: "app.ts", content: APP }]);
  const code = await bundle(bundler, consumer.root, "app.ts");
  const server = createServer(({ url }, response) => {
    if (url === "/app.js") return response.setHeader("content-type", "text/javascript").end(code);
    if (url?.startsWith("/ofrep/v1/evaluate/flags") === true)
      return response.setHeader("content-type", "application/json").end(JSON.stringify(VALUES));
    response.setHeader("content-security-policy", POLICY).setHeader("content-type", "text/html");
    return response.end('<!doctype html><body>nothing yet</body><script type="module" src="/app.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const words = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`, "--dump-dom"];
    const page = `http://127.0.0.1:${port}/`;
    const { stdout } = await promisify(execFile)(chromium, [...words, "--virtual-time-budget=20000", page]);
    const shown = /<body>([^]*?)<\/body>/.exec(stdout)?.[1] ?? stdout;
    expect(shown.replaceAll("&quot;", '"')).toBe('[{"percent":7},{"percent":1},0,"refuses code that is made"]');
  } finally {
    server.closeAllConnections();
    server.close();
    consumer.remove();
    rmSync(profile, { recursive: true, force: true });
  }
});

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "./index.ts";
import { bundle, BUNDLERS } from "./testing/bundle.ts";
import { createConsumer, type Consumer } from "./testing/consumer.ts";
import { input } from "./testing/definitions.ts";
import { SERVER_ONLY, UNUSED, WEB_OUTPUTS, webDefinitions } from "./testing/web-definitions.ts";

let consumer: Consumer | undefined;
beforeAll(async () => {
  consumer = await createConsumer();
});
afterAll(() => consumer?.remove());

/** Reads two flags, and asks the validators that came with them, as a client does with a value of another schema. */
const app = (entry: string): string => `import { loyaltyBonus, regionalDiscount } from "./${entry}";
const { flags } = (globalThis as any)[Symbol.for("@flagwright/runtime/v1")];
const judge = (key: string, value: unknown) => flags.find(({ data }: any) => data.key === key).validate(value);
console.log(JSON.stringify([
  regionalDiscount().percent, loyaltyBonus().percent,
  judge("regional-discount", { percent: 7 }), judge("regional-discount", { percent: 91 }),
  judge("loyalty-bonus", {}),
]));
`;

const cases = WEB_OUTPUTS.flatMap((each, at) =>
  BUNDLERS.map((bundler) => [bundler, ...each, `${bundler}-${at}`] as const),
);

test.each(cases)("%s bundles a client output of %s: it runs without eval, and ships what is used", async (...each) => {
  if (consumer === undefined) throw new Error("There is no consumer.");
  const [bundler, , entry, { output, options }, folder] = each;
  const { files, problems } = await generate({ ...input, definitions: webDefinitions }, [
    { target: "typescript", output: `${folder}/${output}`, options: { ...options, audience: "client" } },
  ]);
  expect(problems).toEqual([]);
  consumer.write([...files, { path: `${folder}/app.ts`, content: app(entry) }]);
  const code = await bundle(bundler, consumer.root, `${folder}/app.ts`);

  expect(code).toContain("regional-discount");
  for (const word of [...UNUSED, ...SERVER_ONLY])
    expect(code.replaceAll("regional", "").toLowerCase()).not.toContain(word);
  expect(code).not.toMatch(/\beval\b|new Function|\brequire\(/);

  consumer.write([{ path: `${folder}/bundle.mjs`, content: code }]);
  // The switch by which V8 refuses to make code from text: what `script-src` without 'unsafe-eval' does in a browser.
  const words = ["--disallow-code-generation-from-strings", join(consumer.root, folder, "bundle.mjs")];
  expect(execFileSync(process.execPath, words, { encoding: "utf8" })).toBe("[0,1,true,false,false]\n");
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createClient } from "@flagwright/runtime/local";
import { defineFlag } from "@flagwright/runtime/codegen/v1";

const snapshot = JSON.parse(readFileSync(new URL("./snapshot.json", import.meta.url), "utf8"));
const { createClient: required } = createRequire(import.meta.url)("@flagwright/runtime/local");
const modern = defineFlag({ key: "modern", version: 1, type: "boolean", hash: "x", default: false });

// The operator is none of the core: it is loaded, as an ES module and by what CommonJS has for it.
for (const [name, make] of Object.entries({ imported: createClient, required })) {
  const client = make({ snapshot });
  await client.ready;
  console.log(name, client.get(modern, { app: "2.1.0" }), client.get(modern, { app: "1.9.9" }));
}

import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

/** The peer of `pnpm bench generate`: every schema through json-schema-to-typescript, which calls prettier on each. */
const [input = "", output = ""] = process.argv.slice(2);
const schemas = JSON.parse(readFileSync(input, "utf8")) as readonly object[];
const types: string[] = [];
for (const [at, schema] of schemas.entries()) types.push(await compile(schema, `Flag${at}`, { bannerComment: "" }));
writeFileSync(output, types.join("\n"));

import { readFileSync } from "node:fs";
import { connect } from "@flagwright/runtime/node";

const { url, serverKeys } = JSON.parse(readFileSync(".flagwright/credentials.json", "utf8"));
const client = await connect({ url, key: serverKeys.development });
const { greeting } = await import("./flags.bundle.mjs");
console.log(`greeting ${greeting()}`);
await client.close();

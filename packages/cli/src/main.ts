#!/usr/bin/env node
import * as module from "node:module";
import { exitCodes } from "./exit-codes.ts";
import { unsupportedNode } from "./node-version.ts";

// Only what every Node.js can load is imported above: one that is too old shall be told so, and not fail while linking.
const unsupported = unsupportedNode(process.versions.node);
if (unsupported === undefined) {
  // Most of a short command's time is the compiling of its own code.
  module.enableCompileCache();
  const [{ processIo }, { run }] = await Promise.all([import("./io/process-io.ts"), import("./program.ts")]);
  await run(process.argv.slice(2), processIo());
} else {
  process.stderr.write(`${unsupported}\n`);
  process.exitCode = exitCodes.usage;
}

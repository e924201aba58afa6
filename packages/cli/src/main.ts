#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { exitCodes } from "./exit-codes.ts";
import { processIo } from "./io/process-io.ts";
import { unsupportedNode } from "./node-version.ts";
import { run } from "./program.ts";

// Most of a short command's time is the compiling of its own code.
enableCompileCache();
const io = processIo();
const unsupported = unsupportedNode(process.versions.node);
if (unsupported === undefined) await run(process.argv.slice(2), io);
else {
  io.stderr.write(`${unsupported}\n`);
  process.exitCode = exitCodes.usage;
}

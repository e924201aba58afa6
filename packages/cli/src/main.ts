#!/usr/bin/env node
import { exitCodes } from "./exit-codes.ts";
import { processIo } from "./io/process-io.ts";
import { unsupportedNode } from "./node-version.ts";
import { run } from "./program.ts";

const io = processIo();
const unsupported = unsupportedNode(process.versions.node);
if (unsupported === undefined) await run(process.argv.slice(2), io);
else {
  io.stderr.write(`${unsupported}\n`);
  process.exitCode = exitCodes.usage;
}

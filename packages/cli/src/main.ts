#!/usr/bin/env node
import { processIo } from "./io/process-io.ts";
import { run } from "./program.ts";

await run(process.argv.slice(2), processIo());

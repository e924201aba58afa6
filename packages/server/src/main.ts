#!/usr/bin/env node
import { readConfig, helpText, ConfigError } from "./config.ts";
import { createServer, newManagementKey, type RunningServer } from "./server.ts";
import { FolderInUseError, FolderUnusableError } from "./storage/folder-lock.ts";
import { MigrationError } from "./storage/migrations/migrate.ts";

/** Told in their own words: they are about what the server was given, and a stack trace would explain nothing. */
const EXPECTED = [ConfigError, FolderInUseError, FolderUnusableError, MigrationError];

/** Exit codes: 0 ended in good order, 1 could not start or stop, 2 wrong options, 130 and 143 cut by a second signal. */
async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config === "help") {
    process.stdout.write(helpText());
    return;
  }
  if (config.newManagementKey !== undefined) {
    process.stdout.write(`${await newManagementKey(config, config.newManagementKey)}\n`);
    return;
  }
  const server = await createServer(config);
  if (server.credentials !== undefined) process.stdout.write(welcome(server, config.credentialsFile));
  stopOnSignal(server);
  process.send?.({ type: "ready", url: server.url });
}

/** Keys are shown once; where a file takes them they stay out of whatever keeps this output. */
function welcome({ url, credentials }: RunningServer, file: string | undefined): string {
  const keys = file === undefined ? JSON.stringify({ url, ...credentials }, undefined, 2) : `The keys are in ${file}.`;
  return `Flagwright listens on ${url}. This is its first start.\n${keys}\n`;
}

function stopOnSignal(server: RunningServer): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(signal === "SIGINT" ? 130 : 143);
    stopping = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Started by the command line: when that goes without a word, this goes too.
  process.on("disconnect", () => stop("SIGTERM"));
}

function fail(error: unknown): never {
  const expected = EXPECTED.some((kind) => error instanceof kind);
  const text = error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`flagwright-server: ${text}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

await main().catch(fail);

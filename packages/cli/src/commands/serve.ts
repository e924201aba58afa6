import { relative, resolve } from "node:path";
import { CREDENTIALS_FILE } from "../api/credentials.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { logLine } from "../output/log-line.ts";
import { paintFor } from "../output/paint.ts";
import { readOutline } from "../project/outline.ts";
import { prepareServerFolder, serverHome } from "../server-process/server-folder.ts";
import { startServer } from "../server-process/start-server.ts";

interface Options {
  readonly port?: string;
  readonly host?: string;
  readonly data: string;
  readonly credentials: string;
  readonly logLevel: string;
  readonly project?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(serve, io) {
    serve
      .argument("[server-options...]", "after --, handed to the server as they are")
      .option("-p, --port <port>", "port to listen on; 0 takes a free one (default: 4400)")
      .option("--host <address>", "address to listen on (default: 127.0.0.1)")
      .option("--data <dir>", "folder of the embedded database", ".flagwright/data")
      .option("--credentials <file>", "where the keys of the first start are written", CREDENTIALS_FILE)
      .option("--project <key>", "project made at the first start (default: the one of flagwright.yaml)")
      .option("--log-level <level>", "what of its log is shown: error, warn, info, debug", "warn")
      .option("--json", "print the address as one line of JSON")
      .addHelpText(
        "after",
        "\nFor PostgreSQL and Redis: flagwright serve -- --database-url URL --redis-url URL\nThe server ends with this command: Ctrl-C.",
      );
    serve.action(async (serverOptions: readonly string[], options: Options) => {
      const home = serverHome(io.cwd);
      const project = options.project ?? readOutline(io.cwd).project;
      prepareServerFolder(home);
      const signal = io.stopSignal();
      const server = await startServer(io, {
        folder: home,
        // A terminal gets words, a log collector the JSON.
        onLog: (line) =>
          void io.stderr.write(`${io.stderr.isTTY === true ? logLine(line, paintFor(io, io.stderr)) : line}\n`),
        options: [
          ...option("port", options.port),
          ...option("host", options.host),
          ...option("project", project),
          ...option("data", resolve(home, options.data)),
          ...option("credentials", resolve(home, options.credentials)),
          ...option("log-level", options.logLevel),
          ...serverOptions,
        ],
      });
      if (server === undefined) return;
      const shown = (path: string): string => relative(io.cwd, resolve(home, path)) || ".";
      const paint = paintFor(io, io.stdout);
      if (options.json === true)
        io.stdout.write(
          `${JSON.stringify({ url: server.url, pid: server.pid, credentials: resolve(home, options.credentials) })}\n`,
        );
      else
        io.stdout.write(
          `${paint.green("●")} Flagwright listens on ${paint.bold(server.url)}\n\n` +
            `  data  ${shown(options.data)}\n` +
            `  keys  ${shown(options.credentials)} ${paint.dim("(secret; ignored by git)")}\n` +
            `  API   ${server.url}/docs\n\n` +
            `Send this folder's definitions with: flagwright push\n`,
        );
      const end = await server.ended;
      if (signal.aborted) {
        if (options.json !== true) io.stdout.write("\nStopped.\n");
        return;
      }
      io.stderr.write(`The server has ended by itself (${end.signal ?? `code ${end.code ?? "unknown"}`}).\n`);
      io.exitCode = exitCodes.usage;
    });
  },
};

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}`, value];
}

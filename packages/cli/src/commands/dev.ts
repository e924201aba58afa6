import { relative, resolve } from "node:path";
import { CREDENTIALS_FILE, credentialsPath, readCredentials } from "../api/credentials.ts";
import type { Connection } from "../api/connection.ts";
import { withHttp } from "../api/http.ts";
import { ManagementApi } from "../api/management-api.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { incremental, type Found } from "../generators/cache/incremental.ts";
import type { Io } from "../io/io.ts";
import { errorsOf, printDiagnostics } from "../output/diagnostics.ts";
import { printFailure } from "../output/failure.ts";
import { logLine } from "../output/log-line.ts";
import { paintFor } from "../output/paint.ts";
import { progress } from "../output/progress.ts";
import { count } from "../output/text.ts";
import { loadProject } from "../project/load-project.ts";
import { pushable, pushProject, type Pushable } from "../project/push-project.ts";
import { watchProject } from "../project/watch-project.ts";
import { prepareServerFolder } from "../server-process/server-folder.ts";
import { startServer, type ServerProcess } from "../server-process/start-server.ts";

interface Options {
  readonly port?: string;
  readonly data: string;
}

export const command: Command = {
  configure(dev, io) {
    dev
      .option("-p, --port <port>", "port of the server; 0 takes a free one (default: 4400)")
      .option("--data <dir>", "folder of the embedded database", ".flagwright/data")
      .addHelpText(
        "after",
        "\nRuns a server, and generates and pushes now and whenever the definitions change. Ctrl-C ends all.",
      );
    dev.action(async (options: Options) => {
      const { root, project } = loadProject(io.cwd);
      const paint = paintFor(io, io.stdout);
      prepareServerFolder(root);
      const signal = io.stopSignal();
      const server = await startServer(io, {
        folder: root,
        onLog: (line) => void io.stderr.write(`${logLine(line, paintFor(io, io.stderr))}\n`),
        options: [
          ...(options.port === undefined ? [] : ["--port", options.port]),
          `--project=${project.config.project}`,
          `--data=${resolve(root, options.data)}`,
          `--credentials=${credentialsPath(root)}`,
          "--log-level=warn",
        ],
      });
      if (server === undefined) return;
      io.stdout.write(
        `${paint.bold("flagwright")} ${paint.dim(`project ${project.config.project}`)}\n\n` +
          `  server  ${paint.bold(server.url)}\n` +
          `  keys    ${relative(io.cwd, credentialsPath(root))} ${paint.dim("(secret; ignored by git)")}\n` +
          `  flags   ${relative(io.cwd, resolve(root, project.config.flags)) || "."} ${paint.dim("(watched; Ctrl-C ends all)")}\n\n`,
      );
      const stop = new AbortController();
      signal.addEventListener("abort", () => stop.abort(), { once: true });
      void server.ended.then(() => stop.abort());
      const memory: Memory = {};
      try {
        await watchProject(root, stop.signal, () => cycle(root, server, memory, io));
      } finally {
        await server.stop();
      }
      if (signal.aborted) io.stdout.write("\nStopped.\n");
      else {
        const { code, signal: by } = await server.ended;
        throw new Failure(`The server has ended by itself (${by ?? `code ${code ?? "unknown"}`}).`);
      }
    });
  },
};

/** What was pushed last, so that nothing is pushed twice; generating remembers its own. */
interface Memory {
  pushed?: string;
}

/** One turn: generate and push, and say in one line what came of it. A mistake is told and waited out. */
async function cycle(root: string, server: ServerProcess, memory: Memory, io: Io): Promise<void> {
  const paint = paintFor(io, io.stdout);
  const time = paint.dim(new Date(io.now()).toTimeString().slice(0, 8));
  const { report, end } = progress(io);
  try {
    const found = await incremental(root, { now: io.now, report, needsOutputs: false });
    end();
    if (found.state === "refused") {
      const { refused } = found;
      io.stdout.write(`${time} ${paint.red("✗")} not generated, not pushed\n`);
      printDiagnostics(errorsOf(refused), refused, io, io.stdout);
      return;
    }
    const generated = found.state === "made" ? write(found) : found.paths.length > 0 ? [UP_TO_DATE] : [];
    const { inputs } = found.state === "made" ? found.generation : found;
    const contents = JSON.stringify(inputs.map(([path, , , , text]) => [path, text]));
    const isPushed = memory.pushed === contents;
    delete memory.pushed;
    const definitions = found.state === "made" ? found.generation : pushable(loadProject(root, report).project);
    const pushed = isPushed ? [] : await push(root, definitions, server);
    memory.pushed = contents;
    io.stdout.write(
      `${time} ${paint.green("✓")} ${[...generated, ...pushed].join(paint.dim(" · ")) || "nothing to do"}\n`,
    );
  } catch (error) {
    end();
    io.stdout.write(`${time} ${paint.red("✗")}\n`);
    printFailure(error, io);
  } finally {
    io.exitCode = exitCodes.ok;
  }
}

const UP_TO_DATE = "generated code up to date";

function write({ generation, changed }: Extract<Found, { state: "made" }>): readonly string[] {
  generation.write(changed);
  const { orphans, outputs } = generation;
  if (outputs.length === 0 && orphans.length === 0) return [];
  const parts = [
    ...(changed.length === 0 ? [] : [`generated ${few(changed.map(({ path }) => path))}`]),
    ...(orphans.length === 0 ? [] : [`removed ${few(orphans)}`]),
  ];
  return parts.length === 0 ? [UP_TO_DATE] : parts;
}

async function push(root: string, definitions: Pushable, { url }: ServerProcess): Promise<readonly string[]> {
  const credentials = readCredentials(credentialsPath(root));
  if (credentials === undefined)
    throw new Failure(`${CREDENTIALS_FILE} is gone, and the server made its keys at its first start.`, {
      help: "Put the file back, or remove .flagwright to begin anew.",
    });
  const key = definitions.bundle.project;
  const connection: Connection = {
    url,
    key: credentials.managementKey,
    keySource: CREDENTIALS_FILE,
    project: key,
    credentialsProject: credentials.project,
  };
  const { answer, environments } = await withHttp(connection, (http) =>
    // The app that runs beside it was generated from what is being changed; it is generated anew at this moment.
    pushProject(new ManagementApi(http), key, definitions, { dryRun: false, prune: false, force: true }),
  );
  const parts = [
    ...(environments.length > 0 ? [`made ${environments.join(", ")}`] : []),
    ...(["added", "changed", "archived"] as const).flatMap((what) =>
      answer[what].length === 0 ? [] : [`${what} ${few(answer[what])}`],
    ),
  ];
  return parts.length > 0 ? parts : [`${count(answer.unchanged.length, "flag")} as pushed before`];
}

function few(keys: readonly string[]): string {
  return keys.length > 5 ? `${keys.slice(0, 5).join(", ")} and ${keys.length - 5} more` : keys.join(", ");
}

import type { ManagementApi, Place } from "../api/management-api.ts";
import { ApiFailure } from "../api/problem.ts";
import type { KillAnswer } from "../api/resources.ts";
import {
  addNamedEnvironmentOption,
  addServerOptions,
  withNamedEnvironment,
  type ServerOptions,
} from "../api/session.ts";
import { addReasonOption } from "../api/reason-option.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { addRollbackOption, addWaitOptions, showArrival, withReceipt } from "../propagation/wait-option.ts";
import { ofOwn, parseWait, type WaitWords } from "../propagation/wait.ts";

interface Options extends ServerOptions, WaitWords {
  readonly reason: string;
  readonly breakGlass?: boolean;
  readonly json?: boolean;
}

export const command: Command = {
  configure(kill, io) {
    kill.argument("<flag>", "key of the flag; all its versions, unless one is named (checkout@2)");
    addReasonOption(kill, "why; kept in the history and the audit log")
      .option("--break-glass", "when the database is away, tell the clients now and store it when it is back")
      .option("--json", "print the answer as JSON");
    addRollbackOption(addWaitOptions(kill));
    addServerOptions(addNamedEnvironmentOption(kill));
    kill.addHelpText("after", "\nThe flag serves its default at once, to everybody, until: flagwright lift FLAG");
    kill.action((key: string, options: Options) =>
      withNamedEnvironment(options, io, async ({ api, at }) => {
        const asked = parseWait(options, key);
        const answer = await killed(api, at, key, options);
        if (answer.provisional === true) {
          // Clients report what is stored, so what was asked for cannot be confirmed now.
          if (asked !== undefined) io.exitCode = exitCodes.findings;
          return options.json === true ? printJson(io, answer) : reportProvisional(answer, at, asked !== undefined, io);
        }
        const wait = ofOwn(asked, answer);
        if (options.json === true) return printJson(io, await withReceipt(answer, api, at, wait, io));
        report(answer, key, at, io);
        if (wait !== undefined) await showArrival(answer, api, at, wait, io);
      }),
    );
  },
};

async function killed(
  api: ManagementApi,
  at: Place,
  key: string,
  { reason, breakGlass = false }: Options,
): Promise<KillAnswer> {
  try {
    return await api.kill(at, key, reason, { breakGlass });
  } catch (error) {
    const code = error instanceof ApiFailure ? error.problem.code : undefined;
    if (breakGlass || !(error instanceof ApiFailure) || (code !== "UNAVAILABLE" && code !== "DATABASE_READ_ONLY"))
      throw error;
    throw new Failure(error.message, {
      help: "If it cannot wait, repeat it with --break-glass: clients are told now, and it is stored when the database is back.",
    });
  }
}

function report({ flags, revision, killed: by, changed }: KillAnswer, key: string, at: Place, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const name = paint.bold(flags.map(printable).join(", "));
  const was =
    changed?.length !== 0
      ? `killed in ${at.environment} ${paint.dim(`(revision ${revision})`)}`
      : `was killed already in ${at.environment}, by ${printable(by?.by ?? "somebody")} at ${by?.at ?? "some time"}: ${printable(by?.reason ?? "")}`;
  io.stdout.write(`${paint.red("■")} ${name} ${was}\n  Lift it with: flagwright lift ${key} --env ${at.environment}\n`);
}

function reportProvisional({ flags, told }: KillAnswer, at: Place, waits: boolean, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const reached =
    told === undefined ? "its clients" : `${count(told.clients, "connected client")} at ${count(told.nodes, "node")}`;
  const lines = [
    `${paint.red("■")} ${paint.bold(flags.map(printable).join(", "))} killed in ${at.environment}, ${paint.yellow("provisionally")}: the database takes no changes`,
    `  told     ${reached}; whoever connects there gets it too`,
    ...(told?.allNodes === false
      ? ["  nodes    this one reaches no other, so clients of others do not know of it"]
      : []),
    "  stored   as soon as the database is back, with this reason; the server that you asked must live until then",
    ...(waits ? ["  receipt  clients report what is stored, so who has applied it is known only then"] : []),
  ];
  io.stdout.write(`${lines.join("\n")}\n`);
}

import { addEnvironmentOption, addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { addWaitOptions, showArrival, waitOf, withReceipt, type WaitOptions } from "../propagation/wait-option.ts";

interface Options extends ServerOptions, WaitOptions {
  readonly reason?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(lift, io) {
    lift
      .argument("<flag>", "key of the flag; all its versions, unless one is named (checkout@2)")
      .option("-r, --reason <text>", "why; kept in the history and the audit log")
      .option("--json", "print the answer as JSON");
    addWaitOptions(lift);
    addServerOptions(addEnvironmentOption(lift));
    lift.action((key: string, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        const wait = waitOf(options);
        const answer = await api.lift(at, key, options.reason);
        if (options.json === true) return printJson(io, await withReceipt(answer, api, at, wait, io));
        const paint = paintFor(io, io.stdout);
        io.stdout.write(
          `${paint.green("✓")} ${paint.bold(answer.flags.join(", "))} is no longer killed in ${at.environment} ` +
            `${paint.dim(`(revision ${answer.revision})`)}\n`,
        );
        if (wait !== undefined) await showArrival(answer, api, at, wait, io);
      }),
    );
  },
};

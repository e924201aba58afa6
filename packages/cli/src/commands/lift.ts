import {
  addNamedEnvironmentOption,
  addServerOptions,
  withNamedEnvironment,
  type ServerOptions,
} from "../api/session.ts";
import type { Command } from "../command.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { addRollbackOption, addWaitOptions, showArrival, withReceipt } from "../propagation/wait-option.ts";
import { ofOwn, parseWait, type WaitWords } from "../propagation/wait.ts";

interface Options extends ServerOptions, WaitWords {
  readonly reason?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(lift, io) {
    lift
      .argument("<flag>", "key of the flag; all its versions, unless one is named (checkout@2)")
      .option("-r, --reason <text>", "why; kept in the history and the audit log")
      .option("--json", "print the answer as JSON");
    addRollbackOption(addWaitOptions(lift));
    addServerOptions(addNamedEnvironmentOption(lift));
    lift.action((key: string, options: Options) =>
      withNamedEnvironment(options, io, async ({ api, at }) => {
        const asked = parseWait(options, key);
        const answer = await api.lift(at, key, options.reason);
        const wait = ofOwn(asked, answer);
        if (options.json === true) return printJson(io, await withReceipt(answer, api, at, wait, io));
        const paint = paintFor(io, io.stdout);
        const what = answer.changed?.length === 0 ? "was not killed" : "is no longer killed";
        io.stdout.write(
          `${paint.green("✓")} ${paint.bold(answer.flags.join(", "))} ${what} in ${at.environment} ` +
            `${paint.dim(`(revision ${answer.revision})`)}\n`,
        );
        if (wait !== undefined) await showArrival(answer, api, at, wait, io);
      }),
    );
  },
};

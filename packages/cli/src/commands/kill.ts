import { addEnvironmentOption, addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { addWaitOptions, showArrival, waitOf, withReceipt, type WaitOptions } from "../propagation/wait-option.ts";

interface Options extends ServerOptions, WaitOptions {
  readonly reason: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(kill, io) {
    kill
      .argument("<flag>", "key of the flag; all its versions, unless one is named (checkout@2)")
      .requiredOption("-r, --reason <text>", "why; kept in the history and the audit log")
      .option("--json", "print the answer as JSON");
    addWaitOptions(kill);
    addServerOptions(addEnvironmentOption(kill));
    kill.addHelpText("after", "\nThe flag serves its default at once, to everybody, until: flagwright lift FLAG");
    kill.action((key: string, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        const wait = waitOf(options);
        const answer = await api.kill(at, key, options.reason);
        if (options.json === true) return printJson(io, await withReceipt(answer, api, at, wait, io));
        const paint = paintFor(io, io.stdout);
        io.stdout.write(
          `${paint.red("■")} ${paint.bold(answer.flags.join(", "))} killed in ${at.environment} ` +
            `${paint.dim(`(revision ${answer.revision})`)}\n  Lift it with: flagwright lift ${key} --env ${at.environment}\n`,
        );
        if (wait !== undefined) await showArrival(answer, api, at, wait, io);
      }),
    );
  },
};

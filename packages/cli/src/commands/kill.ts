import { addEnvironmentOption, addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";

interface Options extends ServerOptions {
  readonly reason: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(kill, io) {
    kill
      .argument("<flag>", "key of the flag; all its versions, unless one is named (checkout@2)")
      .requiredOption("-r, --reason <text>", "why; kept in the history and the audit log")
      .option("--json", "print the answer as JSON");
    addServerOptions(addEnvironmentOption(kill));
    kill.addHelpText("after", "\nThe flag serves its default at once, to everybody, until: flagwright lift FLAG");
    kill.action((key: string, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        const answer = await api.kill(at, key, options.reason);
        if (options.json === true) return printJson(io, answer);
        const paint = paintFor(io, io.stdout);
        io.stdout.write(
          `${paint.red("■")} ${paint.bold(answer.flags.join(", "))} killed in ${at.environment} ` +
            `${paint.dim(`(revision ${answer.revision})`)}\n  Lift it with: flagwright lift ${key} --env ${at.environment}\n`,
        );
      }),
    );
  },
};

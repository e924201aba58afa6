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
  configure(purge, io) {
    purge
      .argument("[flag]", "for which flag's sake; clients drop everything all the same")
      .requiredOption("-r, --reason <text>", "why; kept in the audit log")
      .option("--json", "print the answer as JSON");
    addWaitOptions(purge);
    addServerOptions(addEnvironmentOption(purge));
    purge.action((flag: string | undefined, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        const wait = waitOf(options);
        const answer = await api.purge(at, options.reason, flag);
        if (options.json === true) return printJson(io, await withReceipt(answer, api, at, wait, io));
        const paint = paintFor(io, io.stdout);
        io.stdout.write(
          `${paint.green("✓")} Caches of ${at.environment} purged ${paint.dim(`(epoch ${answer.epoch}, revision ${answer.revision})`)}\n`,
        );
        if (wait !== undefined) await showArrival(answer, api, at, wait, io);
      }),
    );
  },
};

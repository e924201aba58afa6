import {
  addNamedEnvironmentOption,
  addServerOptions,
  withNamedEnvironment,
  type ServerOptions,
} from "../api/session.ts";
import { addReasonOption } from "../api/reason-option.ts";
import type { Command } from "../command.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { addWaitOptions, showArrival, withReceipt } from "../propagation/wait-option.ts";
import { parseWait, type WaitWords } from "../propagation/wait.ts";

interface Options extends ServerOptions, WaitWords {
  readonly reason: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(purge, io) {
    purge.argument("[flag]", "for which flag's sake; clients drop everything all the same");
    addReasonOption(purge, "why; kept in the audit log").option("--json", "print the answer as JSON");
    addWaitOptions(purge);
    addServerOptions(addNamedEnvironmentOption(purge));
    purge.action((flag: string | undefined, options: Options) =>
      withNamedEnvironment(options, io, async ({ api, at }) => {
        const wait = parseWait(options);
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

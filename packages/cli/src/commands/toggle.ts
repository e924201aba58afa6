import { Argument } from "commander";
import { addEnvironmentOption, addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";

interface Options extends ServerOptions {
  readonly reason?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const command: Command = {
  configure(toggle, io) {
    toggle
      .argument("<flag>", "key of the flag")
      .addArgument(new Argument("[state]", "what it shall be; the other one when left out").choices(["on", "off"]))
      .option("-r, --reason <text>", "why; kept in the history")
      .option("--force", "do it although live clients could not read the value")
      .option("--json", "print the flag as JSON");
    addServerOptions(addEnvironmentOption(toggle));
    toggle.action((key: string, state: "on" | "off" | undefined, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        const before = await api.flag(at, key);
        const on = state === undefined ? !before.state.on : state === "on";
        const after = await api.toggle(at, key, on, {
          reason: options.reason,
          force: options.force,
          // "The other one" is the other one of what was read.
          ...(state === undefined ? { version: before.version } : {}),
        });
        if (options.json === true) return printJson(io, after);
        const paint = paintFor(io, io.stdout);
        const was = before.state.on === on ? "already was" : `was ${before.state.on ? "on" : "off"}`;
        io.stdout.write(
          `${paint.green("✓")} ${paint.bold(after.key)} is ${on ? "on" : "off"} in ${at.environment} ` +
            `${paint.dim(`(${was}; revision ${after.revision})`)}\n`,
        );
        if (on && after.killed !== undefined)
          io.stdout.write(
            `  It is killed, and serves its default until: flagwright lift ${after.key} --env ${at.environment}\n`,
          );
      }),
    );
  },
};

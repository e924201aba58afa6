import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@flagwright/runtime";
import type { FlagState } from "@flagwright/schema";
import { parse } from "yaml";
import type { FlagResource } from "../api/resources.ts";
import { addEnvironmentOption, addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { readText } from "../io/read-text.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { changeLines, changesBetween } from "../state/changes.ts";
import { addRollbackOption, addWaitOptions, showArrival, withReceipt } from "../propagation/wait-option.ts";
import { parseWait, type WaitWords } from "../propagation/wait.ts";
import { parseValue, withValue, withVariant } from "../state/otherwise.ts";
import { parsePercent, parseShares, splitOf } from "../state/weights.ts";

interface Options extends ServerOptions, WaitWords {
  readonly value?: string;
  readonly as?: string;
  readonly default?: boolean;
  readonly split?: readonly string[];
  readonly rollout?: string;
  readonly state?: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly reason?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What to serve can be said in one way at a time. */
const WAYS = ["variant", "value", "default", "split", "rollout", "state"] as const;

export const command: Command = {
  configure(set, io) {
    set
      .argument("<flag>", "key of the flag")
      .argument("[variant]", "the variant for everybody that no target or rule takes")
      .option("--value <json>", "a value instead of a variant; the flag's schema must allow it")
      .option("--as <name>", "what to call the variant that --value makes (custom)")
      .option("--default", "serve the definition's default")
      .option("--split <shares...>", "serve several, in percent: --split none=50 small=50")
      .option("--rollout <percent>", "of a boolean flag: on for this share, off for the rest")
      .option("--state <file>", "replace the whole state by this JSON or YAML file; - reads standard input")
      .option("--on", "switch the flag on as well")
      .option("--off", "switch the flag off as well")
      .option("-r, --reason <text>", "why; kept in the history")
      .option("--force", "do it although live clients could not read the value")
      .option("--json", "print the flag as JSON");
    addRollbackOption(addWaitOptions(set));
    addServerOptions(addEnvironmentOption(set));
    set.addHelpText(
      "after",
      "\nWhen a share changes, only the people who must move do: raising one never moves anybody out of it.",
    );
    set.action((key: string, variant: string | undefined, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        checkOneWay(variant, options);
        const asked = parseWait(options, key);
        const before = await api.flag(at, key);
        const state = switched(await served(before, variant, options, io), options);
        const after = isDeepStrictEqual(before.state, state)
          ? before
          : await api.putState(at, key, state, {
              version: before.version,
              reason: options.reason,
              force: options.force,
            });
        // What was so already needs no waiting.
        const wait = after === before ? undefined : asked;
        if (options.json === true) return printJson(io, await withReceipt(after, api, at, wait, io));
        report(before, after, io);
        if (wait !== undefined) await showArrival(after, api, at, wait, io);
      }),
    );
  },
};

function checkOneWay(variant: string | undefined, options: Options): void {
  const ways = WAYS.filter((way) => (way === "variant" ? variant : options[way]) !== undefined);
  if (ways.length > 1) throw new Failure(`Say what to serve in one way, not in ${ways.length}: ${ways.join(", ")}.`);
  if (options.on === true && options.off === true) throw new Failure("A flag cannot be both on and off.");
  if (ways.length === 0 && options.on !== true && options.off !== true)
    throw new Failure("Say what to set.", {
      help: "For example: flagwright set FLAG VARIANT, or --value, --split, --rollout, --default, --state.",
    });
}

async function served(flag: FlagResource, variant: string | undefined, options: Options, io: Io): Promise<FlagState> {
  const { state, definition } = flag;
  if (variant !== undefined) return withVariant(flag, variant);
  if (options.value !== undefined) return withValue(flag, parseValue(options.value), options.as);
  if (options.default === true) return { ...state, otherwise: { default: true } };
  if (options.split !== undefined)
    return { ...state, otherwise: splitOf(parseShares(options.split), state.otherwise, definition) };
  if (options.rollout !== undefined) {
    if (definition.type !== "boolean")
      throw new Failure(`--rollout is for boolean flags; ${flag.key} is of type ${definition.type}.`, {
        help: "Say which variants: --split a=90 b=10",
      });
    const percent = parsePercent(options.rollout);
    const shares = [
      { variant: "on", percent },
      { variant: "off", percent: 100 - percent },
    ];
    return { ...state, otherwise: splitOf(shares, state.otherwise, definition) };
  }
  return options.state === undefined ? state : parseState(await readText(options.state, io), options.state);
}

function switched(state: FlagState, { on, off }: Options): FlagState {
  return on === true || off === true ? { ...state, on: on === true } : state;
}

/** The server says what is wrong inside; here it is enough that it is one document with members. */
function parseState(text: string, name: string): FlagState {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new Failure(
      `${name === "-" ? "Standard input" : name} is neither JSON nor YAML: ${(error as Error).message}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Failure("A state is an object with the members on, variants, targets, rules and otherwise.", {
      help: "Start from the present one: flagwright flags FLAG --json",
    });
  // What `flags FLAG --json` printed, edited, may be given back whole.
  const { state = value } = value as { readonly state?: JsonObject };
  return state as object as FlagState;
}

function report(before: FlagResource, after: FlagResource, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const changes = changesBetween(before.state, after.state);
  if (changes.length === 0) {
    io.stdout.write(
      `${paint.bold(after.key)} is so already in ${after.environment} ${paint.dim(`(revision ${after.revision})`)}\n`,
    );
    return;
  }
  io.stdout.write(
    `${paint.green("✓")} ${paint.bold(after.key)} in ${after.environment} ${paint.dim(`(revision ${after.revision})`)}\n`,
  );
  io.stdout.write(changeLines(changes, paint));
  if (after.killed !== undefined)
    io.stdout.write(
      `  It is killed, and serves its default until: flagwright lift ${after.key} --env ${after.environment}\n`,
    );
  else if (!after.state.on)
    io.stdout.write(
      `  It is off, so nobody sees this until: flagwright toggle ${after.key} on --env ${after.environment}\n`,
    );
}

import { resolve } from "node:path";
import { initialState, suggestion, wireKey, type FlagDefinition } from "@flagwright/schema";
import { addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { errorsOf, printDiagnostics } from "../output/diagnostics.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { table } from "../output/table.ts";
import { count, printable } from "../output/text.ts";
import { loadProject, type LoadedProject } from "../project/load-project.ts";
import { projectReferences } from "../references/project-references.ts";
import { staleEvidence, type Evidence, type StaleSubject } from "../stale/evidence.ts";

interface Options extends ServerOptions {
  readonly server?: boolean;
  readonly code: boolean;
  readonly tsconfig?: string;
  readonly json?: boolean;
}

interface StaleFlag {
  readonly flag: string;
  readonly owner?: string;
  readonly evidence: readonly Evidence[];
}

export const command: Command = {
  configure(stale, io) {
    stale
      .option("-e, --env <name>", "the environment that counts (default: the last of flagwright.yaml)")
      .option("--server", "take the state from the server instead of the environment's file")
      .option("--no-code", "do not look for uses in the code")
      .option("--tsconfig <file>", "whose paths the imports go by (default: tsconfig.json at the root)")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        "\nEnds with code 1 when there is a flag that has expired, is rolled out to everybody, or is not used.",
      );
    addServerOptions(stale);
    stale.action(async (options: Options) => {
      const loaded = loadProject(io.cwd);
      const { project } = loaded;
      const errors = errorsOf(project);
      if (errors.length > 0) {
        printDiagnostics(errors, project, io, io.stderr);
        io.exitCode = exitCodes.findings;
        return;
      }
      const states = await statesIn(loaded, options, io);
      const uses = options.code ? await usesIn(loaded, options, io) : undefined;
      const today = new Date(io.now()).toISOString().slice(0, 10);
      const found = project.definitions.flatMap(({ value }): readonly StaleFlag[] => {
        const flag = wireKey(value);
        const evidence = staleEvidence({ definition: value, state: states(value), uses: uses?.(flag), today });
        return evidence.length === 0
          ? []
          : [{ flag, ...(value.owner === undefined ? {} : { owner: value.owner }), evidence }];
      });
      if (found.length > 0) io.exitCode = exitCodes.findings;
      if (options.json === true) return printJson(io, { format: 1, flags: found });
      print(found, project.definitions.length, io);
    });
  },
};

type StateOf = (definition: FlagDefinition) => StaleSubject["state"];

async function statesIn({ project }: LoadedProject, options: Options, io: Io): Promise<StateOf> {
  const environment = options.env ?? project.config.environments.at(-1);
  if (environment === undefined) return () => undefined;
  if (options.server === true)
    return withEnvironment({ ...options, env: environment }, io, async ({ api, at }) => {
      const { items } = await api.flags(at);
      const byKey = new Map(items.map((flag) => [flag.key, flag]));
      return (definition) => {
        const flag = byKey.get(wireKey(definition));
        return flag && { environment, value: flag.state, killed: flag.killed !== undefined };
      };
    });
  const file = project.environments.find(({ name }) => name === environment);
  if (file === undefined && options.env !== undefined && !project.config.environments.includes(environment))
    throw new Failure(`There is no environment "${environment}".`, {
      help: suggestion(environment, project.config.environments),
    });
  // Without a file nothing is known: the state is the server's.
  if (file === undefined) return () => undefined;
  const byKey = new Map(file.states.map(({ flag, value }) => [flag, value]));
  return (definition) => {
    const value = byKey.get(wireKey(definition)) ?? initialState(definition);
    return { environment, value, killed: false };
  };
}

async function usesIn(loaded: LoadedProject, { tsconfig }: Options, io: Io): Promise<(flag: string) => number> {
  const references = await projectReferences(loaded, tsconfig === undefined ? undefined : resolve(io.cwd, tsconfig));
  return (flag) => references.filter((reference) => reference.flag === flag).length;
}

function print(found: readonly StaleFlag[], total: number, io: Io): void {
  const paint = paintFor(io, io.stdout);
  if (found.length === 0) {
    io.stdout.write(`${paint.green("✓")} ${count(total, "flag")}, none of them stale\n`);
    return;
  }
  const rows = found.map(({ flag, owner, evidence }) => [
    { text: flag, paint: paint.bold },
    { text: printable(owner ?? "–") },
    { text: evidence.map(({ words }) => printable(words)).join("; "), paint: paint.yellow },
  ]);
  io.stdout.write(table([{ title: "flag" }, { title: "owner" }, { title: "why it may go" }], rows, paint.dim));
  io.stdout.write(paint.dim(`\n${found.length.toLocaleString("en-US")} of ${count(total, "flag")}\n`));
}

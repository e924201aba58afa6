import { parseSnapshot, type Snapshot } from "@flagwright/runtime";
import type { Project } from "@flagwright/schema";
import type { ManagementApi, Place } from "../api/management-api.ts";
import { chosenEnvironment, withEnvironment, withServer, type ServerOptions } from "../api/session.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { readText } from "../io/read-text.ts";
import { requireRoot } from "../project/root.ts";

export interface SnapshotOptions extends ServerOptions {
  readonly snapshot?: string;
  readonly server?: boolean;
}

export interface Loaded {
  readonly snapshot: Snapshot;
  /** Where the snapshot was made from the project's files. */
  readonly project?: Project;
}

/**
 * The snapshot that the options mean: a file, what the server has now, or what the project's own files say.
 *
 * @throws Failure when there is none, or it cannot be read.
 */
export async function loadSnapshot(options: SnapshotOptions, io: Io): Promise<Loaded> {
  if (options.snapshot !== undefined && options.server === true)
    throw new Failure("A snapshot comes from a file or from the server, not from both.");
  if (options.snapshot !== undefined) return { snapshot: await fromFile(options.snapshot, io) };
  return options.server === true ? { snapshot: await fromServer(options, io) } : fromProject(options, io);
}

async function fromFile(name: string, io: Io): Promise<Snapshot> {
  const text = await readText(name, io);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${name} is not JSON: ${(error as Error).message}`);
  }
  const parsed = parseSnapshot(value);
  if (!parsed.ok) throw new Failure(`${name}: ${parsed.error.message}`);
  return parsed.snapshot;
}

/** A server key reads its own environment's snapshot; a management key puts it together from the flags. */
function fromServer(options: SnapshotOptions, io: Io): Promise<Snapshot> {
  const key = options.key ?? io.env["FLAGWRIGHT_KEY"] ?? "";
  if (key.startsWith("fw_server_")) return withServer({ ...options, project: "" }, io, ({ api }) => api.ruleset());
  return withEnvironment(options, io, ({ api, at }) => assemble(api, at));
}

async function assemble(api: ManagementApi, { project, environment }: Place): Promise<Snapshot> {
  const segments = await api.segments({ project, environment });
  const { items, epoch, revision } = await api.flags({ project, environment });
  return {
    format: 1,
    organization: "default",
    project,
    environment,
    epoch,
    revision,
    flags: items.map(({ configuration }) => configuration),
    segments: segments.map(({ segment }) => segment),
  };
}

async function fromProject(options: SnapshotOptions, io: Io): Promise<Loaded> {
  const { fileSnapshot, readProject, suggestion } = await import("@flagwright/schema");
  const project = readProject(requireRoot(io.cwd));
  const errors = project.diagnostics.filter(({ severity }) => severity === "error").length;
  if (errors > 0)
    throw new Failure(`The project's files have ${errors === 1 ? "an error" : `${errors} errors`}.`, {
      help: "See them with: flagwright lint",
    });
  const environment = chosenEnvironment(options, io);
  const snapshot = fileSnapshot(project, environment);
  if (snapshot === undefined)
    throw new Failure(`There is no environment "${environment}".`, {
      help: suggestion(environment, project.config.environments),
    });
  return { snapshot, project };
}

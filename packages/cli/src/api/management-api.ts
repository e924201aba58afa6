import type { DefinitionBundle, FlagState } from "@flagwright/schema";
import type { Snapshot } from "@flagwright/runtime";
import type { Receipt } from "../propagation/receipt.ts";
import type { Wait } from "../propagation/wait.ts";
import type { Http } from "./http.ts";
import type {
  EnvironmentResource,
  FlagPage,
  FlagResource,
  KillAnswer,
  Me,
  ProjectResource,
  PushAnswer,
  ReadersAnswer,
  SegmentResource,
} from "./resources.ts";

/** The largest page that the server gives. */
const PAGE = 200;

/** 10,000 definitions are validated, stored and joined with the state of each environment before the answer begins. */
const PUSH_TIMEOUT_MS = 10 * 60_000;

/** The routes of `/api/v1` that the commands use, typed. Each throws a `Failure` when the server does not agree. */
export class ManagementApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  me(): Promise<Me> {
    return this.#http.send({ method: "GET", path: "/api/v1/me" });
  }

  async projects(): Promise<readonly ProjectResource[]> {
    return (await this.#http.send<{ items: readonly ProjectResource[] }>({ method: "GET", path: "/api/v1/projects" }))
      .items;
  }

  async environments(project: string): Promise<readonly EnvironmentResource[]> {
    const path = `${projectPath(project)}/environments`;
    return (await this.#http.send<{ items: readonly EnvironmentResource[] }>({ method: "GET", path })).items;
  }

  createEnvironment(project: string, key: string): Promise<EnvironmentResource> {
    return this.#http.send({ method: "POST", path: `${projectPath(project)}/environments`, body: { key } });
  }

  push(project: string, bundle: DefinitionBundle, { dryRun, prune, force }: PushOptions): Promise<PushAnswer> {
    const query = new URLSearchParams({ dryRun: String(dryRun), prune: String(prune), force: String(force) });
    const path = `${projectPath(project)}/definitions?${query}`;
    return this.#http.send({ method: "PUT", path, body: bundle, timeoutMs: PUSH_TIMEOUT_MS });
  }

  definitions(project: string): Promise<DefinitionBundle> {
    return this.#http.send({ method: "GET", path: `${projectPath(project)}/definitions` });
  }

  /** Every flag of an environment, all pages. The order is that of the last page. */
  async flags(at: Place): Promise<Omit<FlagPage, "nextCursor">> {
    const items: FlagResource[] = [];
    for (let cursor: string | null = null; ;) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
      const page: FlagPage = await this.#http.send({ method: "GET", path: `${environmentPath(at)}/flags?${query}` });
      items.push(...page.items);
      if (page.nextCursor === null) return { items, epoch: page.epoch, revision: page.revision };
      cursor = page.nextCursor;
    }
  }

  /** Who reads an environment now, and with which schemas. */
  readers(at: Place): Promise<ReadersAnswer> {
    return this.#http.send({ method: "GET", path: `${environmentPath(at)}/clients?schemas=true` });
  }

  flag(at: Place, key: string): Promise<FlagResource> {
    return this.#http.send({ method: "GET", path: flagPath(at, key) });
  }

  putState(at: Place, key: string, state: FlagState, { version, reason, force }: Precondition): Promise<FlagResource> {
    return this.#http.send({
      method: "PUT",
      path: `${flagPath(at, key)}${forced(force)}`,
      body: { state, ...because(reason) },
      ifMatch: `"${version}"`,
    });
  }

  /** With a version, only if that is still the flag's. */
  toggle(
    at: Place,
    key: string,
    on: boolean,
    { version, reason, force }: Partial<Precondition>,
  ): Promise<FlagResource> {
    const body = { on, ...because(reason) };
    return this.#http.send({
      method: "POST",
      path: `${flagPath(at, key)}/toggle${forced(force)}`,
      body,
      ...(version === undefined ? {} : { ifMatch: `"${version}"` }),
    });
  }

  /** Behind broken glass, clients are told even while the database is away; then the answer is provisional. */
  kill(at: Place, key: string, reason: string, { breakGlass = false }: { breakGlass?: boolean }): Promise<KillAnswer> {
    const path = `${flagPath(at, key)}/kill${breakGlass ? "?breakGlass=true" : ""}`;
    return this.#http.send({ method: "POST", path, body: { reason } });
  }

  lift(at: Place, key: string, reason?: string): Promise<KillAnswer> {
    return this.#http.send({ method: "POST", path: `${flagPath(at, key)}/lift`, body: { ...because(reason) } });
  }

  /** Every client drops its caches and takes the current state. Answers with the new order. */
  purge(at: Place, reason: string, flag?: string): Promise<Pick<Receipt, "epoch" | "revision">> {
    const body = { reason, ...(flag === undefined ? {} : { flag }) };
    return this.#http.send({ method: "POST", path: `${environmentPath(at)}/purge`, body });
  }

  /** Who has applied this revision, or a later one, by now. */
  receipt(at: Place, { epoch, revision }: Pick<Receipt, "epoch" | "revision">): Promise<Receipt> {
    const query = `epoch=${epoch}&revision=${revision}`;
    return this.#http.send({ method: "GET", path: `${environmentPath(at)}/receipts?${query}` });
  }

  /** Lets the server wait, and keep what came of it in the audit log. */
  keepReceipt(
    at: Place,
    { epoch, revision }: Pick<Receipt, "epoch" | "revision">,
    { share, regions, timeoutMs, rollback }: Wait,
  ): Promise<Receipt> {
    const body = { epoch, revision, clients: share, regions, timeoutMs, rollback };
    return this.#http.send({ method: "POST", path: `${environmentPath(at)}/receipts`, body });
  }

  async segments(at: Place): Promise<readonly SegmentResource[]> {
    const path = `${environmentPath(at)}/segments`;
    return (await this.#http.send<{ items: readonly SegmentResource[] }>({ method: "GET", path })).items;
  }

  /** Needs a server key, which names its environment. */
  ruleset(): Promise<Snapshot> {
    return this.#http.send({ method: "GET", path: "/sdk/v1/ruleset" });
  }
}

export interface PushOptions {
  /** Say what would change, and change nothing. */
  readonly dryRun: boolean;
  /** Archive what the bundle does not have. */
  readonly prune: boolean;
  /** Also when live clients could not read what they would get. */
  readonly force: boolean;
}

export interface Place {
  readonly project: string;
  readonly environment: string;
}

export interface Precondition {
  readonly version: number;
  readonly reason?: string | undefined;
  /** Change it although live clients could not read the new value. */
  readonly force?: boolean | undefined;
}

function forced(force: boolean | undefined): string {
  return force === true ? "?force=true" : "";
}

function because(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

function projectPath(project: string): string {
  return `/api/v1/projects/${encodeURIComponent(project)}`;
}

function environmentPath({ project, environment }: Place): string {
  return `${projectPath(project)}/environments/${encodeURIComponent(environment)}`;
}

function flagPath(at: Place, key: string): string {
  return `${environmentPath(at)}/flags/${encodeURIComponent(key)}`;
}

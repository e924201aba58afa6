import type { Killed, Overlay } from "@flagwright/runtime";
import type { FastifyRequest } from "fastify";
import type { Distribution } from "../distribution/index.ts";
import { actorOf, type Change } from "../http/change.ts";
import { notFound, Problem } from "../http/problem.ts";
import type { Clock } from "../operations/clock.ts";
import type { Database } from "../storage/database.ts";
import { lastKnown, type EnvironmentParams } from "../tenancy/params.ts";
import type { Environment, Project } from "../tenancy/scope.ts";
import type { FlagParams } from "./flag-params.ts";
import { killFlag, type KillAnswer } from "./kill-flag.ts";

export interface ProvisionalKill extends KillAnswer {
  /** Told to clients, not stored yet. It is stored as soon as the database takes changes again. */
  readonly provisional: true;
  /** Whom it was told to: clients with an open stream, at the nodes that this one hears of. Clients report what is
   * stored, so who has applied it is known only then. */
  readonly told: { readonly clients: number; readonly nodes: number; readonly allNodes: boolean };
}

export interface BreakGlass {
  /**
   * Tells clients of a kill that could not be stored, because the database is away.
   *
   * @throws Problem 503 when this node does not know the environment, so that it could tell nobody.
   */
  kill(request: FastifyRequest<{ Params: FlagParams; Body: { readonly reason: string } }>): Promise<ProvisionalKill>;
  close(): void;
}

export interface BreakGlassOptions {
  readonly database: Database;
  readonly distribution: Distribution;
  readonly clock: Clock;
  readonly committed: (environmentId: string, action: string) => void;
  readonly warn: (fields: object, message: string) => void;
}

interface Pending {
  readonly project: Project;
  readonly environment: Environment;
  readonly key: string;
  readonly reason: string;
  readonly change: Pick<Change, "principal" | "actor" | "at">;
}

/** How often the database is asked whether it takes the kills that wait. */
const RETRY_MS = 500;

/**
 * The kill switch while the database is away. The overlay stands one revision ahead of what this node has, so it masks
 * every base until the change that makes it durable. What waits is kept in memory: a node that dies before the
 * database is back forgets it, though clients that have applied it keep it on disk.
 */
export function createBreakGlass(options: BreakGlassOptions): BreakGlass {
  const { database, distribution, clock, committed, warn } = options;
  const pending: Pending[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function store(kill: Pending): Promise<void> {
    await database.asOrganization(kill.project.organizationId, (trx) => {
      const change: Change = { ...kill.change, trx, touched: () => {}, readers: () => [] };
      return killFlag(change, kill.project, kill.environment, kill.key, { reason: kill.reason, provisional: true });
    });
    committed(kill.environment.id, "flag.kill");
  }

  function later(): void {
    timer ??= setTimeout(async () => {
      timer = undefined;
      for (let kill = pending[0]; kill !== undefined && !closed; kill = pending[0]) {
        try {
          await store(kill);
        } catch (error) {
          if (!(error instanceof Problem)) break;
          warn({ flag: kill.key, problem: error.message }, "a provisional kill could not be stored");
        }
        pending.shift();
      }
      if (pending.length > 0 && !closed) later();
    }, RETRY_MS).unref();
  }

  return {
    async kill(request) {
      const { params, principal, body } = request;
      const known = lastKnown(principal, params satisfies EnvironmentParams);
      // A database that takes no changes may still be read, so that a node without clients can tell those of others.
      const open = known && (await distribution.channels.get(known[1].id).catch(() => undefined));
      const snapshot = open?.channel.state.snapshot;
      if (known === undefined || snapshot === undefined)
        throw new Problem(
          503,
          "DATABASE_AWAY",
          "Service unavailable",
          "The database is away, and this node has no copy of this environment: nobody has used it here. Nothing was " +
            "done. Ask another node.",
          { retryAfter: 1 },
        );
      const [project, environment] = known;
      const flags = snapshot.flags.map((flag) => flag.key).filter((wireKey) => means(params.flag, wireKey));
      if (flags.length === 0)
        throw notFound(
          "flag",
          params.flag,
          snapshot.flags.map((flag) => flag.key),
        );
      const at = new Date(clock.now());
      const actor = actorOf(request);
      const killed: Killed = { at: at.toISOString(), by: actor.name, reason: body.reason };
      const order = { epoch: snapshot.epoch, revision: snapshot.revision + 1 };
      const overlays = flags.map((flag): Overlay => ({ ...order, flag, killed }));
      distribution.announce(
        environment.id,
        overlays.map((overlay) => ({
          event: "kill" as const,
          ...order,
          data: JSON.stringify({ ...overlay, provisional: true }),
        })),
      );
      warn({ flag: params.flag, environment: environment.key }, "a kill was told to clients without being stored");
      pending.push({ project, environment, key: params.flag, reason: body.reason, change: { principal, actor, at } });
      later();
      const nodes = distribution.cluster.of(environment.id);
      const clients = nodes.reduce((sum, { view }) => sum + (view === undefined ? 0 : view.connected + view.silent), 0);
      const told = { clients, nodes: nodes.length, allNodes: distribution.cluster.complete };
      return { flags, ...order, killed, changed: flags, provisional: true, told };
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** A bare key means all versions, `key@1` the first alone. */
function means(key: string, wireKey: string): boolean {
  return key.includes("@") ? wireKey === key.replace(/@1$/, "") : wireKey.split("@")[0] === key;
}

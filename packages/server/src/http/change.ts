import type { FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../access/access.ts";
import type { Actor } from "../audit/audit-log.ts";
import type { ReaderGroup } from "../distribution/index.ts";
import type { Clock } from "../operations/clock.ts";
import type { Database, Trx } from "../storage/database.ts";
import { claimIdempotencyKey, idempotencyKeyOf } from "./idempotency.ts";

/** What a change has at hand: one transaction, one moment, one actor. */
export interface Change {
  readonly trx: Trx;
  readonly principal: Principal;
  readonly actor: Actor;
  readonly at: Date;
  /** The environment has a new revision by this action; who must know is told once it is committed. */
  touched(environmentId: string, action: string): void;
  /** The builds that live clients of an environment run. */
  readers(environmentId: string): readonly ReaderGroup[];
}

export interface Answer {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  /** What a repetition with the same Idempotency-Key gets instead of `body`, when that may be shown only once. */
  readonly repeated?: unknown;
}

/** Runs the work of a write in one transaction and answers after its commit, never before. */
export type RunChange = (
  request: FastifyRequest,
  reply: FastifyReply,
  work: (change: Change) => Promise<Answer>,
) => Promise<FastifyReply>;

export interface ChangeOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly committed: (environmentId: string, action: string) => void;
  readonly readers: (environmentId: string) => readonly ReaderGroup[];
}

export function createRunChange({ database, clock, committed, readers }: ChangeOptions): RunChange {
  return async (request, reply, work) => {
    const { principal } = request;
    const idempotencyKey = idempotencyKeyOf(request);
    const touched = new Map<string, string>();
    const answer = await database.asOrganization(principal.organizationId, async (trx): Promise<Answer> => {
      const at = new Date(clock.now());
      const claim = await claimIdempotencyKey(trx, request, idempotencyKey, at);
      if (claim.earlier !== undefined) return claim.earlier;
      const made = await work({
        trx,
        principal,
        actor: actorOf(request),
        at,
        readers,
        touched: (environmentId, action) => void touched.set(environmentId, action),
      });
      await claim.keep(made);
      return made;
    });
    for (const [environmentId, action] of touched) committed(environmentId, action);
    return send(reply, answer);
  };
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  for (const [name, value] of Object.entries(answer.headers ?? {})) reply.header(name, value);
  return reply.code(answer.status ?? (answer.body === undefined ? 204 : 200)).send(answer.body);
}

export function actorOf(request: FastifyRequest): Actor {
  const agent = request.headers["user-agent"];
  return {
    id: request.principal.keyId,
    name: request.principal.keyName,
    address: request.ip,
    ...(agent === undefined ? {} : { agent: agent.slice(0, MAX_AGENT) }),
    requestId: request.id,
  };
}

/** Longer ones say nothing more. */
const MAX_AGENT = 256;

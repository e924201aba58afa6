import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../operations/clock.ts";
import { Problem } from "../http/problem.ts";
import type { Database } from "../storage/database.ts";
import { findClosedKeys, findKey, type StoredKey } from "../storage/doors.ts";
import type { KeyKind } from "../storage/tables.ts";
import { parseKey, sameHash } from "./api-key.ts";
import { createKeyUse } from "./key-use.ts";

/** Who asks, and how far the key reaches: one environment, one project, or the organization. */
export interface Principal {
  readonly organizationId: string;
  readonly keyId: string;
  readonly keyName: string;
  readonly kind: KeyKind;
  readonly projectId?: string;
  readonly environmentId?: string;
}

export type RequestHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export interface Access {
  /**
   * A hook (`onRequest` or `preHandler`) that sets `request.principal`, or answers 401 without a valid key and 403 when
   * the key is of another kind.
   */
  authenticate(kinds: readonly KeyKind[]): RequestHook;
  /** The same for a key that did not come in a request. */
  principalOf(key: string, kinds: readonly KeyKind[]): Promise<Principal>;
  /** Told the id of each key that is revoked here; returns the function that ends it. */
  onRevoked(listener: (keyId: string) => void): () => void;
  /** To be called after the revocation is committed. */
  announceRevoked(keyId: string): void;
  /** The key was revoked, here or at another node: it is no longer remembered for the time when the database is away. */
  forget(keyId: string): void;
  /** Which of these keys no longer hold, wherever they were revoked, and those that have expired. */
  closedAmong(keyIds: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set by `access.authenticate`; reading it on a route without that hook throws. */
    principal: Principal;
  }
  interface FastifyInstance {
    access: Access;
  }
}

export function createAccess({ database, clock }: { readonly database: Database; readonly clock: Clock }): Access {
  const listeners = new Set<(keyId: string) => void>();
  const use = createKeyUse({ database, clock });
  const remembered = new Map<string, Principal>();
  /** How often a key was revoked. */
  let forgets = 0;

  async function principalOf(text: string, kinds: readonly KeyKind[]): Promise<Principal> {
    const parsed = parseKey(text);
    if (parsed === undefined)
      throw unauthorized("KEY_MALFORMED", 'The key is not of the form "fw_<kind>_<id>_<secret>".');
    const forgetsBefore = forgets;
    const stored = await findKey(database, parsed.id);
    // What the database does not confirm now is not to be believed when it is away.
    remembered.delete(parsed.secretHash);
    // One answer for an unknown id and a wrong secret: nobody learns which ids exist.
    if (stored === undefined || stored.kind !== parsed.kind || !sameHash(stored.secret_hash, parsed.secretHash))
      throw unauthorized("KEY_UNKNOWN", "The key is not known to this server.");
    if (stored.revoked_at !== null) throw unauthorized("KEY_REVOKED", `The key ${stored.id} has been revoked.`);
    if (stored.expires_at !== null && stored.expires_at.getTime() <= clock.now())
      throw unauthorized("KEY_EXPIRED", `The key ${stored.id} expired at ${stored.expires_at.toISOString()}.`);
    use.note(stored);
    const principal = principalFrom(stored);
    // It may be this one that was revoked since the database was asked.
    if (forgetsBefore === forgets) remembered.set(parsed.secretHash, principal);
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    if (!kinds.includes(stored.kind))
      throw new Problem(
        403,
        "KEY_KIND",
        "Forbidden",
        `This needs a ${kinds.join(" or ")} key; ${stored.id} is a ${stored.kind} key.`,
      );
    return principal;
  }

  /** A key that was good when it was last looked up may still do what is urgent while the database is away. */
  async function urgentPrincipalOf(text: string, kinds: readonly KeyKind[]): Promise<Principal> {
    try {
      return await principalOf(text, kinds);
    } catch (error) {
      const principal = remembered.get(parseKey(text)?.secretHash ?? "");
      if (error instanceof Problem || principal === undefined || !kinds.includes(principal.kind)) throw error;
      return principal;
    }
  }

  function forget(keyId: string): void {
    forgets++;
    for (const [hash, principal] of remembered) if (principal.keyId === keyId) remembered.delete(hash);
  }

  return {
    principalOf,
    forget,
    authenticate: (kinds) => async (request) => {
      const text = bearerOf(request.headers.authorization);
      if (text === undefined)
        throw unauthorized("KEY_MISSING", 'Send a key as "Authorization: Bearer fw_<kind>_<id>_<secret>".');
      const urgent = request.routeOptions.config.urgent === true;
      request.principal = await (urgent ? urgentPrincipalOf : principalOf)(text, kinds);
    },
    onRevoked: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    announceRevoked: (keyId) => {
      forget(keyId);
      for (const listener of listeners) listener(keyId);
    },
    closedAmong: (keyIds) =>
      keyIds.length === 0 ? Promise.resolve([]) : findClosedKeys(database, keyIds, clock.now()),
    close: () => use.close(),
  };
}

/** Keys remembered for the time when the database is away. */
const MAX_REMEMBERED = 1_000;

function principalFrom(stored: StoredKey): Principal {
  return {
    organizationId: stored.organization_id,
    keyId: stored.id,
    keyName: stored.name,
    kind: stored.kind,
    ...(stored.project_id === null ? {} : { projectId: stored.project_id }),
    ...(stored.environment_id === null ? {} : { environmentId: stored.environment_id }),
  };
}

function bearerOf(header: string | undefined): string | undefined {
  const match = /^Bearer +(\S+) *$/i.exec(header ?? "");
  return match?.[1];
}

function unauthorized(code: string, detail: string): Problem {
  return new Problem(401, code, "Unauthorized", detail, {
    headers: { "www-authenticate": 'Bearer realm="flagwright"' },
  });
}

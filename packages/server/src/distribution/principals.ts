import type { FastifyRequest } from "fastify";
import type { Access, Principal } from "../access/access.ts";
import { Problem } from "../http/problem.ts";
import type { KeyKind } from "../storage/tables.ts";
import type { Timing } from "./timing.ts";

/** How long a key that was good counts as good without asking. Revocations are told at once, and checked by then. */
const FRESH_MS = 10_000;
/** Keys remembered; the one that came first is forgotten first. */
const MAX_KEYS = 10_000;

interface Known {
  readonly principal: Principal;
  checkedAt: number;
}

export type Authenticate = (request: FastifyRequest, done: (error?: Error) => void) => void;

/**
 * Who asks, without a look-up per request: ten thousand clients that come back at once have one key. While the database
 * is away, keys that were good stay good, so that no outage stops an evaluation.
 */
export class Principals {
  readonly #access: Access;
  readonly #timing: Timing;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<Principal>>();
  /** How often a key was revoked. */
  #forgets = 0;

  constructor(access: Access, timing: Timing) {
    this.#access = access;
    this.#timing = timing;
  }

  /**
   * A hook that sets `request.principal`; the key comes as a bearer token or as `X-API-Key`. It answers at once for a
   * key that is known, since it runs before every evaluation.
   */
  authenticate(kinds: readonly KeyKind[]): Authenticate {
    return (request, done) => {
      const key = keyOf(request);
      if (key === undefined) {
        done(
          new Problem(
            401,
            "KEY_MISSING",
            "Unauthorized",
            'Send a key as "Authorization: Bearer fw_<kind>_<id>_<secret>".',
            { headers: { "www-authenticate": 'Bearer realm="flagwright"' } },
          ),
        );
        return;
      }
      const known = this.#known.get(key);
      if (known !== undefined && kinds.includes(known.principal.kind) && this.#isFresh(known)) {
        request.principal = known.principal;
        done();
        return;
      }
      this.of(key, kinds).then(
        (principal) => {
          request.principal = principal;
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    };
  }

  async of(key: string, kinds: readonly KeyKind[]): Promise<Principal> {
    const known = this.#known.get(key);
    if (known !== undefined && kinds.includes(known.principal.kind)) {
      if (this.#isFresh(known)) return known.principal;
      return this.#ask(key, kinds).catch((error: unknown) => {
        // A problem is an answer: the key is no longer good, nor is one that was revoked meanwhile. Anything else is the
        // database being away.
        if (error instanceof Problem || this.#known.get(key) !== known) throw error;
        known.checkedAt = this.#timing.now();
        return known.principal;
      });
    }
    return this.#ask(key, kinds);
  }

  /** The key is revoked. */
  forget(keyId: string): void {
    this.#forgets++;
    for (const [key, { principal }] of this.#known) if (principal.keyId === keyId) this.#known.delete(key);
  }

  /** The time of day may go back; what was checked at a time to come is checked again. */
  #isFresh({ checkedAt }: Known): boolean {
    const age = this.#timing.now() - checkedAt;
    return age >= 0 && age < FRESH_MS;
  }

  #ask(key: string, kinds: readonly KeyKind[]): Promise<Principal> {
    const name = `${kinds.join()} ${key}`;
    const asking = this.#asking.get(name);
    if (asking !== undefined) return asking;
    const forgets = this.#forgets;
    const answer = this.#access
      .principalOf(key, kinds)
      .then(
        (principal) => {
          // It may be this one that was revoked since the database was asked.
          if (forgets !== this.#forgets) return principal;
          this.#known.delete(key);
          this.#known.set(key, { principal, checkedAt: this.#timing.now() });
          const [oldest] = this.#known.keys();
          if (this.#known.size > MAX_KEYS && oldest !== undefined) this.#known.delete(oldest);
          return principal;
        },
        (error: unknown) => {
          if (error instanceof Problem) this.#known.delete(key);
          throw error;
        },
      )
      .finally(() => this.#asking.delete(name));
    this.#asking.set(name, answer);
    return answer;
  }
}

function keyOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  const header = request.headers["x-api-key"];
  return typeof header === "string" && header !== "" ? header : undefined;
}

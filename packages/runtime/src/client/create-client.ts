import { compile } from "../evaluation/compile.ts";
import type { RegularExpressions } from "../evaluation/operators/operator.ts";
import type { Source } from "../sources/source.ts";
import { becomeDefault } from "./become-default.ts";
import { type Client, clientOf } from "./client.ts";
import { type Attachment, FlagClient } from "./flag-client.ts";
import type { Hook } from "./hook.ts";
import type { Host } from "./host.ts";
import type { Logger } from "./logger.ts";

export interface CommonOptions<Flags> {
  /** The generated index, for `getFlag`. */
  readonly flags?: Flags;
  /** How long `ready` waits at the most, in milliseconds. Default 5,000. */
  readonly readyTimeoutMs?: number;
  /** After this long without confirmation flags count as stale, in milliseconds. Default 60,000; files never age. */
  readonly ttlMs?: number;
  /** Default `console`; `null` for silence. */
  readonly logger?: Logger | null;
  /** Told of every answer: for traces, and whatever the app wants to know. */
  readonly hooks?: readonly Hook[];
  /** Clock, randomness and timers, for tests. */
  readonly host?: Host;
}

/** Flags from a source that the app chooses. */
export interface SourceOptions {
  readonly source: Source;
}

/**
 * Makes a client that is nobody's default, out of a source. Runs anywhere. The same function of
 * `@flagwright/runtime/node` also knows servers and files.
 *
 * @example
 * ```ts
 * const client = createClient({ source: staticSource(snapshot) });
 * client.get(newCheckout, { targetingKey: "user-1" });
 * ```
 */
export function createClient<const Flags = object>(options: CommonOptions<Flags> & SourceOptions): Client<Flags> {
  return clientOf(coreOf(options.source, options), (options.flags ?? {}) as Flags);
}

/**
 * As `createClient`, and makes it the default client, which answers when a flag is called. Waits until flags are
 * there, at the most `readyTimeoutMs`.
 */
export async function connect<const Flags = object>(
  options: CommonOptions<Flags> & SourceOptions,
): Promise<Client<Flags>> {
  const core = coreOf(options.source, options);
  await becomeDefault(core);
  return clientOf(core, (options.flags ?? {}) as Flags);
}

export interface CoreParts {
  readonly attachments?: readonly Attachment[];
  readonly regularExpressions?: RegularExpressions;
}

export function coreOf(source: Source, options: CommonOptions<unknown>, parts: CoreParts = {}): FlagClient {
  const { attachments = [], regularExpressions } = parts;
  const environment = regularExpressions === undefined ? {} : { regularExpressions };
  return new FlagClient({
    ...options,
    source,
    attachments,
    compile: (snapshot, previous) =>
      compile(snapshot, previous === undefined ? environment : { ...environment, previous }),
  });
}

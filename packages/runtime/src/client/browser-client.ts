import type { Flag } from "../codegen/v1/flag.ts";
import type { EvaluationDetails } from "../evaluation/details.ts";
import { becomeDefault } from "./become-default.ts";
import { registered } from "./registered.ts";
import { RemoteClient } from "./remote-client.ts";
import type { RemoteContext, RemoteEvents, RemoteOptions, RemoteStatus } from "./remote-options.ts";

/** Flags of the client output: the context is the client's, so they take none. */
export type ClientFlag<V> = Flag<V>;

/** Holds the values of one context. Nothing throws or waits, but `ready` and `setContext`, which wait for a bounded time. */
export interface BrowserClient {
  get<V>(flag: ClientFlag<V>): V;
  details<V>(flag: ClientFlag<V>): EvaluationDetails<V>;
  /** Whom the values are for. */
  readonly context: RemoteContext;
  /**
   * Asks for the values of somebody else: after signing in, or when a region is chosen. Resolves when they are there;
   * until then the old ones serve, with reason STALE. Never rejects: when the server cannot be reached it is tried again.
   */
  setContext(context: RemoteContext): Promise<void>;
  /** Settles when the first values are there, or after `readyTimeoutMs`. Never rejects. */
  readonly ready: Promise<RemoteStatus>;
  readonly status: RemoteStatus;
  /** Returns what takes the listener off again. */
  on<Name extends keyof RemoteEvents>(name: Name, listener: (event: RemoteEvents[Name]) => void): () => void;
  /** Asks the server now. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a client that is nobody's default. */
export function createClient(options: RemoteOptions): BrowserClient {
  return clientOf(new RemoteClient(options));
}

/**
 * Makes the default client, which answers when a flag is called, and waits until values are there, at the most
 * `readyTimeoutMs`.
 *
 * @example
 * ```ts
 * const client = await connect({ url: "https://flags.example.com", key: "fw_client_…", context: { targetingKey: user.id } });
 * if (newCheckout()) …
 * ```
 */
export async function connect(options: RemoteOptions): Promise<BrowserClient> {
  const core = new RemoteClient(options);
  await becomeDefault(core);
  return clientOf(core);
}

function clientOf(core: RemoteClient): BrowserClient {
  return {
    get: <V>(flag: ClientFlag<V>) => core.value(registered(flag)) as V,
    details: <V>(flag: ClientFlag<V>) => core.details(registered(flag)) as EvaluationDetails<V>,
    get context() {
      return core.context;
    },
    setContext: (context) => core.setContext(context),
    get ready() {
      return core.ready;
    },
    get status() {
      return core.status;
    },
    on: (name, listener) => core.events.on(name, listener),
    refresh: () => core.refresh(),
    close: () => core.close(),
  };
}

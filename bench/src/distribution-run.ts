import type { Credentials } from "@flagwright/server";
import type { Child } from "./distribution-child.ts";
import type { State } from "./distribution-clients.ts";

/** Starts `./distribution-NAME.ts` in a process that ends with the benchmark. */
export type StartChild = (name: string) => Promise<Child>;

export interface Started {
  readonly url: string;
  /** Of a new server only. */
  readonly credentials: Credentials | undefined;
}

/** Tells on standard error how far it is: with ten thousand clients it takes minutes. */
export function progress(what: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
}

const TELL_MS = 5_000;

/**
 * Calls a task that waits for all clients, and tells meanwhile how many there are.
 *
 * @throws with what they have come to, when not all of them get there within `limitMs`.
 */
export async function everybody<Output>(
  clients: Child,
  task: string,
  input: unknown = {},
  limitMs: number = 60_000,
): Promise<Output> {
  let last: State | undefined;
  const ask = async (): Promise<void> => {
    last = await clients.call<State>("state");
  };
  const telling = setInterval(
    () =>
      void ask().then(
        () => progress(`  ${task}: ${describe(last)}`),
        () => {},
      ),
    TELL_MS,
  );
  try {
    return await clients.call<Output>(task, input, limitMs);
  } catch (error) {
    await ask().catch(() => {});
    throw new Error(`${error instanceof Error ? error.message : String(error)}: ${describe(last)}`, { cause: error });
  } finally {
    clearInterval(telling);
  }
}

function describe(state: State | undefined): string {
  if (state === undefined) return "the clients do not answer";
  const errors = Object.entries(state.errors).map(([code, count]) => `, ${count} times ${code}`);
  return `${state.open} of ${state.clients} streams open, ${state.arrived} have it, ${state.refused} told to wait${errors.join("")}`;
}

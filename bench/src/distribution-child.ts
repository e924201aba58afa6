import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a child process can be asked to do: name → function of JSON to JSON. */
export type Tasks = { readonly [name: string]: (input: never) => unknown };

interface Request {
  readonly id: number;
  readonly task: string;
  readonly input: unknown;
}
interface Response {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}

/** In the child: answers the parent's calls, and ends when the parent does. */
export function serveTasks(tasks: Tasks): void {
  process.on("message", async ({ id, task, input }: Request) => {
    try {
      const output: unknown = await tasks[task]?.(input as never);
      process.send?.({ id, output } satisfies Response);
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ id: 0 } satisfies Response);
}

/** No call takes this long on a machine that is not broken: ten thousand clients open within half a minute. */
const LIMIT_MS = 180_000;

/** In the parent: a process of its own, so that what is measured does not share an event loop with who measures. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (output: never) => void; reject: (error: Error) => void }>();
  #nextId = 1;

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#process = child;
    child.on("message", ({ id, output, error }: Response) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(output as never);
      else waiting?.reject(new Error(error));
    });
    child.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the process of the ${name} ended (${signal ?? `exit code ${code}`})`));
      this.#waiting.clear();
    });
  }

  /** Starts `./distribution-NAME.ts`. */
  static async start(name: string): Promise<Child> {
    const path = fileURLToPath(new URL(`./distribution-${name}.ts`, import.meta.url));
    const child = fork(path, [], { execArgv: ["--expose-gc"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await once(child, "message");
    return new Child(name, child);
  }

  /** Rejects when the process ends, and when the answer takes longer than `limitMs`. */
  call<Output>(task: string, input: unknown = {}, limitMs: number = LIMIT_MS): Promise<Output> {
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Output>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, task, input } satisfies Request);
      timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`the ${this.#name} did not finish "${task}" within ${limitMs / 1000} s`));
      }, limitMs);
    });
    return answer.finally(() => clearTimeout(timer));
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }
}

const SETTLE_MS = 500;

/** Bytes that this process holds, once what it no longer needs has been collected and given back. */
export async function residentMemory(): Promise<number> {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** Milliseconds, the same for every process of this machine. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

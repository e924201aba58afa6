import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io/io.ts";
import { run } from "../program.ts";

export interface Result {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed. */
  readonly json: () => unknown;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string | undefined };
  readonly stdin?: string | Readable;
  readonly isTTY?: boolean;
  /** The time, or a clock. */
  readonly now?: number | (() => number);
  readonly signal?: AbortSignal;
  /** Sees what is printed as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Runs `flagwright ARGV` in this process. */
export async function flagwright(argv: readonly string[], surroundings: Surroundings = {}): Promise<Result> {
  const { cwd = tmpdir(), env = {}, stdin = "", isTTY = false, now, onOutput } = surroundings;
  const signal = surroundings.signal ?? new AbortController().signal;
  const stdout = capture(isTTY, onOutput);
  const stderr = capture(isTTY, onOutput);
  const io: Io = {
    stdin: Object.assign(typeof stdin === "string" ? Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]) : stdin, {
      isTTY,
    }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    cwd,
    env,
    now: () => (typeof now === "function" ? now() : (now ?? Date.now())),
    stopSignal: () => signal,
    plain: false,
    exitCode: 0,
  };
  await run(argv, io);
  return {
    code: io.exitCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    json: () => JSON.parse(stdout.text()) as unknown,
  };
}

function capture(isTTY: boolean, onText: ((text: string) => void) | undefined) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      onText?.(chunk.toString("utf8"));
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }),
    text: () => Buffer.concat(chunks).toString("utf8"),
  };
}

/** A folder of its own with these files, removed at the end of the `using` block. */
export function temporaryFolder(
  files: { readonly [path: string]: string } = {},
): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "flagwright-cli-")));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

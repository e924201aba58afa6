import { spawn } from "node:child_process";
import { Failure } from "../failure.ts";

export interface GitAnswer {
  readonly ok: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * The one door to git. Arguments are never read by a shell, and nothing asks for a password or opens a pager.
 *
 * @throws {Failure} when there is no git.
 */
export async function git(cwd: string, args: readonly string[], input?: string): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-c", "core.quotePath=false", ...args], {
      cwd,
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error) =>
      reject(new Failure(`Cannot run git: ${error.message}`, { help: "Install git, or compare with a folder." })),
    );
    child.on("close", (code) =>
      resolve({ ok: code === 0, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8").trim() }),
    );
    // Git may be gone before it has read everything; what it answered says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
  });
}

/** The first line of what git answers, or `undefined` when it refuses. */
export async function gitLine(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const { ok, stdout } = await git(cwd, args);
  return ok ? (stdout.toString("utf8").split("\n")[0] ?? "") : undefined;
}

/** What git answers, cut at NUL. @throws {Failure} with git's own words. */
export async function gitNames(cwd: string, args: readonly string[]): Promise<readonly string[]> {
  const { ok, stdout, stderr } = await git(cwd, args);
  if (!ok) throw new Failure(`git ${args[0] ?? ""} failed: ${stderr}`);
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
}

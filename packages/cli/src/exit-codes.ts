/**
 * What the exit code of every command means. `docs/guide/cli.md` says the same to users; a script may rely on it.
 *
 * - `ok`: done, nothing to report.
 * - `findings`: the command worked and found what it looks for: lint errors, drift, a breaking change.
 * - `usage`: it could not do its work: wrong arguments, no project, no server, a refused key or value.
 * - `undecided`: the question was understood and has no certain answer.
 */
export const exitCodes = { ok: 0, findings: 1, usage: 2, undecided: 3 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

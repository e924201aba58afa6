import { Failure } from "../failure.ts";
import { git, gitLine } from "./git.ts";

/**
 * The commit to compare with: where this branch left the one that is named, so that what others have merged since is
 * not taken for a change of ours; for an ancestor, a tag and a shallow clone that is the named commit itself.
 *
 * @throws {Failure} with the command that mends it.
 */
export async function resolveCommit(cwd: string, name: string): Promise<string> {
  const commit = await gitLine(cwd, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  if (commit === undefined || commit === "") throw await unknownName(cwd, name);
  const base = await gitLine(cwd, ["merge-base", "HEAD", commit]);
  return base === undefined || base === "" ? commit : base;
}

async function unknownName(cwd: string, name: string): Promise<Failure> {
  if ((await gitLine(cwd, ["rev-parse", "--git-dir"])) === undefined)
    return new Failure(`${cwd} is in no git repository, so there is nothing called ${name}.`, {
      help: "Compare with a folder: flagwright check --against path/to/previous",
    });
  if ((await gitLine(cwd, ["rev-parse", "--is-shallow-repository"])) === "true")
    return new Failure(`This clone is shallow and does not have ${name}.`, {
      help: `Fetch it with: ${fetching(name)}`,
    });
  const { stdout } = await git(cwd, ["for-each-ref", "--format=%(refname:short)", "--count=8"]);
  const known = stdout.toString("utf8").trim().split("\n").filter(Boolean);
  return new Failure(`There is no commit, branch or tag ${name}.`, {
    help: known.length === 0 ? "The repository has no commits yet." : `There is ${known.join(", ")}.`,
  });
}

/** The least that brings the name in, in a clone as CI makes them. */
function fetching(name: string): string {
  const remote = /^origin\/(.+)$/.exec(name)?.[1];
  if (remote !== undefined) return `git fetch --depth=1 origin ${remote}:refs/remotes/origin/${remote}`;
  const ancestors = /^HEAD(?:~(\d+)|(\^+))?$/.exec(name);
  if (ancestors !== null) return `git fetch --deepen=${ancestors[1] ?? ancestors[2]?.length ?? 1}`;
  return /^v?\d/.test(name) ? `git fetch --depth=1 origin tag ${name}` : "git fetch --unshallow";
}

import { Failure } from "../failure.ts";
import { git } from "./git.ts";

/** The texts of files at a commit, by path relative to the repository; those that the commit does not have are left out. */
export async function readBlobs(
  cwd: string,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = await readObjects(
    cwd,
    paths.map((path) => `${commit}:${path}`),
  );
  return new Map([...texts].map(([name, text]) => [name.slice(commit.length + 1), text]));
}

/** The texts of files by `commit:path`; those that are not there are left out. One process for all of them. */
export async function readObjects(cwd: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  // A line each: a name that holds one could ask for something else.
  const asked = names.filter((name) => !name.includes("\n"));
  if (asked.length === 0) return texts;
  const { ok, stdout, stderr } = await git(cwd, ["cat-file", "--batch"], asked.map((name) => `${name}\n`).join(""));
  if (!ok) throw new Failure(`git cat-file failed: ${stderr}`);
  let offset = 0;
  for (const name of asked) {
    const end = stdout.indexOf(0x0a, offset);
    const header = stdout.toString("utf8", offset, end);
    offset = end + 1;
    const size = / blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) {
      // Missing, or a folder, whose content follows as well.
      const other = / (?:tree|commit|tag) (\d+)$/.exec(header)?.[1];
      if (other !== undefined) offset += Number(other) + 1;
      continue;
    }
    texts.set(name, stdout.toString("utf8", offset, offset + Number(size)));
    offset += Number(size) + 1;
  }
  return texts;
}

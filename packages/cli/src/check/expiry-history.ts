import { CONFIG_FILE, parseProject, type Project, wireKey } from "@flagwright/schema";
import { gitNames } from "../git/git.ts";
import { readObjects } from "../git/read-blobs.ts";

/** More extended flags in one change are a campaign; the history of the first ones tells enough. */
const MAX_FLAGS = 20;
/** An expiry that was moved in more commits than this needs no exact count. */
const MAX_COMMITS = 200;

export interface ExpiryHistoryOptions {
  readonly root: string;
  /** The commit whose history is read. */
  readonly commit: string;
  /** Where the project is in the repository: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly previous: Project;
  readonly current: Project;
}

/** Wire key → expiry dates before the previous one, newest first, of flags whose expiry is moved or removed now. */
export async function expiryHistory({
  root,
  commit,
  prefix,
  previous,
  current,
}: ExpiryHistoryOptions): Promise<ReadonlyMap<string, readonly string[]>> {
  const now = new Map(current.definitions.map(({ value }) => [wireKey(value), value]));
  const extended = previous.definitions.filter(({ value }) => {
    const after = now.get(wireKey(value));
    return value.expires !== undefined && after !== undefined && (after.expires ?? "9999") > value.expires;
  });
  const flags = extended.slice(0, MAX_FLAGS);
  if (flags.length === 0) return new Map();
  const log = [
    "log",
    "-z",
    `--max-count=${MAX_COMMITS}`,
    "--format=%H",
    commit,
    "--",
    ...flags.map(({ file }) => file),
  ];
  const commits = (await gitNames(root, log)).map((each) => each.trim());
  const config = previous.files.get(CONFIG_FILE) ?? "";
  const names = flags.flatMap(({ file }) => commits.map((hash) => `${hash}:${prefix}${file}`));
  const texts = await readObjects(root, names);
  return new Map(
    flags.map(({ file, value }) => {
      const key = wireKey(value);
      // Most commits change another of the files, so most texts come again and again.
      const known = new Map<string, readonly string[]>();
      const dates = commits.flatMap((hash) => {
        const text = texts.get(`${hash}:${prefix}${file}`);
        if (text === undefined) return [];
        const date = known.get(text) ?? expiryIn(text, file, key, config);
        known.set(text, date);
        return date;
      });
      return [key, dates];
    }),
  );
}

function expiryIn(text: string, file: string, key: string, config: string): readonly string[] {
  const files = new Map([
    [CONFIG_FILE, config],
    [file, text],
  ]);
  const expires = parseProject(files).definitions.find(({ value }) => wireKey(value) === key)?.value.expires;
  return expires === undefined ? [] : [expires];
}

import type { Patch } from "@flagwright/runtime";
import type { EnvironmentName } from "./change-source.ts";

/** A flag that changes so often that only those who read it should be woken. All its versions are hot. */
export interface HotFlag {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
}

/** Names that one stream may give. More of them is a client that reads everything. */
export const MAX_READS = 200;
const KEY = /^[a-z][a-z0-9]*([-.][a-z0-9]+)*$/;
const MAX_KEY = 100;

/** `shop/production/stock-level`, several with commas between them. `undefined` when it is not of that form. */
export function parseHotFlags(text: string): readonly HotFlag[] | undefined {
  const flags = text.split(",").map((each): HotFlag | undefined => {
    const [project, environment, flag, ...more] = each.trim().split("/");
    if (project === undefined || environment === undefined || flag === undefined || more.length > 0) return undefined;
    return [project, environment, flag].every(isKey) ? { project, environment, flag } : undefined;
  });
  return flags.includes(undefined) ? undefined : (flags as readonly HotFlag[]);
}

/** The hot flags that a stream says it reads, `stock-level,banner`; `undefined` when that is no list of keys. */
export function parseReads(text: string): ReadonlySet<string> | undefined {
  const keys = text === "" ? [] : text.split(",");
  return keys.length <= MAX_READS && keys.every(isKey) ? new Set(keys) : undefined;
}

export function hotFlagsOf(flags: readonly HotFlag[], { project, environment }: EnvironmentName): ReadonlySet<string> {
  return new Set(flags.filter((each) => each.project === project && each.environment === environment).map(bare));
}

/**
 * The bare keys of the flags that a patch moves, if all of them are hot and nothing else moves; else `undefined`. A flag that
 * is killed concerns everybody.
 */
export function onlyHot({ put, delete: gone }: Patch, hot: ReadonlySet<string>): ReadonlySet<string> | undefined {
  if (hot.size === 0 || put.segments.length + gone.segments.length + gone.flags.length > 0) return undefined;
  const moved = new Set<string>();
  for (const { key, killed } of put.flags) {
    const [flag = key] = key.split("@");
    if (killed !== undefined || !hot.has(flag)) return undefined;
    moved.add(flag);
  }
  return moved;
}

const bare = ({ flag }: HotFlag): string => flag;

function isKey(text: string): boolean {
  return text.length <= MAX_KEY && KEY.test(text);
}

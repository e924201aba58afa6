import { Failure } from "../failure.ts";
import { parsePercent } from "../state/weights.ts";

/** What to wait for after a change, and for how long. */
export interface Wait {
  /** Share of the connected clients, 0 to 1; 0 when only regions are waited for. */
  readonly share: number;
  /** So many regions, or these. */
  readonly regions?: number | readonly string[];
  readonly timeoutMs: number;
  /** The flag to put back to what it was when time is up. */
  readonly rollback?: string;
}

/** The server itself waits for regions and before it rolls back; proxies give up on longer requests. */
const SERVER_WAITS_MS = 30_000;

export interface WaitWords {
  /** `true` without a share. */
  readonly wait?: string | true;
  readonly regions?: string;
  readonly timeout: string;
  readonly rollback?: boolean;
}

/**
 * `undefined` when there is nothing to wait for.
 *
 * @param flag What `--rollback` would put back.
 * @throws Failure for a share, a time or a list of regions that is none.
 */
export function parseWait({ wait, regions, timeout, rollback }: WaitWords, flag?: string): Wait | undefined {
  const timeoutMs = parseTime(timeout);
  if (wait === undefined && regions === undefined) {
    if (rollback === true)
      throw new Failure("--rollback acts when something is not reached in time; say what.", {
        help: "Add --wait 99%, or --regions eu,us.",
      });
    return undefined;
  }
  if ((regions !== undefined || rollback === true) && timeoutMs > SERVER_WAITS_MS)
    throw new Failure(`With --regions or --rollback the server waits, for 30s at most, not for ${timeout}.`);
  return {
    share: wait === undefined ? 0 : parsePercent(wait === true ? "99%" : wait) / 100,
    ...(regions === undefined ? {} : { regions: parseRegions(regions) }),
    timeoutMs,
    ...(rollback === true && flag !== undefined ? { rollback: flag } : {}),
  };
}

/** What was so already is somebody else's doing, and not for this command to put back. */
export function ofOwn(wait: Wait | undefined, { changed }: { readonly changed?: readonly string[] }): Wait | undefined {
  if (wait === undefined || changed?.length !== 0) return wait;
  const { share, timeoutMs, regions } = wait;
  return { share, timeoutMs, ...(regions === undefined ? {} : { regions }) };
}

function parseTime(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(text.trim());
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? "s"];
  if (match === null || unit === undefined)
    throw new Failure(`"${text}" is no time.`, { help: "Write it as 30s, 500ms or 2m." });
  return Number(match[1]) * unit;
}

function parseRegions(text: string): number | readonly string[] {
  if (/^\d+$/.test(text)) return Number(text);
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === ""))
    throw new Failure(`"${text}" names no regions.`, { help: "Write --regions eu,us, or how many: --regions 2." });
  return names;
}

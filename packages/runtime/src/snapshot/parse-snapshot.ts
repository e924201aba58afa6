import { type Check, inside, integer, list, type Malformed, members, oneOf, text } from "./check.ts";
import { flag, key, killed, segment } from "./check-flag.ts";
import { MAX_FLAGS, MAX_KEY_LENGTH, MAX_SEGMENTS } from "./limits.ts";
import { type Overlay, type Patch, type Snapshot, SNAPSHOT_FORMAT } from "./model.ts";

/** Why a snapshot, patch or overlay was refused. Nothing of it has been taken over. */
export interface RefusedInput {
  /** A JSON pointer (RFC 6901) to the place; empty for the whole input. */
  readonly pointer: string;
  /** A sentence: `Snapshot refused: /flags/3/salt must be a string.` */
  readonly message: string;
}

export type Parsed<Name extends string, T> =
  ({ readonly ok: true } & { readonly [N in Name]: T }) | { readonly ok: false; readonly error: RefusedInput };

const order = integer(0, Number.MAX_SAFE_INTEGER);
const format = oneOf(SNAPSHOT_FORMAT);
const name = text(MAX_KEY_LENGTH);

const snapshot = members({
  format,
  organization: name,
  project: name,
  environment: name,
  epoch: order,
  revision: order,
  flags: list(flag, MAX_FLAGS),
  segments: list(segment, MAX_SEGMENTS),
});

const patch = members({
  format,
  epoch: order,
  from: order,
  to: order,
  put: members({ flags: list(flag, MAX_FLAGS), segments: list(segment, MAX_SEGMENTS) }),
  delete: members({ flags: list(key, MAX_FLAGS), segments: list(key, MAX_SEGMENTS) }),
});

const overlay = members({
  epoch: order,
  revision: order,
  flag: key,
  killed: (value) => (value === null ? undefined : killed(value)),
});

/**
 * Takes parsed JSON that came from anywhere and says whether it is a snapshot that this code can use. Never throws.
 *
 * @example
 * ```ts
 * const parsed = parseSnapshot(JSON.parse(text));
 * if (parsed.ok) client.take(parsed.snapshot);
 * else report(parsed.error.message);
 * ```
 */
export function parseSnapshot(input: unknown): Parsed<"snapshot", Snapshot> {
  const error = refusal("Snapshot", snapshot, input) ?? repeated("Snapshot", input as Snapshot);
  return error === undefined ? { ok: true, snapshot: input as Snapshot } : { ok: false, error };
}

/** As {@link parseSnapshot}, for what changed between two revisions. */
export function parsePatch(input: unknown): Parsed<"patch", Patch> {
  const error =
    refusal("Patch", patch, input) ?? repeated("Patch", (input as Patch).put, "/put") ?? backwards(input as Patch);
  return error === undefined ? { ok: true, patch: input as Patch } : { ok: false, error };
}

/** As {@link parseSnapshot}, for a kill or its lift. */
export function parseOverlay(input: unknown): Parsed<"overlay", Overlay> {
  const error = refusal("Overlay", overlay, input);
  return error === undefined ? { ok: true, overlay: input as Overlay } : { ok: false, error };
}

function refusal(what: string, check: Check, input: unknown): RefusedInput | undefined {
  let problem: Malformed | undefined;
  try {
    problem = check(input);
  } catch {
    // Only an object that is not parsed JSON can get here: a proxy, a getter that throws.
    problem = { pointer: "", message: "could not be read" };
  }
  return problem && refused(what, problem);
}

function refused(what: string, { pointer, message }: Malformed): RefusedInput {
  return { pointer, message: `${what} refused: ${pointer === "" ? "it" : pointer} ${message}.` };
}

/** Two flags of one key would make the answer depend on which one is read. */
function repeated(
  what: string,
  { flags, segments }: Pick<Snapshot, "flags" | "segments">,
  at = "",
): RefusedInput | undefined {
  for (const [list, items] of [
    ["flags", flags],
    ["segments", segments],
  ] as const) {
    const seen = new Set<string>();
    for (const [index, { key }] of items.entries()) {
      if (seen.has(key))
        return refused(what, { pointer: `${at}/${list}/${index}`, message: `repeats the key ${JSON.stringify(key)}` });
      seen.add(key);
    }
  }
  return undefined;
}

function backwards({ from, to }: Patch): RefusedInput | undefined {
  return to > from
    ? undefined
    : refused("Patch", inside("to", { pointer: "", message: `must be greater than ${from}, and is ${to}` }));
}

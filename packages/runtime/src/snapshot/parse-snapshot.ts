import { type Check, integer, members, oneOf, text } from "./check.ts";
import { flags, segments } from "./check-flag.ts";
import { MAX_KEY_LENGTH } from "./limits.ts";
import { type Snapshot, SNAPSHOT_FORMAT } from "./model.ts";
import { type Parsed, refusal } from "./refusal.ts";

export const order: Check = integer(0, Number.MAX_SAFE_INTEGER);
export const format: Check = oneOf(SNAPSHOT_FORMAT);
const name = text(MAX_KEY_LENGTH);

const snapshot = members({
  format,
  organization: name,
  project: name,
  environment: name,
  epoch: order,
  revision: order,
  flags,
  segments,
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
  const error = refusal("Snapshot", snapshot, input);
  return error === undefined ? { ok: true, snapshot: input as Snapshot } : { ok: false, error };
}

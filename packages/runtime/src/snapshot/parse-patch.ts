import { inside, list, members } from "./check.ts";
import { flags, key, killed, segments } from "./check-flag.ts";
import { MAX_FLAGS } from "./limits.ts";
import type { Overlay, Patch } from "./model.ts";
import { format, order } from "./parse-snapshot.ts";
import { type Parsed, refusal } from "./refusal.ts";

const keys = list(key, MAX_FLAGS);
const shape = members({
  format,
  epoch: order,
  from: order,
  to: order,
  put: members({ flags, segments }),
  delete: members({ flags: keys, segments: keys }),
});

const overlay = members({
  epoch: order,
  revision: order,
  flag: key,
  killed: (value) => (value === null ? undefined : killed(value)),
});

/** As `parseSnapshot`, for what changed between two revisions. */
export function parsePatch(input: unknown): Parsed<"patch", Patch> {
  const error = refusal("Patch", (value) => shape(value) ?? backwards(value as Patch), input);
  return error === undefined ? { ok: true, patch: input as Patch } : { ok: false, error };
}

/** As `parseSnapshot`, for a kill or its lift. */
export function parseOverlay(input: unknown): Parsed<"overlay", Overlay> {
  const error = refusal("Overlay", overlay, input);
  return error === undefined ? { ok: true, overlay: input as Overlay } : { ok: false, error };
}

function backwards({ from, to }: Patch): ReturnType<typeof shape> {
  return to > from ? undefined : inside("to", [`must be greater than ${from}, and is ${to}`]);
}

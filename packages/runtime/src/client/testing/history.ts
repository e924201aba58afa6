import { applyPatch } from "../../snapshot/apply-patch.ts";
import type { Overlay, Patch, Snapshot } from "../../snapshot/model.ts";
import { bannerFlag, checkoutFlag, patchOf, snapshotOf } from "./flags.ts";

const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };

/** What happens to an environment, in order. */
export type Change = "text" | "kill" | "lift" | "purge";

/** An environment's history: each state with the messages that announced it. */
export interface Step {
  readonly snapshot: Snapshot;
  readonly patch?: Patch;
  readonly overlay?: Overlay;
}

export function history(changes: readonly Change[]): readonly Step[] {
  const steps: Step[] = [{ snapshot: snapshotOf(0, [bannerFlag("0"), checkoutFlag(true)]) }];
  for (const change of changes) {
    const { snapshot } = steps.at(-1) as Step;
    const { epoch, revision } = snapshot;
    if (change === "purge") {
      steps.push({ snapshot: { ...snapshot, epoch: epoch + 1, revision: 0 } });
      continue;
    }
    const to = revision + 1;
    const flag =
      change === "text" ? bannerFlag(`${epoch}.${to}`) : checkoutFlag(true, change === "kill" ? { killed } : {});
    const patch = patchOf(revision, to, [flag], epoch);
    const overlay = { epoch, revision: to, flag: "new-checkout", killed: change === "kill" ? killed : null };
    steps.push({
      snapshot: applyPatch(snapshot, patch),
      patch,
      ...(change === "text" ? {} : { overlay }),
    });
  }
  return steps;
}

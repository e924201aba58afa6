import { breakNeedsNewVersion } from "./break-needs-new-version.ts";
import { bucketingSame } from "./bucketing-same.ts";
import { contextNoNewRequired } from "./context-no-new-required.ts";
import { contextNotNarrowed } from "./context-not-narrowed.ts";
import { defaultChanged } from "./default-changed.ts";
import { expiryExtended } from "./expiry-extended.ts";
import { flagKeyNotReused } from "./flag-key-not-reused.ts";
import { flagNoDelete } from "./flag-no-delete.ts";
import { flagSameKind } from "./flag-same-kind.ts";
import { liveClientsCanRead } from "./live-clients-can-read.ts";
import { renameWithoutAlias } from "./rename-without-alias.ts";
import { requiresAdded } from "./requires-added.ts";
import { saltSame } from "./salt-same.ts";
import { segmentNoDelete } from "./segment-no-delete.ts";
import { staleOverSla } from "./stale-over-sla.ts";
import { sunsetNotEarlier } from "./sunset-not-earlier.ts";
import { sunsetPassed } from "./sunset-passed.ts";
import { storedStateValid } from "./stored-state-valid.ts";
import { suppressionExpired } from "./suppression-expired.ts";
import { valueNotNarrowed } from "./value-not-narrowed.ts";
import { valueNotWidened } from "./value-not-widened.ts";
import { valueTypeAssignable } from "./value-type-assignable.ts";
import { variantNoDelete } from "./variant-no-delete.ts";
import { variantValueChanged } from "./variant-value-changed.ts";
import { visibilityNotNarrowed } from "./visibility-not-narrowed.ts";
import type { BreakingRule } from "./rule.ts";

/** Every breaking rule. A new one is its file, its fixtures and one line here. */
export const breakingRules: readonly BreakingRule[] = [
  breakNeedsNewVersion,
  bucketingSame,
  contextNoNewRequired,
  contextNotNarrowed,
  defaultChanged,
  expiryExtended,
  flagKeyNotReused,
  flagNoDelete,
  flagSameKind,
  liveClientsCanRead,
  renameWithoutAlias,
  requiresAdded,
  saltSame,
  segmentNoDelete,
  staleOverSla,
  sunsetNotEarlier,
  sunsetPassed,
  storedStateValid,
  suppressionExpired,
  valueNotNarrowed,
  valueNotWidened,
  valueTypeAssignable,
  variantNoDelete,
  variantValueChanged,
  visibilityNotNarrowed,
];

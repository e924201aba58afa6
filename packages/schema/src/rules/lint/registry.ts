import { attributeInContext } from "./attribute-in-context.ts";
import { conditionPossible } from "./condition-possible.ts";
import { contextAttributeKnown } from "./context-attribute-known.ts";
import { defaultMatchesSchema } from "./default-matches-schema.ts";
import { defaultPresent } from "./default-present.ts";
import { descriptionPresent } from "./description-present.ts";
import { expiryNotPast } from "./expiry-not-past.ts";
import { expiryPresent } from "./expiry-present.ts";
import { fileNamedAfterFlag } from "./file-named-after-flag.ts";
import { keyUnique } from "./key-unique.ts";
import { nameNoCollision } from "./name-no-collision.ts";
import { noYamlTrap } from "./no-yaml-trap.ts";
import { objectClosed } from "./object-closed.ts";
import { operandType } from "./operand-type.ts";
import { ownerPresent } from "./owner-present.ts";
import { rangesApart } from "./ranges-apart.ts";
import { replacementKnown } from "./replacement-known.ts";
import { requiresContextCovered } from "./requires-context-covered.ts";
import { requiresKnownFlag } from "./requires-known-flag.ts";
import { requiresNoCycle } from "./requires-no-cycle.ts";
import { requiresNotDeep } from "./requires-not-deep.ts";
import { ruleReachable } from "./rule-reachable.ts";
import { segmentContextCovered } from "./segment-context-covered.ts";
import { segmentKnown } from "./segment-known.ts";
import { segmentNoCycle } from "./segment-no-cycle.ts";
import { splitAddsUp } from "./split-adds-up.ts";
import { splitHasBucketing } from "./split-has-bucketing.ts";
import { variantKnown } from "./variant-known.ts";
import { variantsMatchSchema } from "./variants-match-schema.ts";
import { versionNoGap } from "./version-no-gap.ts";
import type { LintRule } from "./rule.ts";

/** Every lint rule. A new one is its file, its fixtures and one line here. */
export const lintRules: readonly LintRule[] = [
  attributeInContext,
  conditionPossible,
  contextAttributeKnown,
  defaultMatchesSchema,
  defaultPresent,
  descriptionPresent,
  expiryNotPast,
  expiryPresent,
  fileNamedAfterFlag,
  keyUnique,
  nameNoCollision,
  noYamlTrap,
  objectClosed,
  operandType,
  ownerPresent,
  rangesApart,
  replacementKnown,
  requiresContextCovered,
  requiresKnownFlag,
  requiresNoCycle,
  requiresNotDeep,
  ruleReachable,
  segmentContextCovered,
  segmentKnown,
  segmentNoCycle,
  splitAddsUp,
  splitHasBucketing,
  variantKnown,
  variantsMatchSchema,
  versionNoGap,
];

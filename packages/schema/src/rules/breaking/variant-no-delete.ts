import { wireKey } from "../../definition/identity.ts";
import { at, type BreakingRule } from "./rule.ts";

export const variantNoDelete: BreakingRule = {
  id: "VARIANT_NO_DELETE",
  purpose: "No variant disappears.",
  categories: ["STORED"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A variant that the definition no longer has.",
    why: "Rules in the environments serve it by name, and would name nothing. Code that reads `flag.variants.small` compiles still, and gets `undefined`.",
    example: "variants:\n  none: { percent: 0 }   # small was here",
    fix: "Keep the variant until no environment serves it, or make a new version.",
  },
  *check({ before, after }) {
    const names = new Set(after.value.variants.map(([name]) => name));
    // Another type has other variants; that is said once.
    if (before.value.type !== after.value.type) return;
    for (const [name] of before.value.variants)
      if (!names.has(name))
        yield {
          ...at(after, "/variants"),
          message: `The variant ${JSON.stringify(name)} is gone.`,
          help: "Keep it until no environment serves it, or make a new version.",
          command: `flagwright bump ${wireKey(after.value)}`,
          identity: name,
        };
  },
};

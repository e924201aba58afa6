import { type BreakingRule, was } from "./rule.ts";

export const segmentNoDelete: BreakingRule = {
  id: "SEGMENT_NO_DELETE",
  purpose: "No segment disappears.",
  categories: ["STORED"],
  severity: "error",
  pair: "removed-segment",
  docs: {
    what: "A segment whose file is gone.",
    why: "Rules that are stored in the environments ask for it by name, and could no longer be evaluated.",
    example: "# segments/internal-staff.yaml was deleted",
    fix: "Keep the segment until no rule in any environment asks for it.",
  },
  *check({ before }) {
    yield {
      ...was(before, "/key"),
      message: `The segment ${before.value.key} is gone.`,
      help: "Keep it until no rule in any environment asks for it.",
      identity: before.value.key,
    };
  },
};

import { CONFIG_FILE } from "../../project/read-config.ts";
import { SourceFile } from "../../source/source-file.ts";
import { type BreakingRule } from "./rule.ts";

export const suppressionExpired: BreakingRule = {
  id: "SUPPRESSION_EXPIRED",
  purpose: "A suppression is removed when its time is over.",
  categories: ["POLICY"],
  severity: "error",
  pair: "project",
  docs: {
    what: "A suppression in a flag's file, or an approval in flagwright.yaml, whose `until` has come.",
    why: "It was granted for a time. What it suppressed is reported again; what is left is a note that misleads.",
    example: "suppress:\n  - { rule: DEFAULT_CHANGED, reason: all clients are internal, until: 2026-01-31 }",
    fix: "Remove it, or agree on a new date.",
  },
  *check({ current, today }) {
    for (const definition of current.definitions)
      for (const { rule, until, pointer } of definition.suppressions)
        if (until <= today)
          yield {
            file: definition.file,
            range: definition.locate(pointer),
            side: "current",
            message: `The suppression of ${rule} ended on ${until}.`,
            help: "Remove it, or agree on a new date.",
            identity: `${definition.file} ${rule} ${until}`,
          };
    const expired = current.config.compatibility.approved.filter(({ until }) => until <= today);
    if (expired.length === 0) return;
    const source = new SourceFile(CONFIG_FILE, current.files.get(CONFIG_FILE) ?? "");
    for (const { fingerprint, until } of expired)
      yield {
        file: CONFIG_FILE,
        range: source.locate("/compatibility/approved"),
        side: "current",
        message: `The approval of ${fingerprint} ended on ${until}.`,
        help: "Remove it, or agree on a new date.",
        identity: `${fingerprint} ${until}`,
      };
  },
};

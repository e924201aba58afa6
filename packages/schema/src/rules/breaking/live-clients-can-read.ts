import { isSubset } from "../../compatibility/index.ts";
import { wireKey } from "../../definition/identity.ts";
import { decide } from "./contract.ts";
import { type BreakingRule, at, was } from "./rule.ts";
import { verdictFinding } from "./verdict-finding.ts";

export const liveClientsCanRead: BreakingRule = {
  id: "LIVE_CLIENTS_CAN_READ",
  purpose: "Clients that run now can read every value that is allowed now.",
  categories: ["READERS"],
  severity: "error",
  pair: "live-readers",
  docs: {
    what: "A change of a value schema, or a flag that is gone, while clients in the environment given by `--deployed` report a schema that refuses a new value. The services are named. Each schema that they report is compared, however old; not only the last one.",
    why: "Those clients refuse the new value and stay with the last good one, or get their default for ever.",
    example: "value: { type: number, maximum: 95 }   # was 90; 2 clients of checkout 7 have 50",
    fix: "Deploy the services with newly generated code first, or make a new version with `flagwright bump`.",
  },
  *check({ before, after, read, services, schemaHash, environment }) {
    const who = `${environment}: ${services.join(", ")}`;
    const identity = `${environment} ${schemaHash}`;
    if (after === undefined) {
      if (before !== undefined)
        yield {
          ...was(before, "/key"),
          message: `${who} still read ${wireKey(before.value)}, which is gone.`,
          help: "Restore the file until those services run without the flag.",
          identity,
        };
      return;
    }
    const command = `flagwright bump ${wireKey(after.value)}`;
    if (read === undefined) {
      yield {
        ...at(after, "/value"),
        message: `${who} may not be able to read a value that is allowed now.`,
        undecided: {
          why: "They were generated from a schema that was never pushed, so nobody can say what it allows.",
          rewrite: "Push the definitions that those services were generated from, or deploy them again.",
        },
        command,
        identity,
      };
      return;
    }
    const verdict = decide(() => isSubset(after.value.value, read.value.value));
    for (const finding of verdictFinding(
      verdict,
      { before: read, after },
      {
        message: `${who} cannot read every value that is allowed now.`,
        shows: "allowed now, refused by clients that run now",
        help: "Deploy those services with newly generated code first, or make a new version.",
      },
    ))
      yield { ...finding, identity };
  },
};

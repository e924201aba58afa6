import { BUCKETS, type FlagConfiguration, type Serve, type Split } from "../../snapshot/model.ts";
import { bucketing } from "./bucket.ts";
import { compileRamp, openBuckets } from "../ramp.ts";
import { Unreadable } from "../unreadable.ts";
import { type Answer, type Answers, failure, type Serves } from "./answer.ts";

export function compileServe(
  serve: Serve,
  reason: Answer["reason"],
  configuration: FlagConfiguration,
  answers: Answers,
  ruleId?: string,
): Serves {
  if ("split" in serve && !("variant" in serve)) return compileSplit(serve.split, configuration, answers, ruleId);
  if (!("variant" in serve) && !("default" in serve)) throw new Unreadable("What is served is of an unknown kind.");
  const answer = answers(reason, "variant" in serve ? serve.variant : undefined, ruleId);
  return () => answer;
}

function compileSplit(split: Split, configuration: FlagConfiguration, answers: Answers, ruleId?: string): Serves {
  const { by, fallbackBy, salt = configuration.salt, algorithm, ranges, ramp } = split;
  if (algorithm !== "murmur3") throw new Unreadable("The bucketing algorithm is unknown.");
  let end = 0;
  for (const [, from, to] of ranges.toSorted(([, a], [, b]) => a - b)) {
    if (from > to || (from < to && from < end))
      throw new Unreadable("Two ranges overlap, or one ends before it starts.");
    end = Math.max(end, to);
  }
  const bucket = bucketing(by, fallbackBy, salt);
  const served = ranges.map(([variant]) => answers("SPLIT", variant, ruleId));
  const share = ramp === undefined ? undefined : compileRamp(ramp);
  const unbucketed = failure(
    configuration,
    by.includes("targetingKey") ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT",
    `The split needs ${by.join(" and ")}.`,
  );
  return (context, at) => {
    const place = bucket(context);
    if (place === undefined) return unbucketed;
    const open = share === undefined ? BUCKETS : share(at);
    return served[
      ranges.findIndex(([, from, to]) => place >= from && place < to && place < from + openBuckets(from, to, open))
    ];
  };
}

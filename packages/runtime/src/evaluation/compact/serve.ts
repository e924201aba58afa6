import { BUCKETS, type FlagConfiguration, type Serve, type Split } from "../../snapshot/model.ts";
import { Unreadable } from "../unreadable.ts";
import { type Answer, type Answers, failure, type Serves } from "./answer.ts";
import { bucketing } from "./bucket.ts";
import { compileRamp } from "./ramp.ts";

export function compileServe(
  serve: Serve,
  reason: Answer["reason"],
  configuration: FlagConfiguration,
  answers: Answers,
  ruleId?: string,
): Serves {
  // In the order in which every evaluator looks, should there be more than one.
  if ("variant" in serve) return always(answers(reason, serve.variant, ruleId));
  if ("split" in serve) return compileSplit(serve.split, configuration, answers, ruleId);
  if ("default" in serve) return always(answers(reason, undefined, ruleId));
  throw new Unreadable("Unknown kind.");
}

function always(answer: Answer): Serves {
  return () => answer;
}

function compileSplit(split: Split, configuration: FlagConfiguration, answers: Answers, ruleId?: string): Serves {
  const { by, fallbackBy, salt = configuration.salt, algorithm, ranges, ramp } = split;
  if (algorithm !== "murmur3") throw new Unreadable("Unknown algorithm.");
  let end = 0;
  for (const [, from, to] of ranges.toSorted(([, a], [, b]) => a - b)) {
    if (from > to || (from < to && from < end)) throw new Unreadable("Ranges overlap.");
    end = Math.max(end, to);
  }
  const bucket = bucketing(by, fallbackBy, salt);
  const served = ranges.map(([variant]) => answers("SPLIT", variant, ruleId));
  const share = ramp === undefined ? () => BUCKETS : compileRamp(ramp);
  const unbucketed = failure(
    configuration,
    by.includes("targetingKey") ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT",
    `The split needs ${by.join()}.`,
  );
  return (context, at) => {
    const place = bucket(context);
    if (place === undefined) return unbucketed;
    const found = ranges.findIndex(
      ([, from, to]) => place >= from && place < to && place < from + Math.floor(((to - from) * share(at)) / BUCKETS),
    );
    return served[found];
  };
}

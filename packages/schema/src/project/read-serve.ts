import { BUCKETS, type Ramp, type Serve, type Split } from "@flagwright/runtime";
import { isJsonObject } from "../json/json-object.ts";
import type { Part } from "../source/part.ts";

/** One percent in buckets. */
const PERCENT = BUCKETS / 100;

/**
 * What is served: a variant's name, weights in percent, `default: true`, or a split with all it can say. Weights
 * become ranges one after the other; what is missing to 100 is a miss.
 */
export function readServe(part: Part, canonical: string, bucketBy: string | null): Serve | undefined {
  part.reader.origin(canonical, part.pointer);
  if (typeof part.value === "string") {
    part.reader.origin(`${canonical}/variant`, part.pointer);
    return { variant: part.value };
  }
  if (typeof part.value === "boolean") {
    const name = part.value ? "on" : "off";
    return part.error(
      "MEMBER_TYPE",
      `What is served must be a variant, and is ${part.value}.`,
      `Write the variant's name in quotes: "${name}".`,
    );
  }
  if (!isJsonObject(part.value))
    return part.error(
      "MEMBER_TYPE",
      "What is served must be a variant or weights.",
      "Write `serve: small`, or `serve: { none: 50, small: 50 }`.",
    );
  if (part.value["default"] === true) return { default: true };
  if (typeof part.value["variant"] === "string") {
    part.object("What is served", ["variant"]);
    return { variant: part.value["variant"] };
  }
  const split = part.child("split");
  if (isJsonObject(split?.value) || part.child("ranges") !== undefined) return fullSplit(part, canonical, bucketBy);
  const ranges = weights(part, canonical);
  return ranges && { split: { by: defaultBy(bucketBy), algorithm: "murmur3", ranges } };
}

/** A flag that may not split is told so by validation; the canonical form still needs an attribute. */
function defaultBy(bucketBy: string | null): readonly string[] {
  return [bucketBy ?? "targetingKey"];
}

function fullSplit(part: Part, canonical: string, bucketBy: string | null): Serve | undefined {
  part.object("A split", ["split", "ranges", "by", "fallbackBy", "salt", "ramp"]);
  const split = part.child("split");
  const given = part.child("ranges");
  if (split !== undefined && given !== undefined)
    given.error(
      "SPLIT_ONE_FORM",
      "A split has weights and ranges; only one of the two can count.",
      "Keep `ranges`, or keep `split`.",
    );
  const ranges = given === undefined ? split && weights(split, canonical) : readRanges(given, canonical);
  const by = part.child("by")?.texts("The bucketing attributes");
  const fallbackBy = part.child("fallbackBy")?.text("The fallback attribute");
  const salt = part.child("salt")?.text("The salt");
  const ramp = part.child("ramp");
  const readRamp = ramp && rampOf(ramp, canonical);
  part.reader.origin(`${canonical}/split/by`, part.child("by")?.pointer ?? part.pointer);
  if (ranges === undefined) return undefined;
  return {
    split: {
      by: by ?? defaultBy(bucketBy),
      ...(fallbackBy === undefined ? {} : { fallbackBy }),
      ...(salt === undefined ? {} : { salt }),
      algorithm: "murmur3",
      ranges,
      ...(readRamp === undefined ? {} : { ramp: readRamp }),
    },
  };
}

function weights(part: Part, canonical: string): Split["ranges"] | undefined {
  const entries = part.children();
  if (entries.length === 0)
    return part.error(
      "WEIGHTS_WITHIN_100",
      "A split without weights serves nobody.",
      "Give each variant its share in percent.",
    );
  let percent = 0;
  const ranges: (readonly [string, number, number])[] = [];
  for (const [index, [name, weight]] of entries.entries()) {
    const value = share(weight, `The weight of ${JSON.stringify(name)}`);
    if (value === undefined) return undefined;
    const from = Math.round(percent * PERCENT);
    percent += value;
    part.reader.origin(`${canonical}/split/ranges/${index}`, weight.pointer);
    part.reader.origin(`${canonical}/split/ranges/${index}/0`, weight.pointer, "key");
    ranges.push([name, from, Math.round(percent * PERCENT)]);
  }
  if (Math.round(percent * PERCENT) > BUCKETS)
    return part.error(
      "WEIGHTS_WITHIN_100",
      `The weights add up to ${Number(percent.toFixed(3))} %; there are only 100.`,
      "Lower a weight. Weights are percentages, in steps of 0.001.",
    );
  part.reader.origin(`${canonical}/split/ranges`, part.pointer);
  return ranges;
}

/** `[[none, 0, 50], [small, 50, 100]]`, in percent: for whoever must keep people where they are. */
function readRanges(part: Part, canonical: string): Split["ranges"] | undefined {
  const ranges = part.items("The list of ranges")?.flatMap((item, index): Split["ranges"] => {
    const [name, from, to] = item.items("A range") ?? [];
    item.reader.origin(`${canonical}/split/ranges/${index}`, item.pointer);
    const variant = name?.text("A range's variant");
    const [start, end] = [from && share(from, "A range's start"), to && share(to, "A range's end")];
    if (variant !== undefined && start !== undefined && end !== undefined)
      return [[variant, Math.round(start * PERCENT), Math.round(end * PERCENT)]];
    if (name === undefined || from === undefined || to === undefined)
      item.error("MEMBER_TYPE", "A range is a variant, its start and its end.", "Write [small, 50, 100].");
    return [];
  });
  return ranges;
}

function share(part: Part, what: string): number | undefined {
  if (typeof part.value === "number" && part.value >= 0 && part.value <= 100) return part.value;
  return part.error(
    "MEMBER_TYPE",
    `${what} must be a percentage from 0 to 100.`,
    "Write a number without a percent sign: 12.5.",
  );
}

/** `ramp: { linear: true, steps: [["2027-01-01T00:00:00Z", 10], …] }`, shares in percent. */
function rampOf(part: Part, canonical: string): Ramp | undefined {
  if (part.object("A ramp", ["steps", "linear"]) === undefined) return undefined;
  part.reader.origin(`${canonical}/split/ramp`, part.pointer);
  const steps = part
    .child("steps")
    ?.items("The steps of a ramp")
    ?.flatMap((item) => {
      const [at, open] = item.items("A step") ?? [];
      const instant = at?.text("A step's instant");
      const percent = open && share(open, "A step's share");
      return instant === undefined || percent === undefined ? [] : [[instant, Math.round(percent * PERCENT)] as const];
    });
  if (steps === undefined)
    return part.error("MEMBER_REQUIRED", "A ramp has no steps.", 'Write `steps: [["2027-01-01T00:00:00Z", 10]]`.');
  return { steps, ...(part.child("linear")?.boolean("linear") === true ? { linear: true as const } : {}) };
}

import {
  boolean,
  type Check,
  inside,
  integer,
  isRecord,
  list,
  type Malformed,
  malformed,
  members,
  oneOf,
  text,
  tuple,
} from "./check.ts";
import { parseInstant } from "./instant.ts";
import {
  MAX_CONDITION_DEPTH,
  MAX_CONDITIONS,
  MAX_KEY_LENGTH,
  MAX_LIST_LENGTH,
  MAX_METADATA_ENTRIES,
  MAX_NAME_LENGTH,
  MAX_PATH_LENGTH,
  MAX_PREREQUISITES,
  MAX_RAMP_STEPS,
  MAX_RANGES,
  MAX_RULES,
  MAX_SPLIT_ATTRIBUTES,
  MAX_TARGETS,
  MAX_TEXT_LENGTH,
  MAX_VALUE_DEPTH,
  MAX_VARIANTS,
} from "./limits.ts";
import { BUCKETS } from "./model.ts";

/**
 * The shape of a flag configuration and a segment. Only what makes the data unusable is refused here, and with it the
 * snapshot. A shape of `serve` or condition that is not known may come from a newer writer: it passes, and the
 * compiler then gives up that one flag.
 */

export const key: Check = text(MAX_KEY_LENGTH, 1);
const name = text(MAX_NAME_LENGTH, 1);
const sentence = text(MAX_TEXT_LENGTH);

const instant: Check = (value) =>
  typeof value === "string" && parseInstant(value) !== undefined
    ? undefined
    : malformed('must be an instant in UTC such as "2027-01-31T00:00:00Z"');

const bucket = integer(0, BUCKETS);

const scalar: Check = (value) =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
    ? undefined
    : malformed("must be a string, a number or a boolean");

/** A JSON value of bounded depth, operands included; lists in it are bounded as well. */
export const jsonValue: Check = (value) => checkJson(value, MAX_VALUE_DEPTH);

function checkJson(value: unknown, depth: number): Malformed | undefined {
  if (typeof value !== "object" || value === null)
    return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
      ? undefined
      : malformed("must be a JSON value");
  if (depth === 0) return malformed(`must be nested at most ${MAX_VALUE_DEPTH} levels deep`);
  if (Array.isArray(value)) return list((item) => checkJson(item, depth - 1), MAX_LIST_LENGTH)(value);
  for (const name of Object.keys(value)) {
    const problem = checkJson((value as { readonly [name: string]: unknown })[name], depth - 1);
    if (problem !== undefined) return inside(name, problem);
  }
  return undefined;
}

const variants = list(name, MAX_VARIANTS);
const variantsOrOn: Check = (value) => (value === "on" ? undefined : variants(value));

const path = list(name, MAX_PATH_LENGTH);
const attributePath: Check = (value) => (typeof value === "string" ? name(value) : path(value));

const attributeCondition = members({ attribute: attributePath, operator: name, value: jsonValue });
const bucketCondition = members(
  { by: list(name, MAX_SPLIT_ATTRIBUTES), salt: name, from: bucket, to: bucket },
  { fallbackBy: name },
);

const segmentCondition = members({ segment: key });
const flagCondition = members({ flag: key, is: variantsOrOn });
const bucketMember = members({ bucket: bucketCondition });

/** Conditions whose parts are checked like this. */
function conditionOf(part: Check): Check {
  const all = members({ all: list(part, MAX_CONDITIONS) });
  const any = members({ any: list(part, MAX_CONDITIONS) });
  const not = members({ not: part });
  return (value) => {
    if (!isRecord(value)) return malformed("must be an object");
    if (value["all"] !== undefined) return all(value);
    if (value["any"] !== undefined) return any(value);
    if (value["not"] !== undefined) return not(value);
    if (value["operator"] !== undefined) return attributeCondition(value);
    if (value["segment"] !== undefined) return segmentCondition(value);
    if (value["flag"] !== undefined) return flagCondition(value);
    return value["bucket"] === undefined ? undefined : bucketMember(value);
  };
}

let when: Check = () => malformed(`must be nested at most ${MAX_CONDITION_DEPTH} levels deep`);
for (let depth = 0; depth < MAX_CONDITION_DEPTH; depth++) when = conditionOf(when);

const split = members(
  { by: list(name, MAX_SPLIT_ATTRIBUTES), algorithm: name, ranges: list(tuple(name, bucket, bucket), MAX_RANGES) },
  {
    fallbackBy: name,
    salt: name,
    ramp: members({ steps: list(tuple(instant, bucket), MAX_RAMP_STEPS) }, { linear: boolean }),
  },
);

const serve: Check = (value) => {
  if (!isRecord(value)) return malformed("must be an object");
  if (value["variant"] !== undefined) return members({ variant: name })(value);
  if (value["split"] === undefined) return undefined;
  const problem = split(value["split"]);
  return problem && inside("split", problem);
};

export const killed: Check = members({ at: instant, by: sentence, reason: sentence });

const metadata: Check = (value) => {
  if (!isRecord(value)) return malformed("must be an object");
  const names = Object.keys(value);
  if (names.length > MAX_METADATA_ENTRIES) return malformed(`must have at most ${MAX_METADATA_ENTRIES} entries`);
  for (const name of names) {
    const problem = scalar(value[name]);
    if (problem !== undefined) return inside(name, problem);
  }
  return undefined;
};

export const flag: Check = members(
  {
    key,
    type: oneOf("boolean", "string", "number", "integer", "object", "array", "any"),
    schemaHash: name,
    visibility: oneOf("server", "client"),
    default: jsonValue,
    variants: list(tuple(name, jsonValue), MAX_VARIANTS),
    salt: name,
    bucketBy: (value) => (value === null ? undefined : name(value)),
    on: boolean,
    prerequisites: list(members({ flag: key, is: variantsOrOn }), MAX_PREREQUISITES),
    targets: list(
      members({ match: list(tuple(name, list(scalar, MAX_LIST_LENGTH)), MAX_CONDITIONS), serve }),
      MAX_TARGETS,
    ),
    rules: list(members({ id: name, when, serve, onMiss: oneOf("next", "stop") }, { name: sentence }), MAX_RULES),
    otherwise: serve,
  },
  { off: name, killed, autoOff: instant, activeFrom: instant, activeUntil: instant, metadata },
);

const identities = list(text(MAX_TEXT_LENGTH), MAX_LIST_LENGTH);

export const segment: Check = members({ key, include: identities, exclude: identities, when });

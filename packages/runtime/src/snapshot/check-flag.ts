import {
  type Check,
  dictionary,
  expecting,
  integer,
  keyed,
  kinds,
  list,
  members,
  oneOf,
  text,
  tuple,
} from "./check.ts";
import { parseInstant } from "./instant.ts";
import {
  MAX_CONDITION_DEPTH,
  MAX_CONDITIONS,
  MAX_FLAGS,
  MAX_KEY_LENGTH,
  MAX_LIST_LENGTH,
  MAX_METADATA_ENTRIES,
  MAX_NAME_LENGTH,
  MAX_PATH_LENGTH,
  MAX_PREREQUISITES,
  MAX_RAMP_STEPS,
  MAX_RANGES,
  MAX_RULES,
  MAX_SEGMENTS,
  MAX_SPLIT_ATTRIBUTES,
  MAX_TARGETS,
  MAX_TEXT_LENGTH,
  MAX_VALUE_DEPTH,
  MAX_VARIANTS,
} from "./limits.ts";
import { BUCKETS } from "./model.ts";

/**
 * The shape of flag configurations and segments. Only what makes the data unusable is refused here, and with it the
 * snapshot. A shape of `serve` or condition that is not known may come from a newer writer: it passes, and the
 * compiler then gives up that one flag.
 */

export const key: Check = text(MAX_KEY_LENGTH, 1);
const name = text(MAX_NAME_LENGTH, 1);
const names = (max: number): Check => list(name, max);
const sentence = text(MAX_TEXT_LENGTH);
const boolean = expecting("true or false", (value) => typeof value === "boolean");
const bucket = integer(0, BUCKETS);
const instant = expecting(
  'an instant in UTC such as "2027-01-31T00:00:00Z"',
  (value) => typeof value === "string" && parseInstant(value) !== undefined,
);
const isScalar = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
const scalar = expecting("a string, a number or a boolean", isScalar);

/** A JSON value of bounded depth, operands included; lists in it are bounded as well. */
const jsonValue = nested(
  MAX_VALUE_DEPTH,
  expecting(
    `a JSON value, nested at most ${MAX_VALUE_DEPTH} levels deep`,
    (value) => value === null || isScalar(value),
  ),
  (part, innermost) => {
    const [items, object] = [list(part, MAX_LIST_LENGTH), dictionary(part, Infinity)];
    return (value) =>
      (Array.isArray(value) ? items : typeof value === "object" && value !== null ? object : innermost)(value);
  },
);

const variantsOrOn: Check = (value) => (value === "on" ? undefined : names(MAX_VARIANTS)(value));
const by = names(MAX_SPLIT_ATTRIBUTES);

const when = nested(
  MAX_CONDITION_DEPTH,
  expecting(`nested at most ${MAX_CONDITION_DEPTH} levels deep`, () => false),
  (part) =>
    kinds({
      all: members({ all: list(part, MAX_CONDITIONS) }),
      any: members({ any: list(part, MAX_CONDITIONS) }),
      not: members({ not: part }),
      operator: members({
        attribute: (value) => (typeof value === "string" ? name : names(MAX_PATH_LENGTH))(value),
        operator: name,
        value: jsonValue,
      }),
      segment: members({ segment: key }),
      flag: members({ flag: key, is: variantsOrOn }),
      bucket: members({ bucket: members({ by, salt: name, from: bucket, to: bucket }, { fallbackBy: name }) }),
    }),
);

const ramp = members({ steps: list(tuple(instant, bucket), MAX_RAMP_STEPS) }, { linear: boolean });
const split = members(
  { by, algorithm: name, ranges: list(tuple(name, bucket, bucket), MAX_RANGES) },
  { fallbackBy: name, salt: name, ramp },
);
const serve = kinds({ variant: members({ variant: name }), split: members({ split }) });

export const killed: Check = members({ at: instant, by: sentence, reason: sentence });

export const flags: Check = keyed(
  members(
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
    {
      off: name,
      killed,
      autoOff: instant,
      activeFrom: instant,
      activeUntil: instant,
      metadata: dictionary(scalar, MAX_METADATA_ENTRIES),
    },
  ),
  MAX_FLAGS,
);

const identities = list(sentence, MAX_LIST_LENGTH);

export const segments: Check = keyed(members({ key, include: identities, exclude: identities, when }), MAX_SEGMENTS);

/** What may contain itself, to a depth. */
function nested(depth: number, innermost: Check, around: (part: Check, innermost: Check) => Check): Check {
  let check = innermost;
  for (let level = 0; level < depth; level++) check = around(check, innermost);
  return check;
}

import type { JsonValue } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";

const datePattern = /^(\d{4}-(\d\d)-(\d\d))(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):(\d\d)))?$/;
const relativePattern = /^now(?:([+-])(\d{1,6})([smhdw]))?$/;

/** What `Date` can represent: 100 million days on either side of 1970. */
const MAX_TIME = 8.64e15;
const MINUTE = 60_000;
const units: { readonly [unit: string]: number } = {
  s: 1000,
  m: MINUTE,
  h: 60 * MINUTE,
  d: 24 * 60 * MINUTE,
  w: 7 * 24 * 60 * MINUTE,
};

/**
 * Milliseconds since 1970 of a number (already that) or of an ISO 8601 text: a day, which begins at midnight UTC, or
 * a time with `Z` or an offset. A time without either is no date: nobody knows where its clock hangs.
 */
function timeOf(value: unknown): number | undefined {
  if (typeof value === "number") return Math.abs(value) <= MAX_TIME ? value : undefined;
  if (typeof value !== "string") return undefined;
  const match = datePattern.exec(value);
  if (match === null) return undefined;
  const [, day = "", , dayOfMonth, hour = "00", minute = "00", second = "00", fraction = "", sign, ...offset] = match;
  const [offsetHour = "00", offsetMinute = "00"] = offset;
  if (hour > "23" || minute > "59" || second > "59" || offsetHour > "23" || offsetMinute > "59") return undefined;
  const midnight = new Date(`${day}T00:00:00Z`);
  // Engines roll 30 February over to March.
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(dayOfMonth)) return undefined;
  const time =
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
  const shift = (Number(offsetHour) * 60 + Number(offsetMinute)) * MINUTE;
  return midnight.getTime() + time - (sign === "-" ? -shift : shift);
}

/** A fixed time, or one that moves with the time of evaluation: `now`, `now-7d`, `now+12h`. */
function boundary(operand: JsonValue): (at: number) => number {
  const relative = typeof operand === "string" ? relativePattern.exec(operand) : null;
  if (relative !== null) {
    const [, sign, amount = "0", unit = "s"] = relative;
    const shift = Number(amount) * (units[unit] ?? 0) * (sign === "-" ? -1 : 1);
    return (at) => at + shift;
  }
  const fixed = timeOf(operand);
  if (fixed === undefined)
    throw new TypeError(
      'takes an ISO 8601 date or time with a zone, milliseconds since 1970, or "now", "now-7d", "now+12h"',
    );
  return () => fixed;
}

function comparison(holds: (time: number, bound: number) => boolean): CompileOperator {
  return (operand) => {
    const bound = boundary(operand);
    return (value, at) => {
      const time = timeOf(value);
      return time !== undefined && holds(time, bound(at));
    };
  };
}

export const before: CompileOperator = comparison((time, bound) => time < bound);
export const notAfter: CompileOperator = comparison((time, bound) => time <= bound);
export const after: CompileOperator = comparison((time, bound) => time > bound);
export const notBefore: CompileOperator = comparison((time, bound) => time >= bound);

/**
 * Values, dates, versions and networks of the reference evaluator: slow, obvious, and written from
 * `docs/guide/evaluation.md` alone. It shares no code with the evaluator, so that one mistake is not made twice.
 */

export const missing: unique symbol = Symbol("missing");
export type Value = unknown;

/** "The context": what an attribute or an item stands for. */
export function asValue(raw: unknown): Value {
  if (raw === null || typeof raw === "boolean") return raw;
  if (typeof raw === "string") return raw.length > 65_536 ? missing : raw;
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : missing;
  if (typeof raw === "bigint")
    return raw >= BigInt(Number.MIN_SAFE_INTEGER) && raw <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(raw) : missing;
  if (raw instanceof Date) return Number.isFinite(raw.valueOf()) ? raw.toISOString() : missing;
  if (Array.isArray(raw)) return raw.length > 10_000 ? missing : raw;
  return typeof raw === "object" ? raw : missing;
}

export function readPath(context: object, path: readonly string[]): Value {
  let current: unknown = context;
  for (const [index, step] of path.entries()) {
    if (index > 0 && (typeof current !== "object" || current === null || Array.isArray(current))) return missing;
    const holder = current as { readonly [name: string]: unknown };
    const inherited = !Object.hasOwn(holder, step) && step in Object.prototype;
    current = inherited ? undefined : holder[step];
  }
  return asValue(current);
}

export function isScalar(value: Value): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

export function isScalarOrNull(value: Value): boolean {
  return value === null || isScalar(value);
}

export function fold(text: string): string {
  let folded = "";
  for (const point of text) folded += [...point.toUpperCase()].map((upper) => upper.toLowerCase()).join("");
  return folded.split("ς").join("σ");
}

// Dates ---------------------------------------------------------------------------------------------------------------

/** Days from 1970-01-01 to a civil date (proleptic Gregorian), counted year by year and month by month. */
function daysSince1970(year: number, month: number, day: number): number {
  let days = 0;
  for (let y = 1970; y < year; y++) days += isLeap(y) ? 366 : 365;
  for (let y = year; y < 1970; y++) days -= isLeap(y) ? 366 : 365;
  for (let m = 1; m < month; m++) days += daysIn(year, m);
  return days + day - 1;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

export function dateOf(value: Value): number | undefined {
  if (typeof value === "number") return value >= -8.64e15 && value <= 8.64e15 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const [day = "", time, ...rest] = value.split("T");
  if (rest.length > 0) return undefined;
  const date = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(day);
  if (date === null) return undefined;
  const [year = 0, month = 0, dayOfMonth = 0] = date.slice(1).map(Number);
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysIn(year, month)) return undefined;
  const midnight = daysSince1970(year, month, dayOfMonth) * 86_400_000;
  if (time === undefined) return midnight;
  const zone = /(Z|[+-][0-9]{2}:[0-9]{2})$/.exec(time)?.[0];
  if (zone === undefined) return undefined;
  const clock = /^([0-9]{2}):([0-9]{2})(:([0-9]{2})([.]([0-9]{1,9}))?)?$/.exec(time.slice(0, -zone.length));
  if (clock === null) return undefined;
  const [hour, minute, second] = [clock[1], clock[2], clock[4] ?? "0"].map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Number(`${clock[6] ?? ""}000`.slice(0, 3));
  const offset = zone === "Z" ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  if (zone !== "Z" && (Number(zone.slice(1, 3)) > 23 || Number(zone.slice(4, 6)) > 59)) return undefined;
  const minutes = hour * 60 + minute + (zone.startsWith("-") ? offset : -offset);
  return midnight + minutes * 60_000 + second * 1000 + milliseconds;
}

/** The operand of a date operator as a function of `at`, or nothing when it is none. */
export function dateOperand(operand: unknown): ((at: number) => number) | undefined {
  const relative = typeof operand === "string" ? /^now(([+-])([0-9]{1,6})([smhdw]))?$/.exec(operand) : null;
  if (relative !== null) {
    const unit = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[relative[4] ?? "s"] ?? 0;
    const shift = Number(`${relative[2] ?? ""}${relative[3] ?? 0}`) * unit * 1000;
    return (at) => at + shift;
  }
  const fixed = dateOf(operand);
  return fixed === undefined ? undefined : () => fixed;
}

export function instant(text: string): number | undefined {
  return /^.{19}([.][0-9]{1,3})?Z$/.test(text) ? dateOf(text) : undefined;
}

// Versions ------------------------------------------------------------------------------------------------------------

interface Version {
  readonly numbers: readonly number[];
  readonly prerelease: readonly string[];
}

function parse(text: string): Version | undefined {
  if (text.length > 256) return undefined;
  const bare = text.startsWith("v") ? text.slice(1) : text;
  const [beforeBuild = "", build, ...builds] = bare.split("+");
  if (builds.length > 0 || (build !== undefined && !/^[0-9A-Za-z.-]+$/.test(build))) return undefined;
  const dash = beforeBuild.indexOf("-");
  const core = dash === -1 ? beforeBuild : beforeBuild.slice(0, dash);
  const prerelease = dash === -1 ? [] : beforeBuild.slice(dash + 1).split(".");
  const numbers = core.split(".");
  if (numbers.length > 3 || !numbers.every((part) => /^(0|[1-9][0-9]{0,14})$/.test(part))) return undefined;
  if ((dash !== -1 || build !== undefined) && numbers.length < 3) return undefined;
  for (const part of prerelease) {
    if (!/^[0-9A-Za-z-]+$/.test(part)) return undefined;
    if (/^[0-9]+$/.test(part) && !/^(0|[1-9][0-9]{0,14})$/.test(part)) return undefined;
  }
  return { numbers: numbers.map(Number), prerelease };
}

function complete({ numbers, prerelease }: Version): Version {
  return { numbers: [0, 1, 2].map((index) => numbers[index] ?? 0), prerelease };
}

function compare(a: Version, b: Version): number {
  for (const index of [0, 1, 2])
    if (a.numbers[index] !== b.numbers[index]) return (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
  if (a.prerelease.length === 0 && b.prerelease.length === 0) return 0;
  if (a.prerelease.length === 0) return 1;
  if (b.prerelease.length === 0) return -1;
  for (let index = 0; ; index++) {
    const [left, right] = [a.prerelease[index], b.prerelease[index]];
    if (left === undefined || right === undefined) return a.prerelease.length - b.prerelease.length;
    if (left === right) continue;
    const [leftNumber, rightNumber] = [/^[0-9]+$/.test(left), /^[0-9]+$/.test(right)];
    if (leftNumber && rightNumber) return Number(left) - Number(right);
    if (leftNumber !== rightNumber) return leftNumber ? -1 : 1;
    return left < right ? -1 : 1;
  }
}

type VersionTest = (version: Version) => boolean;

function comparator(text: string): VersionTest | undefined {
  const sign = ["<=", ">=", "<", ">", "=", "~", "^"].find((each) => text.startsWith(each)) ?? "";
  const written = text.slice(sign.length);
  if (sign === "" && ["*", "x", "X"].includes(written)) return () => true;
  const parts = written.split(".");
  let dropped = 0;
  while (parts.length > 1 && dropped < 2 && ["*", "x", "X"].includes(parts.at(-1) ?? "")) {
    parts.pop();
    dropped++;
  }
  const partial = parse(parts.join("."));
  if (partial === undefined) return undefined;
  const isComplete = partial.numbers.length === 3;
  const lowest = ["0"];
  const floor = isComplete ? partial : { ...complete(partial), prerelease: lowest };
  const raised = (place: number): Version =>
    complete({
      numbers: partial.numbers.slice(0, place + 1).map((part, index) => (index === place ? part + 1 : part)),
      prerelease: lowest,
    });
  const next = raised(partial.numbers.length - 1);
  const from: VersionTest = (version) => compare(version, floor) >= 0;
  const within =
    (end: Version): VersionTest =>
    (version) =>
      from(version) && compare(version, end) < 0;
  if (sign === "" || sign === "=") return isComplete ? (version) => compare(version, partial) === 0 : within(next);
  if (sign === ">=") return from;
  if (sign === "<") return (version) => compare(version, floor) < 0;
  if (sign === ">") return (version) => (isComplete ? compare(version, partial) > 0 : compare(version, next) >= 0);
  if (sign === "<=") return (version) => (isComplete ? compare(version, partial) <= 0 : compare(version, next) < 0);
  if (sign === "~") return within(raised(partial.numbers.length === 1 ? 0 : 1));
  const leftmost = partial.numbers.findIndex((part) => part > 0);
  return within(raised(leftmost >= 0 ? leftmost : partial.numbers.length - 1));
}

export function versionRange(text: string): ((value: string) => boolean) | undefined {
  if (text.trim() === "") return undefined;
  const alternatives: VersionTest[][] = [];
  for (const alternative of text.split("||").map((each) => each.trim())) {
    const words = alternative.split(/\s+/);
    const tests: (VersionTest | undefined)[] =
      words.length === 3 && words[1] === "-"
        ? [comparator(`>=${words[0]}`), comparator(`<=${words[2]}`)]
        : alternative
            .replace(/([<>=~^]+)\s+/g, "$1")
            .split(/\s+/)
            .map(comparator);
    if (tests.some((test) => test === undefined)) return undefined;
    alternatives.push(tests as VersionTest[]);
  }
  return (value) => {
    const version = parse(value);
    return version !== undefined && alternatives.some((tests) => tests.every((test) => test(complete(version))));
  };
}

// Networks ------------------------------------------------------------------------------------------------------------

interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

function ipv4(text: string): bigint | undefined {
  const match = /^([0-9]{1,3})[.]([0-9]{1,3})[.]([0-9]{1,3})[.]([0-9]{1,3})$/.exec(text);
  if (match === null) return undefined;
  let bits = 0n;
  for (const part of match.slice(1)) {
    if (String(Number(part)) !== part || Number(part) > 255) return undefined;
    bits = bits * 256n + BigInt(part);
  }
  return bits;
}

function address(text: string): Address | undefined {
  if (!text.includes(":")) {
    const bits = ipv4(text);
    return bits === undefined ? undefined : { family: 4, bits };
  }
  let groupsOnly = text;
  const lastColon = text.lastIndexOf(":");
  if (text.slice(lastColon).includes(".")) {
    const tail = ipv4(text.slice(lastColon + 1));
    if (tail === undefined) return undefined;
    groupsOnly = `${text.slice(0, lastColon + 1)}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  }
  const halves = groupsOnly.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (halves.length === 1 ? left.length !== 8 : left.length + right.length > 7) return undefined;
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bits = groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
  return bits >> 32n === 0xffffn ? { family: 4, bits: bits & 0xffff_ffffn } : { family: 6, bits };
}

export function network(text: unknown): ((value: string) => boolean) | undefined {
  if (typeof text !== "string") return undefined;
  const [base = "", prefix, ...rest] = text.split("/");
  const start = address(base);
  if (start === undefined || rest.length > 0) return undefined;
  const width = start.family === 4 ? 32 : 128;
  if (prefix !== undefined && String(Number(prefix)) !== prefix) return undefined;
  const mapped = start.family === 4 && base.includes(":") ? 96 : 0;
  const length = prefix === undefined ? width : Number(prefix) - mapped;
  if (!(length >= 0 && length <= width)) return undefined;
  const ignored = BigInt(width - length);
  return (value) => {
    const other = value.length > 45 ? undefined : address(value);
    return other !== undefined && other.family === start.family && other.bits >> ignored === start.bits >> ignored;
  };
}

import type { CompileOperator } from "./operator.ts";

/**
 * Semantic versions 2.0.0 (https://semver.org) in their order of precedence. Ranges read like npm's, with one
 * simplification: a pre-release is compared like any other version, so `2.0.0-rc.1` satisfies `<2.0.0`.
 */
interface SemanticVersion {
  /** Major, minor, patch. */
  readonly core: readonly number[];
  /** Numbers compare as numbers and come before words. Empty for a release. */
  readonly prerelease: readonly (number | string)[];
}

type Comparison = "<" | "<=" | ">" | ">=" | "=";
interface Comparator {
  readonly comparison: Comparison;
  readonly version: SemanticVersion;
}

/** Core numbers that were written, one to three of them, and the pre-release. */
interface Partial {
  readonly core: readonly number[];
  readonly prerelease: readonly (number | string)[];
}

/** Longer texts are no version that anybody released. */
const MAX_VERSION_LENGTH = 256;
/** Digits that a double holds exactly. */
const MAX_DIGITS = 15;

const number = String.raw`(0|[1-9]\d*)`;
const identifier = String.raw`(?:0|[1-9]\d*|\d*[a-zA-Z-][\dA-Za-z-]*)`;
const suffix = String.raw`(?:-(${identifier}(?:\.${identifier})*))?(?:\+[\dA-Za-z.-]+)?`;
const versionPattern = new RegExp(String.raw`^v?${number}(?:\.${number}(?:\.${number}${suffix})?)?$`);
const anyPart = /(?:\.[xX*]){1,2}$/;
const comparatorPattern = /^(<=|>=|<|>|=|~|\^)?\s*(.+)$/;

function parsePartial(text: string): Partial | undefined {
  const match = text.length > MAX_VERSION_LENGTH ? null : versionPattern.exec(text);
  if (match === null) return undefined;
  const core = [match[1], match[2], match[3]].filter((part) => part !== undefined);
  const prerelease = match[4] === undefined ? [] : match[4].split(".");
  if ([...core, ...prerelease].some((part) => part.length > MAX_DIGITS && /^\d+$/.test(part))) return undefined;
  return {
    core: core.map(Number),
    prerelease: prerelease.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

/** A version as apps report it: `v` in front and missing numbers, which count as 0, are forgiven. */
function parseVersion(text: string): SemanticVersion | undefined {
  const partial = parsePartial(text);
  return partial && { core: [...partial.core, 0, 0].slice(0, 3), prerelease: partial.prerelease };
}

function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  for (let index = 0; index < 3; index++) {
    const difference = (a.core[index] ?? 0) - (b.core[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  const length = Math.min(a.prerelease.length, b.prerelease.length);
  for (let index = 0; index < length; index++) {
    const difference = compareIdentifiers(a.prerelease[index] ?? 0, b.prerelease[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.prerelease.length - b.prerelease.length;
}

function compareIdentifiers(a: number | string, b: number | string): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The lowest version that a partial one covers. `-0` is the lowest pre-release there is. */
function floor({ core, prerelease }: Partial): SemanticVersion {
  return core.length === 3 ? { core, prerelease } : { core: [...core, 0, 0].slice(0, 3), prerelease: [0] };
}

/** The lowest version after all those that agree in the numbers up to `place`. */
function next({ core }: Partial, place: number): SemanticVersion {
  const raised = core.slice(0, place + 1).map((part, index) => (index === place ? part + 1 : part));
  return { core: [...raised, 0, 0].slice(0, 3), prerelease: [0] };
}

function upTo(partial: Partial): Comparator {
  return partial.core.length === 3
    ? { comparison: "<=", version: partial }
    : { comparison: "<", version: next(partial, partial.core.length - 1) };
}

function between(partial: Partial, place: number): readonly Comparator[] {
  return [
    { comparison: ">=", version: floor(partial) },
    { comparison: "<", version: next(partial, place) },
  ];
}

function expand(sign: string, partial: Partial): readonly Comparator[] {
  const last = partial.core.length - 1;
  switch (sign) {
    case "<":
      return [{ comparison: "<", version: floor(partial) }];
    case ">=":
      return [{ comparison: ">=", version: floor(partial) }];
    case "<=":
      return [upTo(partial)];
    case ">":
      return last === 2
        ? [{ comparison: ">", version: partial }]
        : [{ comparison: ">=", version: next(partial, last) }];
    case "~":
      return between(partial, Math.min(last, 1));
    case "^": {
      const leading = partial.core.findIndex((part) => part !== 0);
      return between(partial, leading === -1 ? last : leading);
    }
    default:
      return last === 2 ? [{ comparison: "=", version: partial }] : between(partial, last);
  }
}

function parseComparator(text: string): readonly Comparator[] {
  const [, sign = "", version = ""] = comparatorPattern.exec(text) ?? [];
  if (sign === "" && /^[xX*]$/.test(version)) return [];
  const partial = parsePartial(version.replace(anyPart, ""));
  if (partial === undefined) throw new TypeError(`takes a range of versions, and ${JSON.stringify(text)} is none`);
  return expand(sign, partial);
}

function parseAlternative(text: string): readonly Comparator[] {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text);
  if (hyphen !== null) return [...parseComparator(`>=${hyphen[1]}`), ...parseComparator(`<=${hyphen[2]}`)];
  return text
    .replaceAll(/(<=|>=|<|>|=|~|\^)\s+/g, "$1")
    .split(/\s+/)
    .flatMap(parseComparator);
}

/** Any of the alternatives between `||`; all of the comparators in one. */
export const semver: CompileOperator = (operand) => {
  if (typeof operand !== "string" || operand.trim() === "")
    throw new TypeError('takes a range of versions such as ">=1.4.0 <2.0.0 || ^3.1"');
  const alternatives = operand.split("||").map((alternative) => parseAlternative(alternative.trim()));
  return (value) => {
    const version = typeof value === "string" ? parseVersion(value) : undefined;
    if (version === undefined) return false;
    return alternatives.some((comparators) => comparators.every((comparator) => satisfies(version, comparator)));
  };
};

function satisfies(version: SemanticVersion, comparator: Comparator): boolean {
  const order = compareVersions(version, comparator.version);
  switch (comparator.comparison) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "=":
      return order === 0;
  }
}

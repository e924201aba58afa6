import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EvaluationContext, FlagConfiguration, JsonValue, Segment, Snapshot } from "@flagwright/runtime";

/** What an implementation must answer; what is absent must be absent. */
export interface Expectation {
  readonly value: JsonValue;
  readonly variant?: string;
  readonly reason: string;
  readonly ruleId?: string;
  readonly errorCode?: string;
}

export interface ConformanceCase {
  /** Unique over all suites. */
  readonly id: string;
  readonly flag: string;
  readonly context: EvaluationContext;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly expect: Expectation;
}

/** A snapshot and the cases that are asked of it. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly snapshot: Snapshot;
  readonly cases: readonly ConformanceCase[];
}

interface SuiteFile {
  readonly title: string;
  readonly flags: readonly FlagConfiguration[];
  readonly segments: readonly Segment[];
  readonly cases: readonly {
    readonly name?: string;
    readonly flag: string;
    readonly context: EvaluationContext;
    readonly at?: string;
    readonly expect: Expectation;
  }[];
}

interface Table {
  readonly operator: string;
  readonly operand: JsonValue;
  readonly true: readonly JsonValue[];
  readonly false: readonly JsonValue[];
}

interface OperatorFile {
  readonly title: string;
  readonly tables?: readonly Table[];
  readonly refused?: readonly { readonly operator: string; readonly operand: JsonValue }[];
}

/** `[salt, bucketing value, bucket]` */
export type BucketVector = readonly [salt: string, value: string, bucket: number];

/** The time of every case that names none. */
export const DEFAULT_TIME = "2026-11-21T12:00:00Z";

const root = join(import.meta.dirname, "..");

/** Every suite of `conformance/cases`, in the order of their names. */
export function loadSuites(): readonly Suite[] {
  const suites = filesIn("cases").map((name) => fromSuiteFile(name, read(`cases/${name}.json`) as SuiteFile));
  const operators = filesIn("cases/operators").map((name) =>
    fromOperatorFile(`operators-${name}`, read(`cases/operators/${name}.json`) as OperatorFile),
  );
  return [...suites, ...operators];
}

export function loadBucketVectors(): readonly BucketVector[] {
  return (read("bucket-vectors.json") as { readonly vectors: readonly BucketVector[] }).vectors;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

function fromSuiteFile(name: string, { title, flags, segments, cases }: SuiteFile): Suite {
  return {
    name,
    title,
    snapshot: snapshotOf(name, flags, segments),
    cases: cases.map((each, index) => ({
      id: `${name}/${index} ${each.flag}${each.name === undefined ? "" : `: ${each.name}`}`,
      flag: each.flag,
      context: each.context,
      at: Date.parse(each.at ?? DEFAULT_TIME),
      expect: each.expect,
    })),
  };
}

/** Each row becomes a flag that asks about the attribute `x`, and each of its values a context. */
function fromOperatorFile(name: string, { title, tables = [], refused = [] }: OperatorFile): Suite {
  const flags: FlagConfiguration[] = [];
  const cases: ConformanceCase[] = [];
  const add = (flag: string, what: string, context: EvaluationContext, expect: Expectation): void => {
    cases.push({ id: `${name}/${cases.length} ${flag}: ${what}`, flag, context, at: Date.parse(DEFAULT_TIME), expect });
  };
  for (const [index, { operator, operand, true: holding, false: failing }] of tables.entries()) {
    const flag = probe(`row-${index + 1}`, operator, operand);
    flags.push(flag);
    for (const x of holding) add(flag.key, `${operator} holds`, { x }, matched);
    for (const x of failing) add(flag.key, `${operator} fails`, { x }, unmatched);
    const ofMissing = operator === "exists" && operand === false ? matched : unmatched;
    add(flag.key, `${operator} of a missing attribute`, {}, ofMissing);
  }
  for (const [index, { operator, operand }] of refused.entries()) {
    const flag = probe(`refused-${index + 1}`, operator, operand);
    flags.push(flag);
    add(flag.key, `${operator} refuses`, { x: 1 }, unreadable);
  }
  return { name, title, snapshot: snapshotOf(name, flags, []), cases };
}

const matched: Expectation = { value: true, variant: "on", reason: "TARGETING_MATCH", ruleId: "r" };
const unmatched: Expectation = { value: false, variant: "off", reason: "DEFAULT" };
const unreadable: Expectation = { value: false, reason: "ERROR", errorCode: "PARSE_ERROR" };

function probe(key: string, operator: string, operand: JsonValue): FlagConfiguration {
  return {
    key,
    type: "boolean",
    schemaHash: "conformance",
    visibility: "server",
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    salt: key,
    bucketBy: "targetingKey",
    on: true,
    prerequisites: [],
    targets: [],
    rules: [{ id: "r", when: { attribute: "x", operator, value: operand }, serve: { variant: "on" }, onMiss: "next" }],
    otherwise: { variant: "off" },
  };
}

function snapshotOf(environment: string, flags: readonly FlagConfiguration[], segments: readonly Segment[]): Snapshot {
  return {
    format: 1,
    organization: "conformance",
    project: "conformance",
    environment,
    epoch: 1,
    revision: 1,
    flags,
    segments,
  };
}

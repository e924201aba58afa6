import type { EvaluationContext, JsonValue } from "@flagwright/runtime";
import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { parseIsoInstant } from "../evaluation/instant.ts";
import { isContext } from "../evaluation/parse-context.ts";
import type { Expected, SpecificationCase, SpecificationProblem } from "./specification.ts";

/** One entry of `tests` may stand for so many cases. */
const MAX_MATRIX = 10_000;
const BUCKETS = 100_000;

export interface ReadSpecification {
  readonly cases: readonly SpecificationCase[];
  readonly problems: readonly SpecificationProblem[];
}

interface Plain {
  readonly [member: string]: unknown;
}

const fileMembers = new Set(["flag", "environment", "at", "tests"]);
const testMembers = new Set(["name", "flag", "environment", "at", "context", "matrix", "bucket", "expect"]);
const expectMembers = new Set(["value", "variant", "reason", "rule", "error"]);

/**
 * Reads a file of specification tests. What can be understood becomes cases; all that cannot becomes problems.
 *
 * @example
 * ```yaml
 * flag: regional-discount
 * tests:
 *   - name: nobody pays less at first
 *     matrix: { region: [MY, SG], plan: [free, pro] }
 *     at: 2026-11-01T00:00:00Z
 *     expect: none
 * ```
 */
export function readSpecification(file: string, text: string): ReadSpecification {
  const problems: SpecificationProblem[] = [];
  const cases: SpecificationCase[] = [];
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: "silent",
  });
  const lineOf = (node: Node | null | undefined): number => lines.linePos(node?.range?.[0] ?? 0).line;
  for (const error of document.errors)
    problems.push({ file, line: lines.linePos(error.pos[0]).line, message: error.message });
  if (problems.length > 0) return { cases, problems };

  const whole = document.toJS({ maxAliasCount: 100 }) as unknown;
  const list = document.get("tests", true) as Node | undefined;
  if (!isMap(document.contents) || !isPlain(whole) || !isSeq(list))
    return { cases, problems: [{ file, line: 1, message: "A file of tests is an object with a list `tests`." }] };
  for (const name of unknownMembers(whole, fileMembers))
    problems.push({ file, line: 1, message: `There is no member \`${name}\` in a file of tests.` });
  for (const [index, node] of list.items.entries()) {
    const line = lineOf(node as Node);
    const own: unknown = (whole["tests"] as readonly unknown[])[index];
    if (!isPlain(own)) {
      problems.push({ file, line, message: "A test is an object with `context` and `expect`." });
      continue;
    }
    const { tests: _tests, ...defaults } = whole;
    const said = readTest({ ...defaults, ...own }, own, `test ${index + 1}`);
    if (typeof said === "string") problems.push({ file, line, message: said });
    else cases.push(...said.map((each) => ({ file, line, ...each })));
  }
  return { cases, problems };
}

type CaseWithoutPlace = Omit<SpecificationCase, "file" | "line">;

/** The cases of one entry, or what is wrong with it. */
function readTest(test: Plain, own: Plain, fallbackName: string): readonly CaseWithoutPlace[] | string {
  const [unknown] = unknownMembers(own, testMembers);
  if (unknown !== undefined) return `There is no member \`${unknown}\` in a test.`;
  const { name = fallbackName, flag, environment, at, context = {}, matrix = {}, bucket } = test;
  if (typeof flag !== "string") return "A test names its `flag`, or the file does for all of them.";
  if (typeof name !== "string") return "`name` is a text.";
  if (environment !== undefined && typeof environment !== "string") return "`environment` is the name of one.";
  const time = typeof at === "string" ? parseIsoInstant(at) : undefined;
  if (at !== undefined && time === undefined) return "`at` is an instant such as 2027-01-31T00:00:00Z.";
  if (!isContext(context)) return "`context` is an object of attributes.";
  if (bucket !== undefined && !(Number.isInteger(bucket) && (bucket as number) >= 0 && (bucket as number) < BUCKETS))
    return `\`bucket\` is an integer from 0 to ${BUCKETS - 1}.`;
  const expected = readExpected(test["expect"]);
  if (typeof expected === "string") return expected;
  const combinations = combine(matrix);
  if (typeof combinations === "string") return combinations;
  return combinations.map((attributes) => ({
    name: Object.keys(attributes).length === 0 ? name : `${name} [${combinationWords(attributes)}]`,
    flag,
    environment,
    at: time,
    context: { ...context, ...attributes },
    bucket: bucket as number | undefined,
    expect: expected,
  }));
}

/** A text stands for a variant. */
function readExpected(value: unknown): Expected | string {
  if (typeof value === "string") return { variant: value };
  if (!isPlain(value))
    return "`expect` is a variant, or an object with `value`, `variant`, `reason`, `rule` or `error`.";
  const [unknown] = unknownMembers(value, expectMembers);
  if (unknown !== undefined) return `There is no member \`${unknown}\` in \`expect\`.`;
  if (Object.keys(value).length === 0) return "`expect` is empty: the test could not fail.";
  for (const name of ["variant", "rule", "error"])
    if (value[name] !== undefined && value[name] !== null && typeof value[name] !== "string")
      return `\`expect.${name}\` is a text, or null for none.`;
  if (value["reason"] !== undefined && typeof value["reason"] !== "string") return "`expect.reason` is a text.";
  return value as Expected;
}

/** Every combination of the matrix's values; one without attributes when there is none. */
function combine(matrix: unknown): readonly EvaluationContext[] | string {
  if (!isPlain(matrix)) return "`matrix` is an object of lists: attribute → values.";
  let combinations: readonly { readonly [name: string]: JsonValue }[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    if (!Array.isArray(values) || values.length === 0) return `\`matrix.${name}\` is a list of values.`;
    if (combinations.length * values.length > MAX_MATRIX) return `The matrix has more than ${MAX_MATRIX} combinations.`;
    combinations = combinations.flatMap((each) =>
      (values as readonly JsonValue[]).map((value) => ({ ...each, [name]: value })),
    );
  }
  return combinations;
}

function combinationWords(attributes: EvaluationContext): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownMembers(value: Plain, known: ReadonlySet<string>): readonly string[] {
  return Object.keys(value).filter((name) => !known.has(name));
}

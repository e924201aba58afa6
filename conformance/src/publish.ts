import type { Condition, FlagConfiguration, Snapshot } from "@flagwright/runtime";
import { type DefinitionBundle, validateBundle } from "@flagwright/schema";
import { definitionOf, stateOf } from "./contract.ts";
import type { Suite } from "./cases.ts";

/** Sends a request of the management API with a body, and gives status and answer. */
export type Send = (
  method: string,
  path: string,
  body: unknown,
) => Promise<{ readonly status: number; readonly body: { readonly errors?: readonly { readonly code: string }[] } }>;

/** Why a flag or segment is not on the server: the code of its first problem. */
export type Refused = { readonly [key: string]: string };

/** The server has the flag, and not all that it asks for: it answers otherwise than the suite's. */
const NEEDS_REFUSED = "NEEDS_REFUSED";

/**
 * Makes a project's flags and segments those of a suite, by the routes that people use. What the server refuses is
 * left out, and so is what needs it.
 */
export async function publish({ snapshot, cases }: Suite, send: Send, environment: string): Promise<Refused> {
  const refused: Record<string, string> = {};
  const attributes = attributesOf(snapshot, cases);
  let flags = snapshot.flags;
  let bundle: DefinitionBundle;
  for (;;) {
    bundle = {
      format: 1,
      project: "conformance",
      context: { attributes: Object.fromEntries(attributes.map((name) => [name, true])) },
      definitions: flags.map((flag) => definitionOf(flag, attributes)),
      segments: snapshot.segments.map(({ key }) => key),
    };
    const problems = validateBundle(bundle);
    if (problems.length === 0) break;
    for (const { pointer, code } of problems) {
      const flag = flags[Number(/^\/definitions\/(\d+)/.exec(pointer)?.[1])];
      if (flag === undefined) throw new Error(`${pointer}: ${code}`);
      refused[flag.key] ??= code;
    }
    flags = flags.filter(({ key }) => refused[key] === undefined);
  }
  const pushed = await send("PUT", "definitions?prune=true", bundle);
  if (pushed.status !== 200) throw new Error(`The push was refused: ${JSON.stringify(pushed.body)}`);
  for (const segment of snapshot.segments) {
    const path = `environments/${environment}/segments/${segment.key}`;
    const { status, body } = await send("PUT", path, { segment });
    if (status !== 200) refused[segmentName(segment.key)] = body.errors?.[0]?.code ?? String(status);
  }
  await eachOf(flags, async (flag) => {
    const path = `environments/${environment}/flags/${flag.key}`;
    const { status, body } = await send("PUT", path, { state: stateOf(flag) });
    if (status !== 200) refused[flag.key] = body.errors?.[0]?.code ?? String(status);
    else if (flag.killed !== undefined) await send("POST", `${path}/kill`, { reason: flag.killed.reason });
  });
  for (;;) {
    const needing = flags.filter(
      (flag) => refused[flag.key] === undefined && needs(flag, snapshot).some((key) => refused[key] !== undefined),
    );
    if (needing.length === 0) return refused;
    for (const { key } of needing) refused[key] = NEEDS_REFUSED;
  }
}

/** A few at a time: the server writes one after the other anyhow. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const workers = Array.from({ length: 8 }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  });
  await Promise.all(workers);
}

/** The flags and segments that a flag asks for, those that its segments ask for included. */
function needs({ prerequisites, rules }: FlagConfiguration, { segments }: Snapshot): readonly string[] {
  const found = new Set(prerequisites.map(({ flag }) => flag));
  const visit = (condition: Condition): void => {
    if ("all" in condition) condition.all.forEach(visit);
    else if ("any" in condition) condition.any.forEach(visit);
    else if ("not" in condition) visit(condition.not);
    else if (!("operator" in condition) && "flag" in condition) found.add(condition.flag);
    else if (!("operator" in condition) && "segment" in condition && !found.has(segmentName(condition.segment))) {
      found.add(segmentName(condition.segment));
      const segment = segments.find(({ key }) => key === condition.segment);
      if (segment !== undefined) visit(segment.when);
    }
  };
  for (const { when } of rules) visit(when);
  return [...found];
}

function segmentName(key: string): string {
  return `segment ${key}`;
}

/** Every attribute that a flag of the suite may read; `targetingKey` is everybody's. */
function attributesOf({ flags, segments }: Snapshot, cases: Suite["cases"]): readonly string[] {
  const names = new Set(cases.flatMap(({ context }) => Object.keys(context)));
  for (const { when } of segments) collect(when, names);
  for (const { rules, targets, otherwise } of flags) {
    for (const { when } of rules) collect(when, names);
    for (const { match } of targets) for (const [name] of match) names.add(name);
    for (const serve of [...rules, ...targets].map((each) => each.serve).concat(otherwise))
      if ("split" in serve)
        for (const name of [...serve.split.by, serve.split.fallbackBy]) if (name !== undefined) names.add(name);
  }
  names.delete("targetingKey");
  return [...names].sort();
}

function collect(condition: Condition, names: Set<string>): void {
  if ("all" in condition) for (const part of condition.all) collect(part, names);
  else if ("any" in condition) for (const part of condition.any) collect(part, names);
  else if ("not" in condition) collect(condition.not, names);
  else if ("operator" in condition) {
    const [first] = typeof condition.attribute === "string" ? [condition.attribute] : condition.attribute;
    if (first !== undefined) names.add(first);
  } else if ("bucket" in condition)
    for (const name of [...condition.bucket.by, condition.bucket.fallbackBy]) if (name !== undefined) names.add(name);
}

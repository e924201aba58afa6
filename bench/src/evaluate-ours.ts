import {
  connect,
  evaluateAll,
  compile,
  type CompiledSnapshot,
  parseSnapshot,
  staticSource,
  type EvaluationContext,
  type FlagConfiguration,
  type Snapshot,
} from "@flagwright/runtime";
import { defineFlag, type Flag } from "@flagwright/runtime/codegen/v1";
import { type Adapter, people, regions, RULES, type WorkloadFlag } from "./evaluate-workload.ts";

interface Context {
  readonly targetingKey: string;
  readonly region: string;
  readonly plan: string;
  readonly cohort: string;
}

export const contexts: readonly Context[] = people.map(({ id, ...rest }) => ({ targetingKey: id, ...rest }));
const allContexts: readonly EvaluationContext[] = contexts.map((context) => ({ ...context }));

/** As an application uses it: typed flags, a client that counts every answer, the system's clock. */
export const flagwright: Adapter = {
  name: "Flagwright",
  document: (flags) => JSON.stringify(snapshotOf(flags)),
  async load(_flags, document) {
    const snapshot = JSON.parse(document) as Snapshot;
    const client = await connect({ source: staticSource(snapshot), logger: null });
    const compiled = compile(snapshot);
    return {
      name: this.name,
      asks: (key) => {
        const flag: Flag<boolean, Context> = defineFlag({
          key,
          version: 1,
          type: "boolean",
          hash: "bench",
          default: false,
        });
        return (person) => flag(contexts[person] as Context);
      },
      evaluateAll: (person) => evaluateAll(compiled, allContexts[person] ?? {}, Date.now()),
      close: () => client.close(),
    };
  },
};

/** Flags from text that have all been evaluated once. */
export function allUsed(document: string): CompiledSnapshot {
  const compiled = compile(JSON.parse(document) as Snapshot);
  for (const flag of compiled.flags) flag.evaluate({ ...contexts[0] }, 0);
  return compiled;
}

/** From text to the first answer. */
export function readyFrom(document: string): unknown {
  const parsed = parseSnapshot(JSON.parse(document));
  if (!parsed.ok) throw new Error(parsed.error.message);
  return compile(parsed.snapshot)
    .flag("flag-1")
    ?.evaluate({ ...contexts[0] }, 0);
}

export function snapshotOf(flags: readonly WorkloadFlag[]): Snapshot {
  return {
    format: 1,
    organization: "bench",
    project: "bench",
    environment: "bench",
    epoch: 1,
    revision: 1,
    flags: flags.map(configurationOf),
    segments: [],
  };
}

export function configurationOf({ key, kind }: WorkloadFlag): FlagConfiguration {
  const on = { variant: "on" } as const;
  const rules: { readonly [K in WorkloadFlag["kind"]]: FlagConfiguration["rules"] } = {
    plain: [],
    rollout: [
      {
        id: "r",
        when: {
          all: [
            { attribute: "region", operator: "in", value: regions },
            { attribute: "plan", operator: "equals", value: "pro" },
          ],
        },
        serve: { split: { by: ["targetingKey"], algorithm: "murmur3", ranges: [["on", 0, 50_000]] } },
        onMiss: "next",
      },
    ],
    twenty: Array.from({ length: RULES }, (_, index) => ({
      id: `r${index}`,
      when: { attribute: "cohort", operator: "equals", value: `c${index + 1}` },
      serve: on,
      onMiss: "next",
    })),
  };
  return {
    key,
    type: "boolean",
    schemaHash: "bench",
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
    rules: rules[kind],
    otherwise: { variant: kind === "plain" ? "on" : "off" },
  };
}

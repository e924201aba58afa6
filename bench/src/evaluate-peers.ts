import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInstance } from "@featurevisor/sdk";
import { GrowthBookClient } from "@growthbook/growthbook";
import { init } from "@launchdarkly/node-server-sdk";
import { TestData } from "@launchdarkly/node-server-sdk/integrations";
import { FlagdCore } from "@openfeature/flagd-core";
import { InMemoryProvider } from "@openfeature/server-sdk";
import { InMemStorageProvider, Unleash } from "unleash-client";
import { type Adapter, people, regions, RULES, type WorkloadFlag } from "./evaluate-workload.ts";

/**
 * The same flags for each peer. Whatever a peer lets one switch off that costs time per call (events, metrics) is off,
 * and its contexts are made beforehand: the comparison leans towards the peers.
 */

const require = createRequire(import.meta.url);
const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
const cohorts = Array.from({ length: RULES }, (_, index) => `c${index + 1}`);

function versionOf(name: string): string {
  for (let folder = dirname(require.resolve(name)); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const found = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        name?: string;
        version?: string;
      };
      if (found.name === name) return `${name} ${found.version}`;
    } catch {
      // The package's root is further up.
    }
  }
  return name;
}

const launchDarkly: Adapter = {
  name: versionOf("@launchdarkly/node-server-sdk"),
  document: undefined,
  async load(flags) {
    const data = new TestData();
    for (const flag of flags) await data.usePreconfiguredFlag(launchDarklyFlag(flag));
    const client = init("key", {
      updateProcessor: data.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: silent,
    });
    await client.waitForInitialization({ timeout: 10 });
    const contexts = people.map(({ id, ...rest }) => ({ kind: "user", key: id, ...rest }));
    return {
      name: this.name,
      asks: (key) => (person) => client.boolVariation(key, contexts[person] as { kind: "user"; key: string }, false),
      evaluateAll: (person) => client.allFlagsState(contexts[person] as { kind: "user"; key: string }),
      close: () => client.close(),
    };
  },
};

function launchDarklyFlag({ key, kind }: WorkloadFlag): object {
  const clause = (attribute: string, values: readonly string[]): object => ({
    contextKind: "user",
    attribute,
    op: "in",
    values,
    negate: false,
  });
  const half = {
    variations: [
      { variation: 0, weight: 50_000 },
      { variation: 1, weight: 50_000 },
    ],
  };
  const rules = {
    plain: [],
    rollout: [{ id: "r", clauses: [clause("region", regions), clause("plan", ["pro"])], rollout: half }],
    twenty: cohorts.map((cohort) => ({ id: cohort, clauses: [clause("cohort", [cohort])], variation: 0 })),
  }[kind];
  return {
    key,
    version: 1,
    on: true,
    salt: key,
    variations: [true, false],
    offVariation: 1,
    fallthrough: { variation: kind === "plain" ? 0 : 1 },
    targets: [],
    prerequisites: [],
    rules,
  };
}

const unleash: Adapter = {
  name: versionOf("unleash-client"),
  document: (flags) => JSON.stringify(flags.map(unleashFeature)),
  async load(flags, document) {
    const client = new Unleash({
      url: "http://127.0.0.1:1/api/",
      appName: "bench",
      refreshInterval: 0,
      disableMetrics: true,
      skipInstanceCountWarning: true,
      storageProvider: new InMemStorageProvider(),
      bootstrap: { data: JSON.parse(document) as never },
    });
    client.on("error", () => {});
    client.on("warn", () => {});
    await new Promise<void>((resolve) => {
      client.once("ready", resolve);
    });
    const contexts = people.map(({ id, ...properties }) => ({ userId: id, properties }));
    const keys = flags.map(({ key }) => key);
    return {
      name: this.name,
      asks: (key) => (person) => client.isEnabled(key, contexts[person] as { userId: string }),
      evaluateAll: (person) => keys.map((key) => client.isEnabled(key, contexts[person] as { userId: string })),
      close: () => client.destroy(),
    };
  },
};

function unleashFeature({ key, kind }: WorkloadFlag): object {
  const constraint = (contextName: string, values: readonly string[]): object => ({
    contextName,
    operator: "IN",
    values,
    inverted: false,
    caseInsensitive: false,
  });
  const strategies = {
    plain: [{ name: "default", parameters: {}, constraints: [] }],
    rollout: [
      {
        name: "flexibleRollout",
        parameters: { rollout: "50", stickiness: "userId", groupId: key },
        constraints: [constraint("region", regions), constraint("plan", ["pro"])],
      },
    ],
    twenty: cohorts.map((cohort) => ({
      name: "default",
      parameters: {},
      constraints: [constraint("cohort", [cohort])],
    })),
  }[kind];
  return {
    name: key,
    type: "release",
    enabled: true,
    project: "default",
    stale: false,
    impressionData: false,
    variants: [],
    strategies,
  };
}

const growthBook: Adapter = {
  name: versionOf("@growthbook/growthbook"),
  document: (flags) => JSON.stringify({ features: Object.fromEntries(flags.map(growthBookFeature)) }),
  async load(flags, document) {
    const client = new GrowthBookClient({}).initSync({ payload: JSON.parse(document) as never });
    const contexts = people.map((person) => ({ attributes: { ...person } }));
    const keys = flags.map(({ key }) => key);
    return {
      name: this.name,
      asks: (key) => (person) => client.isOn(key, contexts[person] ?? {}),
      evaluateAll: (person) => keys.map((key) => client.isOn(key, contexts[person] ?? {})),
      close: () => client.destroy(),
    };
  },
};

function growthBookFeature({ key, kind }: WorkloadFlag): readonly [string, object] {
  const feature = {
    plain: { defaultValue: true },
    rollout: {
      defaultValue: false,
      rules: [
        { condition: { region: { $in: regions }, plan: "pro" }, force: true, coverage: 0.5, hashAttribute: "id" },
      ],
    },
    twenty: { defaultValue: false, rules: cohorts.map((cohort) => ({ condition: { cohort }, force: true })) },
  }[kind];
  return [key, feature];
}

const flagd: Adapter = {
  name: versionOf("@openfeature/flagd-core"),
  document: (flags) => JSON.stringify({ flags: Object.fromEntries(flags.map(flagdFlag)) }),
  async load(_flags, document) {
    const core = new FlagdCore(undefined, silent);
    core.setConfigurations(document);
    const contexts = people.map(({ id, ...rest }) => ({ targetingKey: id, ...rest }));
    return {
      name: this.name,
      asks: (key) => (person) => core.resolveBooleanEvaluation(key, false, contexts[person], silent).value,
      evaluateAll: (person) => core.resolveAll(contexts[person], silent),
      close: () => {},
    };
  },
};

function flagdFlag({ key, kind }: WorkloadFlag): readonly [string, object] {
  const targeting = {
    plain: {},
    rollout: {
      if: [
        { and: [{ in: [{ var: "region" }, regions] }, { "==": [{ var: "plan" }, "pro"] }] },
        {
          fractional: [
            ["on", 50],
            ["off", 50],
          ],
        },
        "off",
      ],
    },
    twenty: { if: [...cohorts.flatMap((cohort) => [{ "==": [{ var: "cohort" }, cohort] }, "on"]), "off"] },
  }[kind];
  return [
    key,
    {
      state: "ENABLED",
      variants: { on: true, off: false },
      defaultVariant: kind === "plain" ? "on" : "off",
      targeting,
    },
  ];
}

const featurevisor: Adapter = {
  name: versionOf("@featurevisor/sdk"),
  document: (flags) =>
    JSON.stringify({
      schemaVersion: "2",
      revision: "1",
      segments: Object.fromEntries([
        [
          "paying",
          {
            conditions: [
              { attribute: "region", operator: "in", value: regions },
              { attribute: "plan", operator: "equals", value: "pro" },
            ],
          },
        ],
        ...cohorts.map((cohort) => [
          cohort,
          { conditions: [{ attribute: "cohort", operator: "equals", value: cohort }] },
        ]),
      ]),
      features: Object.fromEntries(flags.map(featurevisorFeature)),
    }),
  async load(_flags, document) {
    const client = createInstance({ datafile: JSON.parse(document) as never, logLevel: "error" });
    const contexts = people.map((person) => ({ ...person }));
    return {
      name: this.name,
      asks: (key) => (person) => client.isEnabled(key, contexts[person]),
      evaluateAll: (person) => client.getAllEvaluations(contexts[person]),
      close: () => client.close(),
    };
  },
};

function featurevisorFeature({ key, kind }: WorkloadFlag): readonly [string, object] {
  const everybody = { key: "everyone", segments: "*", percentage: kind === "plain" ? 100_000 : 0 };
  const traffic = {
    plain: [],
    rollout: [{ key: "r", segments: "paying", percentage: 50_000 }],
    twenty: cohorts.map((cohort) => ({ key: cohort, segments: cohort, percentage: 100_000 })),
  }[kind];
  return [key, { key, bucketBy: "id", traffic: [...traffic, everybody] }];
}

/** It has no rules of its own, so it takes part where none are needed. */
const openFeature: Adapter = {
  name: `${versionOf("@openfeature/server-sdk")}, in-memory provider`,
  document: undefined,
  async load(flags) {
    const provider = new InMemoryProvider(
      Object.fromEntries(
        flags
          .filter(({ kind }) => kind === "plain")
          .map(({ key }) => [
            key,
            { variants: { on: true, off: false }, defaultVariant: "on", disabled: false } as const,
          ]),
      ),
    );
    const contexts = people.map(({ id, ...rest }) => ({ targetingKey: id, ...rest }));
    return {
      name: this.name,
      asks: (key) => (person) => provider.resolveBooleanEvaluation(key, false, contexts[person], silent),
      evaluateAll: () => undefined,
      close: () => {},
    };
  },
};

export const peers: readonly Adapter[] = [launchDarkly, unleash, growthBook, flagd, featurevisor];
export const plainOnly: readonly Adapter[] = [openFeature];

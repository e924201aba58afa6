import { defineFlag } from "../../codegen/v1/define-flag.ts";
import type { Flag } from "../../codegen/v1/flag.ts";
import type { FlagConfiguration, JsonValue, Patch, Snapshot } from "../../snapshot/model.ts";
import type { Host } from "../host.ts";

/** Flags as generated code defines them, and the snapshots that a server sends for them. */
export const newCheckout: Flag<boolean, { readonly targetingKey: string; readonly region?: string | undefined }> =
  defineFlag({ key: "new-checkout", version: 1, type: "boolean", hash: "hash-boolean", default: false });

export interface Discount {
  readonly percent: number;
}
export const discount: Flag<Discount, { readonly region?: string | undefined }> = defineFlag(
  { key: "discount", version: 1, type: "object", hash: "hash-discount", default: { percent: 0 } },
  (value) => typeof (value as Discount).percent === "number" && (value as Discount).percent <= 90,
);
export const banner: Flag<string> = defineFlag({
  key: "banner",
  version: 1,
  type: "string",
  hash: "hash-banner",
  default: "none",
});

export function checkoutFlag(on: boolean, over: Partial<FlagConfiguration> = {}): FlagConfiguration {
  return {
    key: "new-checkout",
    type: "boolean",
    schemaHash: "hash-boolean",
    visibility: "server",
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    salt: "new-checkout",
    bucketBy: "targetingKey",
    on,
    prerequisites: [],
    targets: [],
    rules: [],
    otherwise: { variant: "on" },
    ...over,
  };
}

export function discountFlag(percent: JsonValue, over: Partial<FlagConfiguration> = {}): FlagConfiguration {
  return {
    ...checkoutFlag(true),
    key: "discount",
    type: "object",
    schemaHash: "hash-discount",
    default: { percent: 0 },
    variants: [["some", { percent }]],
    salt: "discount",
    otherwise: { variant: "some" },
    ...over,
  };
}

export function bannerFlag(text: string): FlagConfiguration {
  return {
    ...checkoutFlag(true),
    key: "banner",
    type: "string",
    schemaHash: "hash-banner",
    default: "none",
    variants: [["text", text]],
    salt: "banner",
    otherwise: { variant: "text" },
  };
}

export function snapshotOf(revision: number, flags: readonly FlagConfiguration[], epoch = 1): Snapshot {
  return {
    format: 1,
    organization: "acme",
    project: "shop",
    environment: "production",
    epoch,
    revision,
    flags,
    segments: [],
  };
}

export function patchOf(from: number, to: number, put: readonly FlagConfiguration[], epoch = 1): Patch {
  return { format: 1, epoch, from, to, put: { flags: put, segments: [] }, delete: { flags: [], segments: [] } };
}

/** A host whose time stands still until it is told to go on, and whose chance is always the middle. */
export class TestHost implements Host {
  time = 1_700_000_000_000;
  chance = 0.5;
  #tasks: { readonly at: number; readonly task: () => void }[] = [];

  now(): number {
    return this.time;
  }
  random(): number {
    return this.chance;
  }
  after(delayMs: number, task: () => void): () => void {
    const entry = { at: this.time + delayMs, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== entry);
    };
  }

  /** The waits that are running, in milliseconds, shortest first. */
  get waits(): readonly number[] {
    return this.#tasks.map(({ at }) => at - this.time).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = this.#tasks.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#tasks = this.#tasks.filter((each) => each !== due);
      this.time = Math.max(this.time, due.at);
      due.task();
    }
    this.time = end;
  }
}

/**
 * Real timers with waits 25 times shorter: for tests that talk to a real server. Time limits shrink as well, so it is
 * no more than that; what a test awaits keeps its full time.
 */
export const hastyHost: Host = {
  now: () => Date.now(),
  random: () => 0.5,
  after: (delayMs, task, hold) => {
    const timer = setTimeout(task, hold === undefined ? delayMs / 25 : delayMs);
    return () => clearTimeout(timer);
  },
};

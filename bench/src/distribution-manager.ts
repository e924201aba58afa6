import { schemaHash, type FlagDefinition } from "@flagwright/schema";
import type { Credentials } from "@flagwright/server";

export interface Order {
  readonly epoch: number;
  readonly revision: number;
}

const ENVIRONMENT = "environments/development";
/** Flags that the benchmark pushes. */
export const FLAGS = 100;

/** Somebody with a management key. */
export class Manager {
  readonly url: string;
  readonly credentials: Credentials;

  constructor(url: string, credentials: Credentials) {
    this.url = url;
    this.credentials = credentials;
  }

  get serverKey(): string {
    return this.credentials.serverKeys["development"] ?? "";
  }
  get clientKey(): string {
    return this.credentials.clientKeys["development"] ?? "";
  }
  get port(): number {
    return Number(new URL(this.url).port);
  }

  async call<Output>(method: string, path: string, body?: unknown): Promise<Output> {
    const response = await fetch(`${this.url}/api/v1/projects/${this.credentials.project}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.credentials.managementKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Output;
  }

  async pushFlags(count: number): Promise<void> {
    const value = { type: "boolean" } as const;
    const definitions = Array.from({ length: count }, (_, index): FlagDefinition => {
      const key = `flag-${String(index).padStart(3, "0")}`;
      return {
        key,
        version: 1,
        description: "A flag of the benchmark.",
        owner: "bench",
        tags: [],
        kind: "operational",
        lifecycle: { status: "active" },
        visibility: "client",
        sensitive: false,
        type: "boolean",
        value,
        schemaHash: schemaHash(value),
        default: false,
        variants: [
          ["on", true],
          ["off", false],
        ],
        bucketBy: null,
        salt: key,
        context: { required: [], optional: [] },
        requires: [],
      };
    });
    const { project } = this.credentials;
    await this.call("PUT", "definitions", {
      format: 1,
      project,
      context: { attributes: {} },
      definitions,
      segments: [],
    });
  }

  /** Where the environment is. */
  order(): Promise<Order> {
    return this.call("GET", `${ENVIRONMENT}/flags?limit=1`);
  }
  toggle(flag: string, on: boolean): Promise<Order> {
    return this.call("POST", `${ENVIRONMENT}/flags/${flag}/toggle`, { on });
  }
  kill(flag: string): Promise<Order> {
    return this.call("POST", `${ENVIRONMENT}/flags/${flag}/kill`, { reason: "bench" });
  }
  lift(flag: string): Promise<Order> {
    return this.call("POST", `${ENVIRONMENT}/flags/${flag}/lift`, {});
  }
  receipt(
    { epoch, revision }: Order,
    clients: number,
  ): Promise<{ readonly complete: boolean; readonly applied: number; readonly connected: number }> {
    return this.call("POST", `${ENVIRONMENT}/receipts`, { epoch, revision, clients, timeoutMs: 20_000 });
  }
}

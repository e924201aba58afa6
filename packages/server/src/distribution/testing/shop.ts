import { schemaHash, type DefinitionBundle, type FlagDefinition } from "@flagwright/schema";
import type { Credentials } from "../../tenancy/first-start.ts";

/** A boolean flag's contract. */
export function booleanFlag(key: string, changes: Partial<FlagDefinition> = {}): FlagDefinition {
  return {
    key,
    version: 1,
    description: `The flag ${key}.`,
    owner: "team-test",
    tags: [],
    kind: "operational",
    created: "2026-01-01",
    lifecycle: { status: "active" },
    visibility: "server",
    sensitive: false,
    type: "boolean",
    value: { type: "boolean" },
    schemaHash: schemaHash({ type: "boolean" }),
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    bucketBy: null,
    salt: key,
    context: { required: [], optional: [] },
    requires: [],
    ...changes,
  };
}

/** Somebody with a management key. */
export class Manager {
  readonly url: string;
  readonly credentials: Credentials;
  readonly environment: string;

  constructor(url: string, credentials: Credentials, environment = "development") {
    this.url = url;
    this.credentials = credentials;
    this.environment = environment;
  }

  get serverKey(): string {
    return this.credentials.serverKeys[this.environment] ?? "";
  }

  get clientKey(): string {
    return this.credentials.clientKeys[this.environment] ?? "";
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    withinMs = 30_000,
  ): Promise<Answer> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      signal: AbortSignal.timeout(withinMs),
      headers: {
        authorization: `Bearer ${this.credentials.managementKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  async push(definitions: readonly FlagDefinition[]): Promise<Answer> {
    const bundle: DefinitionBundle = {
      format: 1,
      project: this.credentials.project,
      context: { attributes: {} },
      definitions,
      segments: [],
    };
    return this.#good(await this.call("PUT", `projects/${this.credentials.project}/definitions`, bundle));
  }

  async toggle(flag: string, on: boolean): Promise<{ readonly epoch: number; readonly revision: number }> {
    return (await this.#good(await this.#flag(flag, "toggle", { on }))).body as never;
  }

  async kill(flag: string, reason = "test"): Promise<{ readonly epoch: number; readonly revision: number }> {
    return (await this.#good(await this.#flag(flag, "kill", { reason }))).body as never;
  }

  #flag(flag: string, action: string, body: unknown): Promise<Answer> {
    const { project } = this.credentials;
    return this.call("POST", `projects/${project}/environments/${this.environment}/flags/${flag}/${action}`, body);
  }

  #good(answer: Answer): Answer {
    if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

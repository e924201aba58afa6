import type { FlagConfiguration, Killed, Segment } from "@flagwright/runtime";
import type { FlagDefinition, FlagState } from "@flagwright/schema";

/** What the management API answers; `docs/architecture.md` is the contract. */

export interface Me {
  readonly organization: unknown;
  readonly key: { readonly id: string; readonly kind: string; readonly name: string };
  readonly project?: unknown;
  readonly environment?: unknown;
}

export interface ProjectResource {
  readonly key: string;
  readonly name: string;
}

export interface EnvironmentResource {
  readonly key: string;
  readonly name: string;
  readonly epoch: number;
  readonly revision: number;
}

export interface FlagResource {
  /** The wire key. */
  readonly key: string;
  readonly environment: string;
  /** Counts the changes to this flag in this environment; the ETag. */
  readonly version: number;
  readonly epoch: number;
  readonly revision: number;
  readonly state: FlagState;
  readonly killed?: Killed;
  readonly definition: FlagDefinition;
  readonly configuration: FlagConfiguration;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface FlagPage {
  readonly items: readonly FlagResource[];
  readonly nextCursor: string | null;
  readonly epoch: number;
  readonly revision: number;
}

export interface KillAnswer {
  /** The wire keys of every version that was meant. */
  readonly flags: readonly string[];
  readonly epoch: number;
  readonly revision: number;
  readonly killed: Killed | null;
  /** Those that were not so already; absent from servers before it was told. */
  readonly changed?: readonly string[];
  /** Clients were told, and it is stored when the database is back. */
  readonly provisional?: true;
  readonly told?: { readonly clients: number; readonly nodes: number; readonly allNodes: boolean };
}

export interface PushAnswer {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  readonly archived: readonly string[];
  /** On the server, not in the push, and left alone. */
  readonly untouched: readonly string[];
  readonly revisions: { readonly [environment: string]: { readonly epoch: number; readonly revision: number } };
  readonly dryRun: boolean;
}

export interface SegmentResource {
  readonly segment: Segment;
  readonly version: number;
}

/** Who reads an environment now, node by node. */
export interface ReadersAnswer {
  readonly items: readonly {
    readonly node: string;
    /** Clients that gave no instance, so nobody knows what they are. */
    readonly silent: number;
    readonly readers: readonly {
      readonly service: string;
      readonly version: string;
      readonly sdk: string;
      readonly clients: number;
      /** Wire key → hash of the schema that the client was generated from; empty when it has not said so. */
      readonly schemas: { readonly [wireKey: string]: string };
    }[];
  }[];
  /** False when nodes could not be heard. */
  readonly allNodes: boolean;
  /** What was pushed with the schemas that clients report; a schema that never was has none. */
  readonly definitions: readonly FlagDefinition[];
}

/** RFC 9457, with our members. */
export interface Problem {
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly errors?: readonly ProblemPlace[];
}

export interface ProblemPlace {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

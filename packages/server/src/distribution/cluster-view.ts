import type { Order } from "@flagwright/runtime";

/** What one node knows of one environment. Nodes tell it to each other, so it is small and all JSON. */
export interface EnvironmentView {
  /** Where the node's own copy is. */
  readonly order: Order;
  /** Streams of clients that report. */
  readonly connected: number;
  /** Streams of clients that gave no instance, so nobody can say what they have applied. */
  readonly silent: number;
  /** How many connected clients are where, newest first. */
  readonly applied: readonly AppliedCount[];
  /** The connected client that is furthest behind. */
  readonly slowest?: { readonly instance: string; readonly service: string; readonly order?: Order };
  /** Who reads: connected clients by build. */
  readonly readers: readonly ReaderGroup[];
}

export interface AppliedCount extends Order {
  readonly clients: number;
  /** Milliseconds since 1970: when the last of them said so. */
  readonly at: number;
}

/** Clients of one service and version that were generated from the same schemas. */
export interface ReaderGroup {
  readonly service: string;
  readonly version: string;
  readonly sdk: string;
  readonly clients: number;
  /** Wire key → schema hash. */
  readonly schemas: Readonly<Record<string, string>>;
}

export interface NodeView {
  readonly node: string;
  readonly region: string;
  readonly environments: { readonly [environmentId: string]: EnvironmentView };
}

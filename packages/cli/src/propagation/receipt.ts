/** Who has applied a change, as the server counts what its clients report. */
export interface Receipt {
  readonly epoch: number;
  readonly revision: number;
  /** Clients with an open stream that report. */
  readonly connected: number;
  readonly applied: number;
  /** `applied` of `connected`, 0 to 1; 1 when nobody is connected. */
  readonly share: number;
  /** Streams of clients that do not report. */
  readonly silent: number;
  readonly lastAppliedAt?: string;
  readonly slowest?: Reader;
  readonly regions: { readonly confirmed: readonly string[]; readonly missing: readonly string[] };
  readonly nodes: number;
  readonly allNodes: boolean;
  /** True when what was asked for is reached. */
  readonly complete: boolean;
  /** What came of putting the flag back, when that was asked for and the rest was not reached. */
  readonly rollback?: RollBack;
}

export type RollBack =
  | { readonly done: true; readonly flags: readonly string[]; readonly epoch: number; readonly revision: number }
  | { readonly done: false; readonly flags: readonly string[]; readonly why: string };

export interface Reader {
  /** The process's own name for itself. */
  readonly instance: string;
  readonly service: string;
  readonly order?: { readonly epoch: number; readonly revision: number };
}

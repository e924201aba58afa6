import type { EvaluationDetails } from "../../evaluation/details.ts";
import type { FlagData, Validate } from "./flag.ts";

/** What the process knows of one flag that generated code has defined. */
export interface RegisteredFlag {
  /** Dense, so that a client can keep what it knows of a flag in an array. */
  readonly index: number;
  readonly data: FlagData<unknown>;
  readonly validate: Validate | undefined;
}

/** The client that answers when a flag is called. Its members never throw and never wait. */
export interface DefaultClient {
  value(flag: RegisteredFlag, context: unknown): unknown;
  details(flag: RegisteredFlag, context: unknown): EvaluationDetails<unknown>;
  /** Called when another client has taken its place. */
  close?(): Promise<void>;
}

/**
 * Shared by every copy of this package in the process: ESM beside CJS, the same package installed twice, server-side
 * rendering. Members may be added, but neither removed nor changed: an older copy may have made it.
 */
export interface Registry {
  /** In order of definition; `index` is the place. A module that is loaded again appears again. */
  readonly flags: RegisteredFlag[];
  client: DefaultClient | undefined;
}

const NAME: unique symbol = Symbol.for("@flagwright/runtime/v1");

/** Under which a flag carries its `RegisteredFlag`; by name, so that another copy of this package finds it too. */
export const REGISTERED: unique symbol = Symbol.for("@flagwright/runtime/v1/registered");

interface Holder {
  [NAME]?: Registry;
}

/** The registry of this process. */
export const registry: Registry = ((globalThis as Holder)[NAME] ??= { flags: [], client: undefined });

/** What can go wrong between a client and where its flags come from. None of it ever reaches a flag's caller. */
export type ClientErrorCode =
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "UNEXPECTED_STATUS"
  | "UNEXPECTED_CONTENT"
  | "NETWORK"
  | "TIMEOUT"
  | "STREAM_ENDED"
  /** A stream opens, and its events do not come: a proxy keeps them in a buffer. */
  | "STREAM_HELD_BACK"
  | "PAYLOAD_TOO_LARGE"
  | "PAYLOAD_INVALID"
  | "FILE_UNREADABLE"
  | "CACHE_UNWRITABLE"
  | "HOOK_FAILED";

export interface ClientError {
  readonly code: ClientErrorCode;
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says how to mend it. */
  readonly help?: string;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Trying again soon will not help: somebody has to change something. */
  readonly permanent?: true;
}

/** The readable reason of whatever was thrown, with its cause, which is where `fetch` hides it. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof AggregateError && thrown.message === "") return thrown.errors.map(reasonOf).join("; ");
  return thrown.cause === undefined ? thrown.message : `${thrown.message}: ${reasonOf(thrown.cause)}`;
}

/** What is wrong with one place of a request. `pointer` is an RFC 6901 JSON Pointer into the body. */
export interface ProblemPlace {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemPlace[];
  /** Whole seconds; sent as `Retry-After`. */
  readonly retryAfter?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly cause?: unknown;
}

/**
 * An answer that is an error, thrown at the edge where HTTP sees it and printed as an RFC 9457 problem. `code` is
 * stable, in upper snake case.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly options: ProblemOptions;

  constructor(status: number, code: string, title: string, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.title = title;
    this.options = options;
  }
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly ProblemPlace[];
}

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    type: `urn:flagwright:problem:${problem.code.toLowerCase().replaceAll("_", "-")}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(problem.options.errors === undefined ? {} : { errors: problem.options.errors }),
  };
}

export const badRequest = (code: string, detail: string): Problem => new Problem(400, code, "Bad request", detail);

export const invalid = (code: string, detail: string, errors: readonly ProblemPlace[]): Problem =>
  new Problem(422, code, "Invalid content", detail, { errors });

export const conflict = (code: string, detail: string): Problem => new Problem(409, code, "Conflict", detail);

/** So many names are listed for somebody whose word is near none of them. */
const LISTED = 5;

/** Names what was asked for and what may have been meant: the nearest, or all where there are few. */
export function notFound(kind: string, key: string, known: readonly string[] = []): Problem {
  const near = nearest(key, known);
  const code = `${kind.toUpperCase().replaceAll(" ", "_")}_NOT_FOUND`;
  const few =
    known.length > 0 && known.length <= LISTED ? ` There is ${known.map((name) => `"${name}"`).join(", ")}.` : "";
  const hint = near === undefined ? few : ` Did you mean "${near}"?`;
  return new Problem(404, code, "Not found", `There is no ${kind} "${shortened(key)}".${hint}`);
}

/** The known name with the smallest edit distance, if that is small enough to be a slip of the hand. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Keys have at most 100 characters and a version; longer ones are not slips. */
const LONGEST_NAME = 120;

function shortened(text: string): string {
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

import { Failure } from "../failure.ts";
import { printable } from "../output/text.ts";
import type { Connection } from "./connection.ts";
import type { Problem, ProblemPlace } from "./resources.ts";

/** What went wrong at the server, said for the person at the terminal. */
export class ApiFailure extends Failure {
  readonly problem: Problem;

  constructor(problem: Problem, message: string, help: string | undefined) {
    super(message, { help });
    this.problem = problem;
  }
}

export function failureOf(connection: Connection, problem: Problem): ApiFailure {
  const detail = printable(problem.detail ?? problem.title ?? `The server answered ${problem.status}.`);
  const places = (problem.errors ?? []).map(placeLine);
  return new ApiFailure(problem, [detail, ...places].join("\n"), helpOf(connection, problem));
}

function placeLine({ pointer, message, help }: ProblemPlace): string {
  const at = pointer === "" ? "" : `${printable(pointer)}: `;
  return `  ${at}${printable(message)}${help === undefined ? "" : ` ${printable(help)}`}`;
}

function helpOf({ keySource, url }: Connection, { status, code, requestId }: Problem): string | undefined {
  if (code === "READERS_BEHIND") return "Here, ?force=true is the option --force.";
  switch (status) {
    case 401:
      return `The key came from ${keySource}; the server is ${url}. A key belongs to the server that made it.`;
    case 403:
      return `The key came from ${keySource}. This needs a management key that reaches the project.`;
    case 412:
      return "Somebody else changed it at the same moment. Look at it again and repeat the command.";
    case 429:
    case 503:
      return "Try again in a moment.";
    default:
      return status >= 500
        ? `The server's log says more (request ${requestId ?? "unknown"}, ${code ?? "no code"}).`
        : undefined;
  }
}

/** No answer at all. */
export function unreachable({ url }: Connection, error: unknown): Failure {
  const code = codeOf(error);
  if (code === "ECONNREFUSED")
    return new Failure(`No server answers at ${url}.`, {
      help: "Start one with: flagwright serve    (or say where it is: --url, FLAGWRIGHT_URL)",
    });
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new Failure(`The name ${new URL(url).hostname} cannot be resolved.`, {
      help: "Look at --url and FLAGWRIGHT_URL.",
    });
  if (code !== undefined && /TIMEOUT/.test(code))
    return new Failure(`The server at ${url} took too long to answer.`, {
      help: "Whether a change was made is unknown: look, then repeat it.",
    });
  return new Failure(
    `The connection to ${url} failed: ${code ?? (error instanceof Error ? error.message : String(error))}.`,
    {
      help: "Whether a change was made is unknown: look, then repeat it.",
    },
  );
}

/** An answer that no Flagwright server gives. */
export function notOurs({ url }: Connection, status: number): Failure {
  return new Failure(`What answers at ${url} (status ${status}) is not a Flagwright server.`, {
    help: "Look at --url and FLAGWRIGHT_URL; something else may listen on that port.",
  });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Where a name has several addresses, each has its own error.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

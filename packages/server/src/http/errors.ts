import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { badRequest, notFound, Problem, PROBLEM_MEDIA_TYPE, problemBody } from "./problem.ts";

/** Every error leaves as a problem; what we did not foresee is logged in full and answered without detail. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = error instanceof Problem ? error : translate(error);
    if (problem.status >= 500) request.log.error({ err: error }, problem.code);
    else request.log.debug({ code: problem.code }, problem.message);
    return sendProblem(request, reply, problem);
  });
  app.addHook("onRequest", (request, _reply, done) => {
    // PostgreSQL has no way to hold NUL, so nothing can have such a name.
    done(request.url.includes("%00") ? badRequest("NUL_IN_ADDRESS", "The address holds a NUL character.") : undefined);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    return sendProblem(request, reply, notFound("route", `${request.method} ${path}`));
  });
}

/** For what goes wrong before a route is found, where hooks and handlers do not run. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(request, reply, translate(error));
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfter, headers = {} } = problem.options;
  // A problem may come before the hook that sets it for everything else.
  reply.header("x-request-id", request.id).header("x-content-type-options", "nosniff");
  if (retryAfter !== undefined) reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfter))));
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
  return reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(problemBody(problem, request.id));
}

function translate(error: FastifyError): Problem {
  if (error.code === READ_ONLY)
    return new Problem(
      503,
      "DATABASE_READ_ONLY",
      "Service unavailable",
      "The database takes no changes now (it may be a standby), so nothing was changed. Try again.",
      { retryAfter: 5, cause: error },
    );
  const status = error.statusCode ?? statusOfStorage(error) ?? 500;
  if (status === 413)
    return new Problem(413, "BODY_TOO_LARGE", "Body too large", "The body is over the limit of this route.");
  if (status === 415)
    return new Problem(415, "MEDIA_TYPE", "Unsupported media type", 'Send the body as "application/json".');
  if (status === 429) return new Problem(429, "RATE_LIMITED", "Too many requests", error.message, { retryAfter: 1 });
  if (status === 503)
    return new Problem(
      503,
      "UNAVAILABLE",
      "Service unavailable",
      // The connection may have been cut between a commit and its answer.
      "The database did not answer. A change may have been made or not: repeat it with the same Idempotency-Key.",
      { retryAfter: 1, cause: error },
    );
  if (status >= 400 && status < 500) return new Problem(status, codeOf(error), "Bad request", error.message);
  return new Problem(500, "INTERNAL", "Internal error", "The server failed to answer; its log says why.", {
    cause: error,
  });
}

/** The database is away or takes no changes; nothing is wrong with what was asked. */
export function isStorageAway(error: unknown): boolean {
  if (error instanceof Problem || !(error instanceof Error)) return false;
  return translate(error as FastifyError).status === 503;
}

/** SQLSTATE read_only_sql_transaction. */
const READ_ONLY = "25006";

/** PostgreSQL's classes of "not now": connection lost, shutting down, out of resources, read-only, lock not got. */
function statusOfStorage(error: FastifyError): number | undefined {
  return /^(08|53|57P|40001|40P01|55P03|57014|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE)/.test(error.code ?? "") ||
    /timeout exceeded when trying to connect|Connection terminated|not queryable|driver has already been destroyed/.test(
      error.message,
    )
    ? 503
    : undefined;
}

function codeOf(error: FastifyError): string {
  return (error.code ?? "BAD_REQUEST").replace(/^FST_(ERR_)?/, "");
}

import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../http/problem.ts";

export type OfrepErrorCode = "PARSE_ERROR" | "TARGETING_KEY_MISSING" | "INVALID_CONTEXT" | "GENERAL" | "FLAG_NOT_FOUND";

/** An answer that is an error in OFREP's words. */
export class OfrepError extends Error {
  override readonly name = "OfrepError";
  readonly status: number;
  readonly errorCode: OfrepErrorCode;
  /** In whole seconds: the protocol's clients read nothing else. */
  readonly retryAfter: number | undefined;

  constructor(status: number, errorCode: OfrepErrorCode, details: string, retryAfter?: number) {
    super(details);
    this.status = status;
    this.errorCode = errorCode;
    this.retryAfter = retryAfter;
  }
}

/** Errors below this prefix leave as OFREP says, not as problems. */
export function answerOfrepErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | OfrepError | Problem, request, reply) => {
    const { status, errorCode, message, retryAfter, headers } = translate(error);
    if (status >= 500 && status !== 503) request.log.error({ err: error }, errorCode);
    if (retryAfter !== undefined) reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfter))));
    for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    const key = keyOf(request);
    return reply
      .code(status)
      .type("application/json; charset=utf-8")
      .send(JSON.stringify({ ...(key === undefined ? {} : { key }), errorCode, errorDetails: message }));
  });
}

interface Translated {
  readonly status: number;
  readonly errorCode: OfrepErrorCode;
  readonly message: string;
  readonly retryAfter: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

function translate(error: FastifyError | OfrepError | Problem): Translated {
  const { message } = error;
  if (error instanceof OfrepError) return { ...error, message, headers: {} };
  if (error instanceof Problem) {
    const { retryAfter, headers = {} } = error.options;
    const errorCode = error.code.startsWith("BODY_") ? "PARSE_ERROR" : "GENERAL";
    return { status: error.status, errorCode, message, retryAfter, headers };
  }
  const status = error.statusCode ?? 500;
  if (status === 415)
    return {
      status,
      errorCode: "PARSE_ERROR",
      message: 'Send the body as "application/json".',
      retryAfter: undefined,
      headers: {},
    };
  if (status >= 400 && status < 500)
    return { status, errorCode: "PARSE_ERROR", message, retryAfter: undefined, headers: {} };
  return {
    status: 500,
    errorCode: "GENERAL",
    message: "The server failed to answer; its log says why.",
    retryAfter: undefined,
    headers: {},
  };
}

function keyOf({ params }: FastifyRequest): string | undefined {
  return typeof params === "object" && params !== null && "key" in params && typeof params.key === "string"
    ? params.key
    : undefined;
}

import type { FastifyInstance } from "fastify";
import { badRequest } from "./problem.ts";

/** Deeper than any flag state or value schema worth writing; walking deeper ones could exhaust the stack. */
export const MAX_DEPTH = 100;

/**
 * Reads JSON bodies. `__proto__` is an ordinary member here: `JSON.parse` makes it one, and nothing after copies
 * members by assignment.
 */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json(?:$|[ ;])/,
    { parseAs: "buffer" },
    (_request, body: Buffer, done) => {
      try {
        done(null, parseJsonBody(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** @throws Problem 400 that says where the text stops being JSON. */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = decode(body);
  if (exceedsDepth(text, MAX_DEPTH))
    throw badRequest("BODY_TOO_DEEP", `The body nests objects and arrays more than ${MAX_DEPTH} levels deep.`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest("BODY_NOT_JSON", `The body is not JSON: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw badRequest("BODY_NOT_UTF8", "The body is not UTF-8.");
  }
}

/** Counts brackets outside strings, before anything is built from the text. */
export function exceedsDepth(text: string, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > limit) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

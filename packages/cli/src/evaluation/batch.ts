import { once } from "node:events";
import { createInterface } from "node:readline";
import type { CompiledSnapshot } from "@flagwright/runtime";
import type { Io } from "../io/io.ts";
import { answer } from "./answer.ts";
import { parseIsoInstant } from "./instant.ts";

/** Output is handed on in pieces of about this size: a write per line costs more than the evaluation. */
const CHUNK = 64 * 1024;

/**
 * Answers each line of standard input, `{"flag", "context", "at"?}`, with one line of details. A line that cannot be
 * read is answered by `{"line", "error"}`, and the rest goes on. Blank lines are passed over.
 *
 * @returns how many lines could not be read.
 */
export async function evaluateBatch(compiled: CompiledSnapshot, io: Io): Promise<number> {
  let number = 0;
  let broken = 0;
  let waiting = "";
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = "";
    if (!io.stdout.write(text)) await once(io.stdout, "drain");
  };
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Infinity })) {
    number++;
    if (line.trim() === "") continue;
    const question = parseQuestion(line, io.now);
    if (typeof question === "string") broken++;
    const result =
      typeof question === "string"
        ? { line: number, error: question }
        : answer(compiled, question.flag, question.context, question.at);
    waiting += `${JSON.stringify(result)}\n`;
    if (waiting.length >= CHUNK) await flush();
  }
  if (waiting !== "") await flush();
  return broken;
}

interface Question {
  readonly flag: string;
  readonly context: unknown;
  readonly at: number;
}

/** The question of one line, or what is wrong with it. */
function parseQuestion(line: string, now: () => number): Question | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `This line is not JSON: ${(error as Error).message}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return 'This line is not an object with "flag" and "context".';
  const {
    flag,
    context = {},
    at,
  } = value as { readonly flag?: unknown; readonly context?: unknown; readonly at?: unknown };
  if (typeof flag !== "string") return '"flag" is missing, or not a text.';
  if (at === undefined) return { flag, context, at: now() };
  const instant = typeof at === "string" ? parseIsoInstant(at) : undefined;
  return instant === undefined
    ? '"at" is not an instant such as "2027-01-31T00:00:00Z".'
    : { flag, context, at: instant };
}

import type { EvaluationContext } from "@flagwright/runtime";
import { Failure } from "../failure.ts";
import { parseIsoInstant } from "./instant.ts";

const help = `Write it as: --context '{"targetingKey": "user-1"}'`;

/** The context of `--context`. @throws Failure when it is no JSON object. */
export function parseContext(text: string): EvaluationContext {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(`--context is not JSON: ${(error as Error).message}`, { help });
  }
  if (!isContext(value)) throw new Failure("--context is a JSON object of attributes.", { help });
  return value;
}

export function isContext(value: unknown): value is EvaluationContext {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The time of `--at`. @throws Failure when it is no instant with a zone. */
export function parseAt(text: string): number {
  const at = parseIsoInstant(text);
  if (at === undefined)
    throw new Failure(`"${text}" is no instant with a time zone.`, { help: "Write it as: --at 2027-01-31T00:00:00Z" });
  return at;
}

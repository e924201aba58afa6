import { SchemaPair, type CompareOptions } from "./compare.ts";
import { isExactObject, parseExact, toText, type Exact } from "./exact-json.ts";
import { readExactSchema } from "./schema/document.ts";
import type { Comparison, Verdict } from "./verdict.ts";

/**
 * Answers one line of a batch, `{"id", "previous", "current"}`, with one line: the verdicts, the witnesses by
 * direction, and the reasons where a direction is undecided. A line that cannot be answered gives `{"id", "error"}`.
 * Numbers keep their digits from end to end.
 *
 * @example
 * ```ts
 * compareLine('{"id":1,"previous":{"type":"number"},"current":{"type":"integer"}}');
 * // {"id":1,"previousInCurrent":"no","currentInPrevious":"yes","witness":{"inPreviousNotCurrent":0.5}}
 * ```
 */
export function compareLine(line: string, options: CompareOptions = {}): string {
  let id: Exact = null;
  try {
    const request = parseExact(line);
    if (!isExactObject(request)) throw new Error('A line must be an object: {"id", "previous", "current"}');
    id = request.get("id") ?? null;
    const schema = (name: string): Exact => {
      const value = request.get(name);
      if (value === undefined) throw new Error(`The line has no "${name}"`);
      return value;
    };
    const [previous, current] = [schema("previous"), schema("current")].map(readExactSchema);
    return answer(id, new SchemaPair(previous!, current!, options).compare());
  } catch (error) {
    return `{"id":${toText(id)},"error":${JSON.stringify((error as Error).message)}}`;
  }
}

function answer(id: Exact, { previousInCurrent, currentInPrevious }: Comparison): string {
  const members = [
    `"id":${toText(id)}`,
    `"previousInCurrent":"${previousInCurrent.answer}"`,
    `"currentInPrevious":"${currentInPrevious.answer}"`,
  ];
  const witnesses = [
    ...(previousInCurrent.answer === "no" ? [`"inPreviousNotCurrent":${previousInCurrent.witnessText}`] : []),
    ...(currentInPrevious.answer === "no" ? [`"inCurrentNotPrevious":${currentInPrevious.witnessText}`] : []),
  ];
  if (witnesses.length > 0) members.push(`"witness":{${witnesses.join(",")}}`);
  const reasons = [
    ...reason("previousInCurrent", previousInCurrent),
    ...reason("currentInPrevious", currentInPrevious),
  ];
  if (reasons.length > 0) members.push(`"reason":{${reasons.join(",")}}`);
  return `{${members.join(",")}}`;
}

function reason(direction: keyof Comparison, verdict: Verdict): string[] {
  return verdict.answer === "unknown" ? [`"${direction}":${JSON.stringify(verdict.reason)}`] : [];
}

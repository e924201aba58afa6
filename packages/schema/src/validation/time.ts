import { problem, type StateProblem } from "./problem.ts";

/** A text that has the form of an instant, but may name a day that does not exist. */
export function checkInstant(text: string, at: string): StateProblem[] {
  const time = Date.parse(text);
  if (!Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19)) return [];
  return [problem(at, "INSTANT_EXISTS", `${text} is no instant.`, 'Write UTC, as in "2027-01-31T00:00:00Z".')];
}

/** A text that has the form of a calendar date, but may name a day that does not exist. */
export function checkDate(text: string, at: string): StateProblem[] {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (!Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text) return [];
  return [problem(at, "DATE_EXISTS", `${text} is no date.`, "Write year, month and day: 2027-01-31.")];
}

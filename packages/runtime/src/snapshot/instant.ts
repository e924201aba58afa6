const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/**
 * Milliseconds since 1970 of an ISO 8601 instant in UTC, or `undefined` when the text is none, a day that does not
 * exist included.
 *
 * @example
 * ```ts
 * parseInstant("2027-01-31T00:00:00Z"); // 1801353600000
 * parseInstant("2027-02-30T00:00:00Z"); // undefined
 * ```
 */
export function parseInstant(text: string): number | undefined {
  if (!instantPattern.test(text)) return undefined;
  const at = Date.parse(text);
  // Engines roll 30 February over to March; writing the date again shows it. It shows 24:00:00 as well.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== text.slice(0, 19) ? undefined : at;
}

import type { JsonObject } from "@flagwright/runtime";
import { badRequest } from "./problem.ts";

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** For the query schemas of lists. */
export const pagingQuery: JsonObject = {
  limit: { type: "integer", minimum: 1, maximum: MAX_LIMIT, description: `How many items, default ${DEFAULT_LIMIT}.` },
  cursor: { type: "string", maxLength: 400, description: "`nextCursor` of the page before." },
};

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** `rows` holds one more than the limit when there is another page; `position` says where the next page starts after. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  query: PageQuery,
  position: (row: Row) => string,
  item: (row: Row) => T,
): Page<T> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(item), nextCursor: more ? Buffer.from(position(last)).toString("base64url") : null };
}

export function rowsToRead(query: PageQuery): number {
  return (query.limit ?? DEFAULT_LIMIT) + 1;
}

export function textCursor(query: PageQuery): string | undefined {
  if (query.cursor === undefined) return undefined;
  const text = Buffer.from(query.cursor, "base64url").toString("utf8");
  if (text.length === 0 || !/^[ -~]+$/.test(text)) throw unreadable();
  return text;
}

export function numberCursor(query: PageQuery): number | undefined {
  const text = textCursor(query);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw unreadable();
  return Number(text);
}

function unreadable(): Error {
  return badRequest("CURSOR_INVALID", "The cursor is not one that this server gave out.");
}

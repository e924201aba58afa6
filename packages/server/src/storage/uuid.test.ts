import { expect, test } from "vitest";
import { uuidv7 } from "./uuid.ts";

test("ids of one process sort by the order in which they were made, even when the clock stands or goes back", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  const ids = Array.from({ length: 10_000 }, (_, index) => uuidv7(now - index));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids.slice(0, 100))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

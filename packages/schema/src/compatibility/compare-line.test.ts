import { describe, expect, it } from "vitest";
import { compareLine } from "./index.ts";

const answer = (request: unknown): unknown => JSON.parse(compareLine(JSON.stringify(request)));

describe("one line of a batch", () => {
  it("names the witness by direction", () => {
    expect(answer({ id: 7, previous: { type: "number" }, current: { type: "integer" } })).toEqual({
      id: 7,
      previousInCurrent: "no",
      currentInPrevious: "yes",
      witness: { inPreviousNotCurrent: 0.5 },
    });
    expect(answer({ id: "b", previous: { const: 1 }, current: { const: 2 } })).toEqual({
      id: "b",
      previousInCurrent: "no",
      currentInPrevious: "no",
      witness: { inPreviousNotCurrent: 1, inCurrentNotPrevious: 2 },
    });
  });

  it("has no witness where both accept the same", () => {
    expect(answer({ id: 1, previous: true, current: {} })).toEqual({
      id: 1,
      previousInCurrent: "yes",
      currentInPrevious: "yes",
    });
  });

  it("says why a direction is unknown", () => {
    const line = answer({
      id: 1,
      previous: { type: "array", minItems: 1e9 },
      current: { type: "array", minItems: 2e9 },
    });
    expect(line).toMatchObject({ previousInCurrent: "unknown", currentInPrevious: "yes" });
    expect(line).toHaveProperty("reason.previousInCurrent.why");
  });

  it("keeps the digits of numbers, in schemas and in the id", () => {
    const line = compareLine(
      '{"id":12345678901234567890,"previous":{"maximum":9007199254740993},"current":{"maximum":9007199254740992}}',
    );
    expect(line).toBe(
      '{"id":12345678901234567890,"previousInCurrent":"no","currentInPrevious":"yes","witness":{"inPreviousNotCurrent":9007199254740993}}',
    );
  });

  it.each([
    ["a bad schema", { id: 3, previous: { type: "text" }, current: {} }, 3],
    ["a schema that is missing", { id: 4, previous: {} }, 4],
    ["a reference to nowhere", { id: 5, previous: { $ref: "#/$defs/x" }, current: {} }, 5],
    ["what is no schema at all", { id: 6, previous: 1, current: {} }, 6],
  ])("reports %s with its id", (_what, request, id) => {
    expect(answer(request)).toEqual({ id, error: expect.any(String) as string });
  });

  it.each(["", "nonsense", "[]", "null", '{"id":'])("reports a line that is no request: %j", (line) => {
    expect(JSON.parse(compareLine(line))).toEqual({ id: null, error: expect.any(String) as string });
  });
});

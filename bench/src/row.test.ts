import { describe, expect, it } from "vitest";
import { row } from "./row.ts";

const measured = { case: "c", unit: "ms", ours: 20, peer: "p", peerValue: 100 };

describe("a row of a benchmark", () => {
  it("is met from its target on, for what should be low", () => {
    expect(row({ ...measured, atLeast: 5 })).toMatchObject({ ratio: 5, target: 5, met: true });
    expect(row({ ...measured, atLeast: 5.1 })).toMatchObject({ met: false });
  });
  it("turns round for what should be high", () => {
    expect(row({ ...measured, better: "higher", atLeast: 0.3 })).toMatchObject({ ratio: 0.2, met: false });
  });
  it("is neither met nor missed without a target", () => {
    expect(row(measured)).toMatchObject({ target: null, met: null });
  });
});

import { describe, expect, test } from "vitest";
import { progressLine } from "./progress-line.ts";
import type { Receipt } from "./receipt.ts";

const receipt: Receipt = {
  epoch: 5,
  revision: 12,
  connected: 1200,
  applied: 1199,
  share: 1199 / 1200,
  silent: 2,
  slowest: { instance: "pod-7", service: "checkout", order: { epoch: 5, revision: 11 } },
  regions: { confirmed: ["eu"], missing: ["ap"] },
  nodes: 3,
  allNodes: false,
  complete: false,
};

describe("progressLine", () => {
  test("is full only when everybody has it", () => {
    expect(progressLine(receipt, 340)).toBe(
      "███████████████████████░ 99.9 %  1,199 of 1,200 clients  0.34 s  slowest: checkout, pod-7 (at revision 11)",
    );
    expect(progressLine({ ...receipt, share: 1, applied: 1200 }, 340)).toMatch(/^█{24} 100 %/);
    expect(progressLine({ ...receipt, share: 0.99999 }, 0)).toContain("99.9 %");
  });
});

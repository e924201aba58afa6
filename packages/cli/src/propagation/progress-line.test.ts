import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import { progressLine, receiptLines } from "./progress-line.ts";
import type { Receipt } from "./receipt.ts";

const plain = createColors(false);
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

describe("receiptLines", () => {
  test("names what stands between this and everybody", () => {
    expect(receiptLines(receipt, 12_340, false, plain)).toBe(
      "! Only 99.9 % have applied it after 12.3 s (1,199 of 1,200 clients)\n" +
        "  slowest  checkout, pod-7 (at revision 11)\n" +
        "  silent   2 clients that never report\n" +
        "  regions  not yet: ap\n" +
        "  nodes    the server reaches only itself, so others may be missing here\n",
    );
  });

  test("does not call it success when nobody was there", () => {
    const nobody: Receipt = { ...receipt, connected: 0, applied: 0, share: 1, silent: 0, allNodes: true };
    expect(receiptLines(nobody, 0, true, plain)).toContain("No client that reports is connected");
  });
});

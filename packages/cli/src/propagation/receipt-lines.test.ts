import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import { receiptLines } from "./receipt-lines.ts";
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

const wait = { share: 0.9999, timeoutMs: 30_000 };

describe("receiptLines", () => {
  test("names what stands between this and everybody", () => {
    expect(receiptLines(receipt, 12_340, wait, plain)).toBe(
      "! Only 99.9 % have applied it after 12.3 s (1,199 of 1,200 clients)\n" +
        "  slowest  checkout, pod-7 (at revision 11)\n" +
        "  silent   2 clients that never report\n" +
        "  regions  not yet: ap\n" +
        "  nodes    the server reaches only itself, so others may be missing here\n",
    );
  });

  test("does not call it success when nobody was there", () => {
    const nobody: Receipt = { ...receipt, connected: 0, applied: 0, share: 1, silent: 0, allNodes: true };
    expect(receiptLines(nobody, 0, wait, plain)).toContain("No client that reports is connected");
  });

  test("says which regions confirmed, and which did not answer", () => {
    const asked = { ...wait, share: 0, regions: ["eu", "ap"] };
    expect(receiptLines({ ...receipt, allNodes: true }, 5_000, asked, plain)).toContain(
      "! Unconfirmed after 5.00 s: no answer from ap; eu has it\n",
    );
    expect(receiptLines(receipt, 5_000, asked, plain)).toContain(
      "  clients  99.9 % have applied it after 5.00 s (1,199 of 1,200 clients)\n",
    );
    const both = { ...receipt, regions: { confirmed: ["eu", "ap"], missing: [] }, complete: true };
    expect(receiptLines(both, 5_000, asked, plain)).toContain("✓ Confirmed by eu, ap\n");
    const few = { ...receipt, regions: { confirmed: ["eu"], missing: [] } };
    expect(receiptLines(few, 5_000, { ...asked, regions: 2 }, plain)).toContain(
      "! Unconfirmed after 5.00 s: only 1 of 2 regions are there; eu has it\n",
    );
  });

  test("says what came of a rollback, and who stood in its way", () => {
    const done = { done: true, flags: ["checkout"], epoch: 5, revision: 13 } as const;
    expect(receiptLines({ ...receipt, rollback: done }, 0, wait, plain)).toContain(
      "↩ Rolled back: checkout is what it was before (revision 13)\n",
    );
    const why = "ana has changed checkout since, in revision 13; that stands.";
    expect(receiptLines({ ...receipt, rollback: { done: false, flags: ["checkout"], why } }, 0, wait, plain)).toContain(
      `✗ Not rolled back. ${why}\n`,
    );
  });
});

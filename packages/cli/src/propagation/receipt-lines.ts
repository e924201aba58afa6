import type { Paint } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { clientWords, readerWords, seconds, shareWords } from "./progress-line.ts";
import type { Receipt } from "./receipt.ts";
import type { Wait } from "./wait.ts";

/** What a wait ended with, a line for each thing that a person must know. */
export function receiptLines(receipt: Receipt, afterMs: number, wait: Wait, paint: Paint): string {
  const { silent, slowest, allNodes } = receipt;
  return [
    clientLine(receipt, afterMs, wait, paint),
    ...(slowest === undefined ? [] : [`  slowest  ${readerWords(slowest)}`]),
    ...(silent > 0 ? [`  silent   ${count(silent, "client")} that never report`] : []),
    ...regionLines(receipt, afterMs, wait, paint),
    ...(allNodes ? [] : ["  nodes    the server reaches only itself, so others may be missing here"]),
    ...rollbackLines(receipt, paint),
    "",
  ].join("\n");
}

function clientLine(receipt: Receipt, afterMs: number, { share }: Wait, paint: Paint): string {
  if (receipt.connected === 0)
    return `${paint.yellow("·")} No client that reports is connected; whoever connects gets it at once.`;
  const clients = `have applied it after ${seconds(afterMs)} (${clientWords(receipt)})`;
  // Nobody asked for a share: then it is neither good nor bad.
  if (share === 0) return `  clients  ${shareWords(receipt)} ${clients}`;
  return receipt.share >= share
    ? `${paint.green("✓")} ${shareWords(receipt)} ${clients}`
    : `${paint.yellow("!")} Only ${shareWords(receipt)} ${clients}`;
}

function regionLines(
  { regions, complete, share }: Receipt,
  afterMs: number,
  wait: Wait,
  paint: Paint,
): readonly string[] {
  const missing = regions.missing.map(printable).join(", ");
  const confirmed = regions.confirmed.map(printable).join(", ");
  if (wait.regions === undefined) return missing === "" ? [] : [`  regions  not yet: ${missing}`];
  const enough =
    typeof wait.regions === "number"
      ? regions.confirmed.length >= wait.regions
      : wait.regions.every((region) => regions.confirmed.includes(region));
  if (complete || (enough && share < wait.share)) return [`${paint.green("✓")} Confirmed by ${confirmed}`];
  const absent =
    missing === ""
      ? `only ${regions.confirmed.length} of ${String(wait.regions)} regions are there`
      : `no answer from ${missing}`;
  return [
    `${paint.yellow("!")} Unconfirmed after ${seconds(afterMs)}: ${absent}${confirmed === "" ? "" : `; ${confirmed} has it`}`,
  ];
}

function rollbackLines({ rollback }: Receipt, paint: Paint): readonly string[] {
  if (rollback === undefined) return [];
  const flags = rollback.flags.map(printable).join(", ");
  return rollback.done
    ? [
        `${paint.yellow("↩")} Rolled back: ${flags} is what it was before ${paint.dim(`(revision ${rollback.revision})`)}`,
      ]
    : [`${paint.red("✗")} Not rolled back. ${printable(rollback.why)}`];
}

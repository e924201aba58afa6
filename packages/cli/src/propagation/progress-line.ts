import { count, printable } from "../output/text.ts";
import type { Reader, Receipt } from "./receipt.ts";

const BAR_WIDTH = 24;

/** `████████████░░░░ 75 %  3 of 4 clients  1.2 s  slowest: checkout (node 0.1.0)` */
export function progressLine(receipt: Receipt, afterMs: number): string {
  const full = Math.floor(receipt.share * BAR_WIDTH);
  const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  const slowest = receipt.slowest === undefined ? "" : `  slowest: ${readerWords(receipt.slowest)}`;
  return `${bar} ${shareWords(receipt)}  ${clientWords(receipt)}  ${seconds(afterMs)}${slowest}`;
}

export function shareWords({ share }: Receipt): string {
  // Never rounded up to what has not been reached.
  return `${Math.floor(share * 1000) / 10} %`;
}

export function clientWords({ applied, connected }: Receipt): string {
  return `${applied.toLocaleString("en-US")} of ${count(connected, "client")}`;
}

export function readerWords({ instance, service, order }: Reader): string {
  const name = [service, instance]
    .filter((word) => word !== "")
    .map(printable)
    .join(", ");
  const at = order === undefined ? "nothing applied yet" : `at revision ${order.revision}`;
  return `${name || "a client"} (${at})`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

import type { Command as Commander } from "commander";
import type { ManagementApi, Place } from "../api/management-api.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io/io.ts";
import { paintFor } from "../output/paint.ts";
import { awaitClients } from "./await-clients.ts";
import { receiptLines } from "./receipt-lines.ts";
import type { Receipt } from "./receipt.ts";
import type { Wait } from "./wait.ts";

type Order = Pick<Receipt, "epoch" | "revision">;

export function addWaitOptions(command: Commander): Commander {
  return command
    .option("-w, --wait [share]", "wait until this share of the connected clients has applied it (99%)")
    .option("--regions <names>", "wait until these regions, or so many, have it: eu,us or 2")
    .option("--timeout <time>", "how long to wait at most; then end with code 1", "30s");
}

export function addRollbackOption(command: Commander): Commander {
  return command.option("--rollback", "put it back when time is up, unless somebody has changed it since");
}

/** Waits with a bar and says what came of it. */
export async function showArrival(order: Order, api: ManagementApi, at: Place, wait: Wait, io: Io): Promise<void> {
  const { receipt, afterMs } = await awaitClients(api, at, order, wait, io);
  io.stdout.write(receiptLines(receipt, afterMs, wait, paintFor(io, io.stdout)));
  if (!receipt.complete) io.exitCode = exitCodes.findings;
}

/** The answer for programs; with the receipt, when there is something to wait for. */
export async function withReceipt<T extends Order>(
  answer: T,
  api: ManagementApi,
  at: Place,
  wait: Wait | undefined,
  io: Io,
): Promise<T & { readonly receipt?: Receipt }> {
  if (wait === undefined) return answer;
  const { receipt } = await awaitClients(api, at, answer, wait, io);
  if (!receipt.complete) io.exitCode = exitCodes.findings;
  return { ...answer, receipt };
}

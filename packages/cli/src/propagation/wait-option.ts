import type { Command as Commander } from "commander";
import type { ManagementApi, Place } from "../api/management-api.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io/io.ts";
import { paintFor } from "../output/paint.ts";
import { awaitClients, parseWait, type Wait } from "./await-clients.ts";
import { receiptLines } from "./progress-line.ts";
import type { Receipt } from "./receipt.ts";

export interface WaitOptions {
  /** `true` without a share. */
  readonly wait?: string | true;
  readonly timeout: string;
}

type Order = Pick<Receipt, "epoch" | "revision">;

export function addWaitOptions(command: Commander): Commander {
  return command
    .option("-w, --wait [share]", "wait until this share of the connected clients has applied it (99%)")
    .option("--timeout <time>", "how long to wait at most; then end with code 1", "30s");
}

/** `undefined` when there is nothing to wait for. */
export function waitOf({ wait, timeout }: WaitOptions): Wait | undefined {
  return wait === undefined ? undefined : parseWait(wait === true ? "99%" : wait, timeout);
}

/** Waits with a bar and says what came of it. */
export async function showArrival(order: Order, api: ManagementApi, at: Place, wait: Wait, io: Io): Promise<void> {
  const { receipt, afterMs } = await awaitClients(api, at, order, wait, io);
  const reached = receipt.share >= wait.share;
  io.stdout.write(receiptLines(receipt, afterMs, reached, paintFor(io, io.stdout)));
  if (!reached) io.exitCode = exitCodes.findings;
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
  if (receipt.share < wait.share) io.exitCode = exitCodes.findings;
  return { ...answer, receipt };
}

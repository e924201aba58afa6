import { setTimeout as sleep } from "node:timers/promises";
import type { ManagementApi, Place } from "../api/management-api.ts";
import type { Io } from "../io/io.ts";
import { statusLine, type StatusLine } from "../output/status-line.ts";
import { progressLine } from "./progress-line.ts";
import type { Receipt } from "./receipt.ts";
import type { Wait } from "./wait.ts";

/** A person sees a bar move at this pace, and a server does not feel it. */
const LOOK_EVERY_MS = 100;

export interface Arrival {
  readonly receipt: Receipt;
  readonly afterMs: number;
}

interface Watch {
  readonly api: Pick<ManagementApi, "receipt" | "keepReceipt">;
  readonly at: Place;
  readonly order: Pick<Receipt, "epoch" | "revision">;
  readonly wait: Wait;
  readonly io: Io;
  readonly status: StatusLine;
  /** By the clock of `io`. */
  readonly started: number;
}

/**
 * Watches a change arrive until what was asked for is reached or time is up, and shows a bar meanwhile. The last
 * receipt is kept in the server's audit log.
 */
export async function awaitClients(
  api: Watch["api"],
  at: Place,
  order: Watch["order"],
  wait: Wait,
  io: Io,
): Promise<Arrival> {
  const watch: Watch = { api, at, order, wait, io, status: statusLine(io), started: io.now() };
  try {
    return wait.regions === undefined && wait.rollback === undefined
      ? await untilReached(watch)
      : await untilTold(watch);
  } finally {
    watch.status.clear();
  }
}

/** Ends early when the command is stopped. */
async function untilReached({ api, at, order, wait, io, status, started }: Watch): Promise<Arrival> {
  const signal = io.stopSignal();
  for (;;) {
    const receipt = await api.receipt(at, order);
    const afterMs = io.now() - started;
    if (receipt.share >= wait.share || afterMs >= wait.timeoutMs || signal.aborted)
      return { receipt: await api.keepReceipt(at, order, { ...wait, timeoutMs: 0 }), afterMs };
    status.show(progressLine(receipt, afterMs));
    await sleep(Math.min(LOOK_EVERY_MS, wait.timeoutMs - afterMs), undefined, { signal }).catch(() => {});
  }
}

/** It is the server that waits, and that rolls back: that happens even if this command does not live to see it. */
async function untilTold({ api, at, order, wait, io, status, started }: Watch): Promise<Arrival> {
  const settled = api.keepReceipt(at, order, wait);
  const ended = settled.then(
    () => true,
    () => true,
  );
  const passed = (): Promise<boolean> => sleep(LOOK_EVERY_MS, false);
  while (!(await Promise.race([ended, passed()])))
    // What fails here fails there too, where it counts.
    await api.receipt(at, order).then(
      (receipt) => status.show(progressLine(receipt, io.now() - started)),
      () => {},
    );
  return { receipt: await settled, afterMs: io.now() - started };
}

import type { Bus } from "./bus.ts";
import type { Channels } from "./channels.ts";
import type { Timing } from "./timing.ts";

/** A snapshot may be large and changes come in bursts: one write per second and environment is enough. */
const KEEP_EVERY_MS = 1_000;

/** Keeps each environment's latest snapshot on the bus, for clients in daemon mode. */
export class SnapshotKeeper {
  readonly #bus: Bus;
  readonly #channels: Channels;
  readonly #timing: Timing;
  readonly #pending = new Map<string, () => void>();

  constructor(bus: Bus, channels: Channels, timing: Timing) {
    this.#bus = bus;
    this.#channels = channels;
    this.#timing = timing;
  }

  /** The environment has moved, or the bus may have forgotten it. */
  touch(environmentId: string): void {
    if (this.#bus.status().kind === "in-process" || this.#pending.has(environmentId)) return;
    const cancel = this.#timing.after(KEEP_EVERY_MS * (0.5 + this.#timing.random() / 2), () => {
      this.#pending.delete(environmentId);
      // What fails is written with the next change, or when the bus is back: both touch again.
      void this.#keep(environmentId).catch(() => {});
    });
    this.#pending.set(environmentId, cancel);
  }

  /** The environment is gone. */
  forget(environmentId: string): void {
    this.#pending.get(environmentId)?.();
    this.#pending.delete(environmentId);
  }

  close(): void {
    for (const cancel of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  async #keep(environmentId: string): Promise<void> {
    const channel = (await this.#channels.get(environmentId))?.channel;
    if (channel === undefined) return;
    await this.#bus.remember(channel.name, channel.order, channel.state.json.toString());
  }
}

import type { Bus, BusListener } from "./bus.ts";
import { channelName } from "./channel-name.ts";

/** The bus of a server that is alone. */
export function createInProcessBus(): Bus {
  const listeners = new Map<string, Set<BusListener>>();
  const gossips = new Set<(message: string) => void>();
  let closed = false;
  return {
    async publish(name, announcements) {
      if (closed) throw new Error("the bus is closed");
      for (const announcement of announcements)
        for (const listener of listeners.get(channelName(name)) ?? []) listener.announced(announcement);
    },
    async subscribe(name, listener) {
      const channel = channelName(name);
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
      return {
        close() {
          const left = listeners.get(channel);
          left?.delete(listener);
          if (left?.size === 0) listeners.delete(channel);
        },
      };
    },
    async gossip(message) {
      for (const listener of gossips) listener(message);
    },
    onGossip: (listener) => void gossips.add(listener),
    remember: async () => {},
    forget: async () => {},
    status: () => (closed ? { kind: "in-process", up: false, problem: "closed" } : { kind: "in-process", up: true }),
    async close() {
      closed = true;
      listeners.clear();
      gossips.clear();
    },
  };
}

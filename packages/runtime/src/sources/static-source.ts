import type { Snapshot } from "../snapshot/model.ts";
import type { Source } from "./source.ts";

/** Flags that never change: for tests, scripts, and edge workers that are deployed with their flags. */
export function staticSource(snapshot: Snapshot): Source {
  return {
    name: "static",
    start: (sink) => void sink.accept({ type: "snapshot", data: snapshot, force: true }),
    refresh: () => undefined,
    close: () => Promise.resolve(),
  };
}

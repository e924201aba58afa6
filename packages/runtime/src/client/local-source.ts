import type { Snapshot } from "../snapshot/model.ts";

/** Where a local client's newer flags come from. Started once; reports through its sink until it is closed. */
export interface LocalSource {
  start(sink: LocalSink): void;
  /** Somebody asks for news. */
  refresh(): void;
  /** Resolves when nothing of it is left running. Nothing is reported afterwards. */
  close(): Promise<void>;
}

export interface LocalSink {
  /** What answers now. */
  current(): Snapshot | undefined;
  /**
   * Makes the flags those of a snapshot that has been found well formed. What it returns is there only while operators
   * are loaded, and rejects when they cannot be: the flags are then the old ones.
   */
  take(snapshot: Snapshot): Promise<void> | undefined;
  /** The flags are current, as far as can be known. */
  confirm(): void;
  /** The source tries again by itself. */
  fail(message: string): void;
}

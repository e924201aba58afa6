import { type FSWatcher, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { reasonOf } from "../client/client-error.ts";
import type { Cancel, Host } from "../client/host.ts";
import type { Source, SourceSink } from "./source.ts";

export interface FileOptions {
  /** A snapshot in canonical JSON. */
  readonly path: string;
  readonly host: Host;
  /** The most bytes that the file may have. */
  readonly maxPayloadBytes: number;
}

/** Writers write in pieces and rename: one reading after they are done is enough. */
const SETTLE_MS = 20;
/** Watching is not reliable on network disks and mounted configuration, so the file is looked at as well. */
const LOOK_EVERY_MS = 5_000;

/** A snapshot in a file, read again whenever it changes. A file that is half written or wrong changes nothing. */
export class FileSource implements Source {
  readonly name = "file";
  readonly #options: FileOptions;
  readonly #path: string;
  #sink: SourceSink | undefined;
  #watcher: FSWatcher | undefined;
  #timer: Cancel | undefined;
  #reading: Promise<void> = Promise.resolve();
  /** What the file was when it was last read. */
  #seen = "";

  constructor(options: FileOptions) {
    this.#options = options;
    this.#path = resolve(options.path);
  }

  start(sink: SourceSink): void {
    this.#sink = sink;
    this.#watch();
    this.#read();
  }

  refresh(): void {
    this.#seen = "";
    this.#read();
  }

  async close(): Promise<void> {
    this.#sink = undefined;
    this.#timer?.();
    this.#watcher?.close();
    await this.#reading;
  }

  /** The folder is watched, since a file that is replaced takes its watcher with it. */
  #watch(): void {
    try {
      const name = basename(this.#path);
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name || !changed.endsWith(".tmp")) this.#lookIn(SETTLE_MS);
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // The folder is not there yet, or cannot be watched: looking from time to time finds the file too.
    }
  }

  #lookIn(delayMs: number): void {
    if (this.#sink === undefined) return;
    this.#timer?.();
    this.#timer = this.#options.host.after(delayMs, () => this.#read());
  }

  /** One reading at a time, in order. */
  #read(): void {
    this.#reading = this.#reading.then(async () => {
      await this.#readOnce();
      this.#lookIn(LOOK_EVERY_MS);
    });
  }

  async #readOnce(): Promise<void> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path);
      const seen = `${ino} ${size} ${mtimeMs}`;
      if (seen === this.#seen) return;
      if (size > this.#options.maxPayloadBytes)
        throw new RangeError(`it has ${size} bytes, and ${this.#options.maxPayloadBytes} are allowed`);
      const text = await readFile(this.#path, "utf8");
      this.#seen = seen;
      this.#sink?.accept({ type: "snapshot", data: text, force: true });
    } catch (thrown) {
      this.#seen = "";
      const message = `The flags in ${this.#path} cannot be read: ${reasonOf(thrown)}`;
      this.#sink?.accept({ type: "failed", error: { code: "FILE_UNREADABLE", message } });
    }
  }
}

import type { Source, SourceEvent, SourceSink } from "./source.ts";

/** Failures of the first source in a row, after which the second one helps out. One is a node that restarts. */
const HELP_AFTER = 2;

/**
 * A source with another one that helps out while it fails: a stream that proxies or a crowded server do not let
 * through, with polling in its place. The first goes on trying, and takes over again as soon as it delivers. Both
 * report to the same client, where the order of things decides, so nothing goes back while they overlap.
 */
export class FallbackSource implements Source {
  readonly #first: Source;
  readonly #makeSecond: () => Source;
  #second: Source | undefined;
  #failures = 0;
  #heldBack = false;
  #closing: Promise<void>[] = [];
  #sink: SourceSink | undefined;

  constructor(first: Source, makeSecond: () => Source) {
    this.#first = first;
    this.#makeSecond = makeSecond;
  }

  get name(): string {
    return (this.#second ?? this.#first).name;
  }

  start(sink: SourceSink): void {
    this.#sink = sink;
    this.#first.start({
      order: () => sink.order(),
      accept: (event) => {
        this.#judge(event, sink);
        return sink.accept(event);
      },
    });
  }

  refresh(): void {
    this.#first.refresh();
    this.#second?.refresh();
  }

  async close(): Promise<void> {
    this.#sink = undefined;
    this.#end();
    await Promise.all([this.#first.close(), ...this.#closing]);
  }

  #judge(event: SourceEvent, sink: SourceSink): void {
    if (event.type === "failed") {
      const { code } = event.error;
      this.#failures++;
      if (code === "STREAM_HELD_BACK") this.#heldBack = true;
      if (this.#second !== undefined || this.#sink === undefined) return;
      // Whoever has no flags at all is helped at once, and whoever was left without an answer has waited enough.
      const waited = this.#heldBack || code === "TIMEOUT";
      if (this.#failures < HELP_AFTER && sink.order() !== undefined && !waited) return;
      // The key that one door refuses, the other refuses too.
      if (code === "UNAUTHORIZED" || code === "FORBIDDEN") return;
      this.#second = this.#makeSecond();
      this.#second.start(sink);
    } else if (this.#heldBack ? event.type === "current" && event.flows : event.type !== "connected") {
      // To be let in is not enough: a stream counts when something has come through it. One that was held back must
      // beat in time, since the beginning comes through a buffer too, and whatever fills it.
      this.#failures = 0;
      this.#heldBack = false;
      this.#end();
    }
  }

  #end(): void {
    const second = this.#second;
    if (second === undefined) return;
    this.#second = undefined;
    const closed = second.close().finally(() => {
      this.#closing = this.#closing.filter((each) => each !== closed);
    });
    this.#closing.push(closed);
  }
}

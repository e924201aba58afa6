/** One event as it came over the wire. */
export interface ReadEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
  /** Milliseconds since 1970, when it was read. */
  readonly at: number;
}

export interface SseReader {
  readonly status: number;
  readonly headers: Headers;
  readonly events: ReadEvent[];
  /** Resolves with the first event, past or to come, that matches. Rejects when the stream ends or time is up. */
  until(match: (event: ReadEvent) => boolean, withinMs?: number): Promise<ReadEvent>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function readStream(
  url: string,
  key: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<SseReader> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: { ...(key === "" ? {} : { authorization: `Bearer ${key}` }), ...headers },
    signal: abort.signal,
  });
  const events: ReadEvent[] = [];
  const waiting = new Set<() => void>();
  let over = false;
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  const ended = (async () => {
    let text = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) {
          const fields = new Map(
            block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
          );
          if (!fields.has("data")) continue;
          events.push({
            event: fields.get("event") ?? "message",
            id: fields.get("id"),
            data: JSON.parse(fields.get("data") ?? "null"),
            at: Date.now(),
          });
        }
        wakeAll();
      }
    } catch {
      // Cut, by us or by the server: the stream is over either way.
    }
    over = true;
    wakeAll();
  })();
  return {
    status: response.status,
    headers: response.headers,
    events,
    ended,
    until: (match, withinMs = 10_000) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(match);
          if (found === undefined && !over) return;
          clearTimeout(timer);
          waiting.delete(look);
          if (found === undefined) reject(new Error(`the stream ended after ${JSON.stringify(events)}`));
          else resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no such event within ${withinMs} ms, only ${JSON.stringify(events)}`));
        }, withinMs);
        waiting.add(look);
        look();
      }),
    close: () => abort.abort(),
  };
}

import { connect } from "node:net";
import { now, serveTasks } from "./distribution-child.ts";

/** As many requests as the server takes, one at a time on each of some connections that stay open. */
interface Load {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly ms: number;
}
export interface Loaded {
  readonly requests: number;
  readonly perSecond: number;
  readonly latenciesMs: readonly [p50: number, p95: number, p99: number];
}

serveTasks({
  load: async ({ port, path, headers, body, connections, ms }: Load): Promise<Loaded> => {
    const head = Object.entries({ host: "bench", "content-type": "application/json", ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    const request = `POST ${path} HTTP/1.1\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const latencies: number[] = [];
    const startedAt = now();
    const until = startedAt + ms;
    await Promise.all(
      Array.from(
        { length: connections },
        () =>
          new Promise<void>((resolve, reject) => {
            const socket = connect({ port, host: "127.0.0.1" });
            let left = -1;
            let sentAt = 0;
            const send = (): void => {
              sentAt = now();
              socket.write(request);
            };
            socket.on("connect", send);
            socket.on("error", reject);
            socket.on("data", (chunk: Buffer) => {
              let length = chunk.length;
              if (left < 0) {
                const text = chunk.toString("latin1");
                const end = text.indexOf("\r\n\r\n");
                const size = /content-length: (\d+)/i.exec(text)?.[1];
                if (!text.startsWith("HTTP/1.1 200") || end < 0 || size === undefined) {
                  reject(new Error(`unexpected answer: ${text.slice(0, 300)}`));
                  return;
                }
                left = Number(size);
                length -= end + 4;
              }
              left -= length;
              if (left > 0) return;
              left = -1;
              latencies.push(now() - sentAt);
              if (now() < until) send();
              else {
                socket.destroy();
                resolve();
              }
            });
          }),
      ),
    );
    const seconds = (now() - startedAt) / 1000;
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return {
      requests: latencies.length,
      perSecond: latencies.length / seconds,
      latenciesMs: [at(0.5), at(0.95), at(0.99)],
    };
  },
});

/**
 * One Server-Sent Event as the bytes that go to every client: made once, shared by all. `data` is JSON on one line, so
 * it needs no splitting (a raw line feed cannot occur in JSON text made by `JSON.stringify`).
 */
export function sseFrame(event: string, data: string, id?: string): Buffer {
  return Buffer.from(`event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`);
}

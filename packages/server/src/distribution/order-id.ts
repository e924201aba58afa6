import type { Order } from "@flagwright/runtime";

/** The id of an SSE event and the inside of an ETag: `1764547200000-42`. */
export function formatOrder({ epoch, revision }: Order): string {
  return `${epoch}-${revision}`;
}

/** `undefined` for whatever is not two decimal integers that a number can hold. */
export function parseOrder(text: string): Order | undefined {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text);
  if (match === null) return undefined;
  const [epoch, revision] = [Number(match[1]), Number(match[2])];
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(revision) ? { epoch, revision } : undefined;
}

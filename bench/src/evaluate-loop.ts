/**
 * The loop that asks. Every subject gets a copy of this module, and with it a loop of its own: in a loop that all of
 * them share, the engine would have to look up at every turn whom it calls, which no application does to itself.
 */

/** Keeps results alive, so that the engine cannot leave the work out. */
export const sink: { value: unknown; count: number } = { value: undefined, count: 0 };

/** Asks so many times, for one number after the other from 0 to `numbers`, and starts again. */
export function askAll(ask: (number: number) => unknown, numbers: number, times: number): void {
  let count = 0;
  let other: unknown;
  for (let done = 0, number = 0; done < times; done++) {
    const answer = ask(number);
    if (answer === true) count++;
    else other = answer;
    if (++number === numbers) number = 0;
  }
  sink.count += count;
  sink.value = other;
}

/** As {@link askAll}, where an answer is a promise: it is awaited, since a caller would have to. */
export async function askAllAsync(ask: (number: number) => unknown, numbers: number, times: number): Promise<void> {
  let count = 0;
  let other: unknown;
  for (let done = 0, number = 0; done < times; done++) {
    const answer = await ask(number);
    if (answer === true) count++;
    else other = answer;
    if (++number === numbers) number = 0;
  }
  sink.count += count;
  sink.value = other;
}

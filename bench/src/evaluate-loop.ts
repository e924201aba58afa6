/**
 * The loop that asks. Every subject gets a copy of this module, and with it a loop of its own: in a loop that all of
 * them share, the engine would have to look up at every turn whom it calls, which no application does to itself.
 */

/** Keeps answers alive, so that the engine cannot leave the work out. */
export const sink: { answer: unknown } = { answer: undefined };

/**
 * Asks so many times, for one number after the other from 0 to `numbers`, and starts again. It does nothing that
 * depends on the answer: who is in which half is chance, and a branch would cost everybody what the processor loses
 * when it guesses wrong.
 */
export function askAll(ask: (number: number) => unknown, numbers: number, times: number): void {
  let answer: unknown;
  for (let done = 0, number = 0; done < times; done++) {
    answer = ask(number);
    if (++number === numbers) number = 0;
  }
  sink.answer = answer;
}

/** As {@link askAll}, where an answer is a promise: it is awaited, since a caller would have to. */
export async function askAllAsync(ask: (number: number) => unknown, numbers: number, times: number): Promise<void> {
  let answer: unknown;
  for (let done = 0, number = 0; done < times; done++) {
    answer = await ask(number);
    if (++number === numbers) number = 0;
  }
  sink.answer = answer;
}

/** The work was stopped; the verdict is `unknown`. */
export class BudgetExceeded extends Error {}

/** What one question, "does this schema fit inside that one?", may cost. */
export interface Limits {
  /** Cases looked at: about a microsecond to a few microseconds each. */
  readonly cases: number;
  /** Automaton states and transitions: about three microseconds and 500 bytes each. */
  readonly automaton: number;
  /** The last resort, for what the counts misjudge. */
  readonly milliseconds: number;
}

export const defaultLimits: Limits = { cases: 300_000, automaton: 400_000, milliseconds: 10_000 };

/** Looking at the clock costs more than counting. */
const clockEvery = 256;

export class Budget {
  #cases: number;
  #automaton: number;
  #tick = 0;
  readonly #deadline: number;
  readonly #now: () => number;

  constructor(limits: Limits = defaultLimits, now: () => number = () => performance.now()) {
    this.#cases = limits.cases;
    this.#automaton = limits.automaton;
    this.#now = now;
    this.#deadline = now() + limits.milliseconds;
  }

  chargeCase(): void {
    this.#cases -= 1;
    if (this.#cases < 0) throw new BudgetExceeded("The branches have too many combinations.");
    this.#checkClock();
  }

  chargeAutomaton(): void {
    this.#automaton -= 1;
    if (this.#automaton < 0) throw new BudgetExceeded("The automaton for the patterns has too many states.");
    this.#checkClock();
  }

  #checkClock(): void {
    this.#tick += 1;
    if (this.#tick % clockEvery === 0 && this.#now() > this.#deadline)
      throw new BudgetExceeded("The comparison took too long.");
  }
}

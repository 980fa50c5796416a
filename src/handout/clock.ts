/** One allowance of time for several computations, one after the other: each may take an equal share of what the ones before it left. */
export class Clock {
  readonly #endsAt: number;
  #left: number;

  constructor(seconds: number, parts: number) {
    this.#endsAt = performance.now() + 1000 * seconds;
    this.#left = parts;
  }

  /** Seconds for the next one; never below zero, where a search still looks at one box. */
  next(): number {
    const rest = Math.max(this.#endsAt - performance.now(), 0) / 1000;
    return rest / Math.max(this.#left--, 1);
  }
}

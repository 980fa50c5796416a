/** One allowance of time for several computations, one after the other: each may take its share, by weight, of what the ones before it left. */
export class Clock {
  readonly #endsAt: number;
  readonly #weights: number[];

  /** @param weights one for each computation, in order */
  constructor(seconds: number, weights: readonly number[]) {
    this.#endsAt = performance.now() + 1000 * seconds;
    this.#weights = [...weights];
  }

  /** Seconds for the next one; never below zero, where a search still looks at one box. */
  next(): number {
    const rest = Math.max(this.#endsAt - performance.now(), 0) / 1000;
    const all = this.#weights.reduce((sum, weight) => sum + weight, 0);
    return rest * (this.#weights.shift() ?? 1) / (all === 0 ? 1 : all);
  }
}

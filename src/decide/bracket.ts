/**
 * Where the largest delta with a property lies. Boxes are nested in delta, so that a proof holds for every smaller delta and a
 * violation for every larger one: `lower` is the largest proved, `upper` the least violated, and candidates that were left
 * undecided stand between the two. What is decided here is only which candidate comes next; any order is sound.
 */
export interface BracketOptions {
  /** Relative: enough is known when upper - lower <= gap * upper. */
  readonly gap: number;
  /** The first candidate. */
  readonly first: number;
  /** Nothing above is tried. */
  readonly cap: number;
  /** Where nothing is proved but 0, nothing below is tried. */
  readonly floor: number;
}

/** Further apart than this, the ends are brought together by their geometric mean. */
const FAR = 4;

export class Bracket {
  /** Null: not even 0 is proved. */
  lower: number | null;
  upper = Infinity;
  readonly #options: BracketOptions;
  /** In between, ascending. */
  #undecided: number[] = [];
  /** How many times larger the next candidate may be, and proofs in a row: doublings become squarings. */
  #growth = 2;
  #rises = 0;
  /** Candidates since something was proved: halvings become squarings. */
  #falls = 0;
  /**
   * A violation was followed down to where it begins, and the threshold may be right there: the next candidates lie one gap
   * below it, two, four. Null: none was.
   */
  #near: number | null = null;
  /** The candidate that was chosen so. */
  #nearest: number | null = null;

  constructor(lower: number | null, options: BracketOptions) {
    this.lower = lower;
    this.#options = options;
  }

  get undecided(): readonly number[] {
    return this.#undecided;
  }

  proved(delta: number, growth = 2): void {
    this.lower = Math.max(this.lower ?? 0, delta);
    this.#rises++;
    this.#growth = Math.max(growth, this.#rises < 3 ? 0 : 2 ** 2 ** Math.min(this.#rises - 2, 5));
    this.#falls = 0;
    if (delta === this.#nearest) this.#near = null;
    this.#drop();
  }

  /** Violated at `delta`, a candidate, and by the same witness at `refuted`, which is no larger. */
  violated(delta: number, refuted: number): void {
    this.upper = Math.min(this.upper, refuted);
    this.#rises = 0;
    this.#falls++;
    this.#near = this.#near !== null && delta === this.#nearest ? this.#near + 1 : refuted < delta * (1 - this.#options.gap) ? 0 : null;
    this.#drop();
  }

  unknown(delta: number): void {
    this.#undecided = [...this.#undecided, delta].sort((a, b) => a - b);
    this.#falls++;
    this.#near = null;
    this.#drop();
  }

  /** Candidates that may be tried again, and be decided then. */
  forget(deltas: readonly number[]): void {
    this.#undecided = this.#undecided.filter((delta) => !deltas.includes(delta));
  }

  /** Null: enough is known, or no candidate is left that could tell more. */
  next(): number | null {
    const { first, cap } = this.#options;
    const [below, above] = [this.#undecided[0] ?? this.upper, this.#undecided.at(-1) ?? this.lower ?? 0];
    // Proofs below what is undecided, then violations above it; without anything undecided these are one interval.
    if (this.lower !== null && below < Infinity && !this.#narrow(this.lower, below)) {
      const between = this.#between(this.lower, below);
      if (between !== null) return between;
    }
    if (this.upper === Infinity) {
      const larger = above === 0 ? first : Math.min(cap, above * this.#growth);
      return larger > above ? larger : null;
    }
    if (this.#undecided.length === 0 || this.#narrow(above, this.upper)) return null;
    return this.#between(above, this.upper);
  }

  /** Is the enclosure as narrow as was asked for? */
  get complete(): boolean {
    if (this.upper === Infinity) return false;
    return this.lower === null ? this.upper === 0 : this.#narrow(this.lower, this.upper);
  }

  #narrow(lower: number, upper: number): boolean {
    const { gap, floor } = this.#options;
    return upper - lower <= gap * upper || (lower === 0 && upper <= floor);
  }

  #between(lower: number, upper: number): number | null {
    const { gap, floor } = this.#options;
    if (lower === 0) {
      // The threshold may be 0 itself: 1/2, 1/4, 1/16, 1/256 ... of what was violated last.
      return Math.min(upper / 2, Math.max(floor, upper * 2 ** -Math.min(2 ** Math.max(0, this.#falls - 1), 64)));
    }
    const far = upper > FAR * lower;
    const middle = far ? Math.sqrt(lower) * Math.sqrt(upper) : lower + (upper - lower) / 2;
    const near = far || this.#near === null || upper !== this.upper ? null : upper * (1 - 0.999 * gap * 2 ** this.#near);
    const candidate = near !== null && near < upper ? Math.max(middle, near) : middle;
    this.#nearest = near === null ? null : candidate;
    return candidate > lower && candidate < upper ? candidate : null;
  }

  #drop(): void {
    this.#undecided = this.#undecided.filter((delta) => delta > (this.lower ?? -1) && delta < this.upper);
  }
}

/** One box, as the checker will see it: its bound, the prices that prove most, and where it had better be cut. */
import { PRICE_ONE, Prover, price, type Claim } from '../check/claims.js';
import { cutOf } from '../check/file.js';
import type { Problem } from '../check/statement.js';

/** Prices are walked over in steps that halve. */
const FIRST_STEP = 32;
const DEAREST = 255;

export class Leaf {
  readonly prover: Prover;
  readonly #claim: Claim;
  readonly flips: boolean;
  readonly #widths: Float64Array;
  readonly #scores: Float64Array;

  constructor({ layers, decision, lower, upper }: Problem, claim: Claim) {
    this.prover = new Prover(layers, claim, decision);
    this.#claim = claim;
    this.flips = claim.property !== 'epsilon';
    this.#widths = upper.map((value, j) => value - lower[j]);
    this.#scores = new Float64Array(upper.length);
  }

  /** Leaves are proved by bounds of at most this. */
  get target(): number {
    return this.#claim.property === 'epsilon' ? this.#claim.upper : 0;
  }

  /**
   * Epsilon: the bound of the change. Otherwise 0 or less where nothing flips that the claim is about, by the prices left in `hint`, which
   * holds those of the box above.
   */
  bound(lower: Float64Array, upper: Float64Array, hint: Uint8Array): number {
    const { prover } = this;
    for (const loss of prover.bounds.loss) loss.fill(0);
    const bound = prover.bound(lower, upper, hint);
    if (!this.flips) return bound <= Infinity ? bound : Infinity;
    if (bound <= 0) return bound;
    let most = -Infinity;
    for (let k = 0; k < hint.length; k++) {
      const value = this.#price(k, hint);
      most = value <= most ? most : value > most ? value : Infinity;
    }
    for (const loss of prover.bounds.loss) loss.fill(0);
    for (let k = 0; k < hint.length; k++) prover.flip(k, hint[k]);
    return most;
  }

  /** Walks to a price by which margin k is proved, or else to a good one. The value is what is missing, in units of the margin. */
  #price(k: number, hint: Uint8Array): number {
    const of = (code: number): number => this.prover.flip(k, code) / (1 + price(code));
    let best = hint[k], value = of(best);
    const consider = (code: number): boolean => {
      const there = of(code);
      if (!(there < value)) return false;
      [best, value] = [code, there];
      return true;
    };
    if (value > 0) consider(DEAREST);
    if (value > 0 && best === DEAREST) consider(PRICE_ONE + 64);
    for (let step = FIRST_STEP; step >= 1 && value > 0; step >>= 1) {
      if (best - step >= 0 && consider(best - step)) continue;
      if (best + step < DEAREST) consider(best + step);
    }
    hint[k] = best;
    return value;
  }

  /** The input whose halving promises most, after `bound`; -1 where no side can be cut. */
  dimension(lower: Float64Array, upper: Float64Array, bound: number): number {
    const { bounds: { neurons, loss, steep, slope: { length: inputs } }, head } = this.prover, scores = this.#scores.fill(0);
    const last = neurons.length - 1;
    for (let l = 0; l <= last; l++) {
      for (let i = 0; i < (l === last ? 1 : loss[l].length); i++) {
        const neuron = l === last ? head : neurons[l][i], range = neuron.z0hi - neuron.z0lo;
        const lost = l === last ? (this.flips ? 0 : range * bound) : loss[l][i];
        if (!(lost > 0 && range > 0)) continue;
        for (let j = 0; j < inputs; j++) scores[j] += (lost * steep[l][i * inputs + j] * (upper[j] - lower[j])) / range;
      }
    }
    let best = -1, most = 0, longest = -1, length = 0;
    for (let j = 0; j < inputs; j++) {
      const cut = cutOf(lower[j], upper[j]);
      if (!(cut > lower[j] && cut < upper[j])) continue;
      const part = (upper[j] - lower[j]) / this.#widths[j];
      if (scores[j] > most) [best, most] = [j, scores[j]];
      if (part > length) [longest, length] = [j, part];
    }
    return best >= 0 ? best : longest;
  }
}

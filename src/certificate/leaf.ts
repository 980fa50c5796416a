/** One box, as the checker will see it: its bound, the prices that prove most, and where it had better be cut. */
import type { Bounds } from '../check/bound.js';
import { Prover, price, type Claim } from '../check/claims.js';
import { cutOf } from '../check/file.js';
import type { Line } from '../check/lines.js';
import type { Problem } from '../check/statement.js';

/** Prices are walked over in steps that halve. */
const FIRST_STEP = 32;
/** Codes of prices. */
export const PRICE_ONE = 128;
const DEAREST = 255;

export class Leaf {
  readonly prover: Prover;
  readonly #claim: Claim;
  readonly flips: boolean;
  readonly #widths: Float64Array;
  readonly #scores: Float64Array;
  readonly #layers: Problem['layers'];
  /** What lines lose, of each neuron behind the inputs, in the functionals that count. */
  readonly #loss: Float64Array[];

  constructor({ layers, decision, lower, upper }: Problem, claim: Claim) {
    this.prover = new Prover(layers, claim, decision);
    this.#claim = claim;
    this.flips = claim.property !== 'epsilon';
    this.#widths = upper.map((value, j) => value - lower[j]);
    this.#scores = new Float64Array(upper.length);
    this.#layers = layers;
    this.#loss = layers.map(({ inputs }) => new Float64Array(inputs));
  }

  /** What `compute` returns; what its functionals lose is counted, but for those that only narrow ranges. */
  #counted<T>(compute: () => T): T {
    const { bounds } = this.prover, refine = bounds.refine.bind(bounds);
    for (const loss of this.#loss) loss.fill(0);
    const watch: Bounds['watch'] = (l, j, a, c, byH) => {
      const n = bounds.fed[l][j], r = a > 0 ? n.rhi : n.rlo, z0 = 0.5 * (n.z0lo + n.z0hi);
      const between = (over: Line, under: Line): number => (over.slope - under.slope) * r + (over.by0 - under.by0) * z0 + over.constant - under.constant;
      this.#loss[l][j] += Math.abs(a) * (byH ? between(n.hUpper, n.hLower) : between(n.dUpper, n.dLower)) + Math.abs(c) * between(n.h0Upper, n.h0Lower);
    };
    bounds.watch = watch;
    bounds.refine = (...functional) => {
      bounds.watch = null;
      refine(...functional);
      bounds.watch = watch;
    };
    const value = compute();
    bounds.watch = null;
    bounds.refine = refine;
    return value;
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
    const bound = this.flips ? prover.bound(lower, upper, hint) : this.#counted(() => prover.bound(lower, upper, hint));
    if (!this.flips) return bound <= Infinity ? bound : Infinity;
    if (bound <= 0) return bound;
    let most = -Infinity;
    for (let k = 0; k < hint.length; k++) {
      const value = this.#price(k, hint);
      most = value <= most ? most : value > most ? value : Infinity;
    }
    this.#counted(() => hint.forEach((code, k) => prover.flip(k, code)));
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
    const { bounds: { fed }, head } = this.prover, scores = this.#scores.fill(0), inputs = scores.length;
    let steep = this.#layers[0].weights, columns = inputs + 1;
    for (let l = 1; l <= fed.length; l++) {
      // How steeply the pre-activations that feed layer l move with each input.
      if (l > 1) [steep, columns] = [this.#composed(l - 1, steep, columns), inputs];
      const last = l === fed.length, rows = last ? 1 : fed[l].length - 1;
      for (let i = 0; i < rows; i++) {
        const neuron = last ? head : fed[l][i], range = neuron.z0hi - neuron.z0lo, lost = last ? (this.flips ? 0 : range * bound) : this.#loss[l][i];
        if (!(lost > 0 && range > 0)) continue;
        for (let j = 0; j < inputs; j++) scores[j] += (lost * Math.abs(steep[i * columns + j]) * (upper[j] - lower[j])) / range;
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

  /** Of layer l's pre-activations, given those of the layer before: through the lines above what feeds it. */
  #composed(l: number, before: Float64Array, columns: number): Float64Array {
    const { inputs: width, outputs, weights } = this.#layers[l], inputs = this.#scores.length, steep = new Float64Array(outputs * inputs);
    const slopes = this.prover.bounds.fed[l].map((n) => (n.on ? 1 : n.off ? 0 : n.h0Upper.by0));
    for (let i = 0; i < outputs; i++) {
      for (let k = 0; k < width; k++) {
        const w = weights[i * (width + 1) + k] * slopes[k];
        if (w !== 0) for (let j = 0; j < inputs; j++) steep[i * inputs + j] += w * before[k * columns + j];
      }
    }
    return steep;
  }
}

/**
 * What a certificate claims, and when one box of inputs has been shown to satisfy it. docs/certificates.md has the proofs.
 */
import { Bounds } from './bound.js';
import { atanhDown, atanhUp, expDown, expUp, logDown, logUp, logitDown, logitUp, type Activation } from './functions.js';
import { Neuron } from './lines.js';
import type { BoxedLayer } from './network.js';
import { down, powerOfTwo, up } from './rounding.js';

/** How far outputs are measured apart, and inputs from the boundary: as the model gives them, or before the last activation. */
export type Measure = 'confidence' | 'logit';

export type Claim =
  /** Everywhere in both boxes each of the outputs moves by at most `upper`. */
  | { readonly property: 'epsilon'; readonly measure: Measure; readonly outputs: readonly number[]; readonly upper: number }
  /** No input of nominal label `label` whose margin is above `upper` changes its label. */
  | { readonly property: 'sigma'; readonly measure: Measure; readonly label: number; readonly upper: number }
  /** No input of nominal label `label` changes it. */
  | { readonly property: 'label'; readonly label: number };

export interface Decision {
  readonly level: number;
  readonly smallest: boolean;
}

/** Prices that a hint may name: none, 2^-8 to 2^8 in sixteenths of an octave's start, and 2^40. Every one less 1 is a double. */
export function price(code: number): number {
  return code === 0 ? 0 : code === 255 ? powerOfTwo(40) : (16 + (code & 15)) * powerOfTwo((code >> 4) - 12);
}
export const PRICE_ONE = 128;

/** An affine functional of the last pre-activations that names a margin: m = sum sign_k z[rows_k] + constant. */
interface Margin {
  readonly rows: readonly number[];
  readonly signs: readonly number[];
}

export class Prover {
  readonly bounds: Bounds;
  readonly head = new Neuron();
  readonly #claim: Claim;
  readonly #last: number;
  readonly #activation: Activation;
  readonly #outputs: number;
  /** The box of parameters is the nominal point: f is f0. */
  readonly #still: boolean;
  /** For labels: one margin for each class that may overtake. */
  readonly #margins: readonly Margin[];
  /** Nominal margins matter only above this, flips are at perturbed margins of at most zero: see `#thresholds`. Null: nothing can flip. */
  readonly #thresholds: Thresholds | null;

  /** Throws a RangeError where the claim is of a kind that no rule here covers. */
  constructor(layers: readonly BoxedLayer[], claim: Claim, decision: Decision) {
    this.#claim = claim;
    this.#last = layers.length - 1;
    const { activation, outputs } = layers[this.#last];
    this.#activation = activation;
    this.#outputs = outputs;
    this.#still = layers.every((layer) => layer.shift === null && layer.biasShift === null && layer.radius === null && layer.biasRadius === null);
    this.bounds = new Bounds(layers);
    if (claim.property === 'epsilon') {
      const { outputs: named } = claim;
      if (named.length === 0 || !named.every((o) => Number.isInteger(o) && o >= 0 && o < outputs)) throw new RangeError(`outputs ${named.join()}`);
      this.#margins = [];
      this.#thresholds = null;
      return;
    }
    if (outputs > 1 && activation === 'relu') throw new RangeError('labels of several relu outputs');
    const { label } = claim, sign = decision.smallest ? -1 : 1;
    if (!(Number.isInteger(label) && label >= 0 && label < Math.max(outputs, 2))) throw new RangeError(`label ${label}`);
    this.#margins = outputs === 1
      ? [{ rows: [0], signs: [label === 1 ? 1 : -1] }]
      : Array.from({ length: outputs }, (_, b) => b).filter((b) => b !== label).map((b) => ({ rows: [label, b], signs: [sign, -sign] }));
    this.#thresholds = thresholdsOf(claim, activation, outputs, decision.level);
  }

  /** Bytes of a leaf's hint: a price for each class that may overtake. */
  get hintSize(): number {
    return this.#thresholds === null ? 0 : this.#margins.length;
  }

  /**
   * Moves to a box of inputs and returns what is proved on it: for epsilon an upper bound of the change; otherwise 0 or less where
   * nothing flips that the claim is about, by the prices of `hint`.
   */
  bound(lower: ArrayLike<number>, upper: ArrayLike<number>, hint: ArrayLike<number>): number {
    if (this.#claim.property === 'epsilon') {
      if (this.#still) return 0;
      this.bounds.moveTo(lower, upper);
      return this.#epsilon(this.#claim.measure, this.#claim.outputs);
    }
    if (this.#thresholds === null || this.#still) return -Infinity;
    this.bounds.moveTo(lower, upper);
    let most = -Infinity;
    for (let k = 0; k < this.#margins.length; k++) most = larger(most, this.flip(k, hint[k]));
    return most > 0 && this.#idle() ? -Infinity : most;
  }

  /** No input of the box has the label and a margin above T: by one of the classes alone, whatever flips there by the others. */
  #idle(): boolean {
    const { least } = this.#thresholds!;
    return this.#margins.some(({ rows, signs }) => up(this.bounds.upper(this.#last, rows, rows.map(() => 0), signs) - least) < 0);
  }

  /** Whether that proves the claim on the box. A bound that is no number proves nothing. */
  proves(bound: number): boolean {
    return this.#claim.property === 'epsilon' ? bound <= this.#claim.upper : bound <= 0;
  }

  #epsilon(measure: Measure, outputs: readonly number[]): number {
    const activation = measure === 'logit' ? 'linear' : this.#activation;
    // Two outputs of a softmax move by the same, the one up as far as the other down.
    if (activation === 'softmax' && this.#outputs === 2) return this.#through('sigmoid', [1, 0], [1, -1]);
    let most = -Infinity;
    for (const output of outputs) {
      const value = activation === 'softmax' ? this.#softmax(output) : this.#through(activation, [output], [1]);
      most = larger(most, value);
    }
    return most;
  }

  /** At least |act(z) - act(z0)| for z the sum of signs times pre-activations. */
  #through(activation: Activation, rows: readonly number[], signs: readonly number[]): number {
    const { bounds, head } = this, last = this.#last, none = rows.map(() => 0), minus = signs.map((s) => -s);
    if (activation === 'linear') return larger(bounds.upper(last, rows, signs, none, true), bounds.upper(last, rows, minus, none, true));
    this.#range(rows, signs, activation === 'relu');
    head.settle(activation);
    head.activate(activation);
    if (head.off) return 0;
    if (head.on) return larger(bounds.upper(last, rows, signs, none, true), bounds.upper(last, rows, minus, none, true));
    const { dUpper, dLower } = head, scaled = (by: number): number[] => signs.map((s) => s * by);
    const rise = up(bounds.upper(last, rows, scaled(dUpper.slope), scaled(dUpper.by0), true) + dUpper.constant);
    const fall = up(bounds.upper(last, rows, scaled(-dLower.slope), scaled(-dLower.by0), true) - dLower.constant);
    return larger(Math.min(rise, head.dhi), Math.min(fall, -head.dlo));
  }

  /** Ranges of a functional into `head`. */
  #range(rows: readonly number[], signs: readonly number[], byZ: boolean): void {
    const { head } = this;
    head.z0lo = head.rlo = head.zlo = -Infinity;
    head.z0hi = head.rhi = head.zhi = Infinity;
    this.bounds.refine(this.#last, rows, signs, head, byZ);
    this.bounds.slope.forEach((slope, j) => { this.bounds.steep[this.#last][j] = Math.abs(slope); });
  }

  /**
   * The softmax's output o is sigmoid(v) with v = -log sum over j != o of exp(z_j - z_o), and v moves by a mean of what the
   * z_o - z_j move by. The logarithm is at least the largest z_j - z_o, and that and log of how many they are at most.
   */
  #softmax(o: number): number {
    const { head } = this;
    let rlo = Infinity, rhi = -Infinity, least = 0, most = 0, top0 = -Infinity, top = -Infinity;
    for (let j = 0; j < this.#outputs; j++) {
      if (j === o) continue;
      this.#range([j, o], [1, -1], false);
      rlo = smaller(rlo, -head.rhi);
      rhi = larger(rhi, -head.rlo);
      least = down(least + expDown(head.z0lo));
      most = up(most + expUp(head.z0hi));
      top0 = larger(top0, head.z0lo);
      top = larger(top, head.z0hi);
    }
    head.z0lo = -Math.min(logUp(most), up(top + logUp(this.#outputs - 1)));
    head.z0hi = -Math.max(logDown(least), top0);
    head.rlo = rlo;
    head.rhi = rhi;
    head.zlo = -Infinity;
    head.zhi = Infinity;
    head.settle('sigmoid');
    head.activate('sigmoid');
    return larger(head.dhi, -head.dlo);
  }

  /**
   * Nothing flips by the k-th margin where this is at most zero. A flip has m0 > T (or m0 >= T, or >) and m <= 0 (or <, one of them
   * strictly), so that  -m + price (m0 - T) > 0  there for every price above zero, and  -m >= 0  for none.
   */
  flip(k: number, code: number): number {
    if (!(code >= 0 && code <= 255)) return NaN;
    const { rows, signs } = this.#margins[k], by = price(code), { same, least, zero } = this.#thresholds!;
    const sum = this.bounds.upper(this.#last, rows, signs.map((s) => -s), signs.map((s) => s * (by - 1)), true);
    // m = (functional) - zero, m0 - T = (functional of z0) - least: what is left is  zero - price * least.
    const rest = same ? larger(up((1 - by) * zero[0]), up((1 - by) * zero[1])) : up(zero[1] - down(by * least));
    return by > 0 ? up(sum + rest) : up(sum + rest) + Number.MIN_VALUE;
  }
}

/** Where margins begin to matter: m0 > T is  functional > `least` or more;  m <= 0 is  functional <= a number in `zero`. */
interface Thresholds {
  readonly zero: readonly [number, number];
  readonly least: number;
  /** T = 0: both are the same number. */
  readonly same: boolean;
}

/** Null where no input of the label can flip, or none has such a margin. */
function thresholdsOf(claim: Exclude<Claim, { property: 'epsilon' }>, activation: Activation, outputs: number, level: number): Thresholds | null {
  const S = claim.property === 'sigma' ? claim.upper : 0, confidence = claim.property === 'sigma' && claim.measure === 'confidence';
  if (!(S >= 0)) throw new RangeError(`sigma ${S}`);
  const same = S === 0;
  if (outputs > 1) return same ? { zero: [0, 0], least: 0, same } : several(S, confidence, activation);
  // Label 1 is f > level. For label 0 the functional is -z.
  const sign = claim.label === 1 ? 1 : -1;
  const zero = preimage(activation, level);
  if (zero === null) return null;
  const turned: [number, number] = sign === 1 ? zero : [-zero[1], -zero[0]];
  if (same) return { zero: turned, least: turned[0], same };
  if (!confidence) return { zero: turned, least: down(turned[0] + S), same };
  const limit = sign === 1 ? down(level + S) : up(level - S); // f0 is beyond it
  const [lowest, highest] = RANGES[activation];
  if (sign === 1 ? limit >= highest : limit <= lowest) return null;
  const beyond = preimage(activation, limit) ?? zero; // the limit may be rounded out of the range
  return { zero: turned, least: sign === 1 ? beyond[0] : -beyond[1], same };
}

/** What confidences lie between; only relu attains an end of it, and no confidence is below that. */
const RANGES: Record<Activation, readonly [number, number]> = {
  linear: [-Infinity, Infinity], relu: [0, Infinity], sigmoid: [0, 1], tanh: [-1, 1], softmax: [0, 1],
};

/** Encloses the z with act(z) = y; null where y is not strictly between the activation's ends, or (relu) no z crosses it. */
export function preimage(activation: Activation, y: number): [number, number] | null {
  switch (activation) {
    case 'sigmoid': return y === 0.5 ? [0, 0] : y > 0 && y < 1 ? [logitDown(y), logitUp(y)] : null;
    case 'tanh': return y === 0 ? [0, 0] : y > -1 && y < 1 ? [atanhDown(y), atanhUp(y)] : null;
    case 'relu': return y >= 0 ? [y, y] : null;
    default: return [y, y];
  }
}

/** A margin f_c - f_b above S needs z_c - z_b above this. */
function several(S: number, confidence: boolean, activation: Activation): Thresholds | null {
  const from = (least: number): Thresholds => ({ zero: [0, 0], least, same: false });
  if (!confidence || activation === 'linear') return from(S);
  // softmax: f_c - f_b <= tanh(t / 2); sigmoids: <= tanh(t / 4); tanhs: <= 2 tanh(t / 2).
  const part = activation === 'tanh' ? S / 2 : S;
  if (part >= 1) return null;
  const t = logitDown(down(0.5 * down(1 + part))); // tanh(t / 2) = part
  return from(activation === 'sigmoid' ? down(2 * t) : t);
}

/** NaN wins: a bound that is no number must never pass for one. */
function larger(a: number, b: number): number {
  return a >= b ? a : b > a ? b : NaN;
}
function smaller(a: number, b: number): number {
  return a <= b ? a : b < a ? b : NaN;
}

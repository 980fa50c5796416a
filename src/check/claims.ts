/**
 * What a certificate claims, and when one box of inputs has been shown to satisfy it. docs/certificates.md has the proofs.
 */
import { Bounds } from './bound.js';
import { expDown, expUp, SIGMOID, TANH, type Activation } from './functions.js';
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

export class Prover {
  readonly bounds: Bounds;
  readonly head = new Neuron();
  /** For labels: one for each class that may overtake. */
  readonly rivals: ReturnType<typeof rivalsOf>;
  /** What margins are compared with: `zero` is enclosed; nominal ones matter above `base` + `more`. Null: nothing can flip. */
  readonly thresholds: ReturnType<typeof thresholdsOf>;
  readonly #claim: Claim;
  readonly #last: number;
  readonly #layer: BoxedLayer;
  /** The box of parameters is the nominal point: f is f0. */
  readonly #still: boolean;

  /** Throws a RangeError where the claim is of a kind that no rule here covers. */
  constructor(layers: readonly BoxedLayer[], claim: Claim, { level, smallest }: Decision) {
    this.#claim = claim;
    this.#last = layers.length - 1;
    const { activation, outputs } = (this.#layer = layers[this.#last]);
    this.#still = layers.every(({ shift, radius }) => shift === null && radius === null);
    this.bounds = new Bounds(layers);
    const named = claim.property === 'epsilon' ? claim.outputs : [claim.label];
    if (named.length === 0 || !named.every((o) => Number.isInteger(o) && o >= 0 && o < (claim.property === 'epsilon' ? outputs : Math.max(outputs, 2)))) throw new RangeError(`no ${named.join()}`);
    if (claim.property !== 'epsilon' && outputs > 1 && activation === 'relu') throw new RangeError('labels of several relu outputs');
    this.rivals = claim.property === 'epsilon' ? [] : rivalsOf(claim.label, outputs, smallest);
    this.thresholds = claim.property === 'epsilon' ? null : thresholdsOf(claim, activation, outputs, level);
  }

  /** Bytes of a leaf's hint: a price for each class that may overtake. */
  get hintSize(): number {
    return this.thresholds === null ? 0 : this.rivals.length;
  }

  /**
   * Moves to a box of inputs and returns what is proved on it: for epsilon an upper bound of the change; otherwise 0 or less where
   * nothing flips that the claim is about, by the prices of `hint`.
   */
  bound(lower: ArrayLike<number>, upper: ArrayLike<number>, hint: ArrayLike<number>): number {
    if (this.#still) return this.#claim.property === 'epsilon' ? 0 : -Infinity;
    if (this.#claim.property === 'epsilon') {
      this.bounds.moveTo(lower, upper);
      return this.#epsilon(this.#claim.measure, this.#claim.outputs);
    }
    if (this.thresholds === null) return -Infinity;
    this.bounds.moveTo(lower, upper);
    const most = largest(this.rivals.map((_, k) => this.flip(k, hint[k])));
    return most > 0 && this.#idle() ? -Infinity : most;
  }

  /** Whether that proves the claim on the box. A bound that is no number proves nothing. */
  proves(bound: number): boolean {
    return this.#claim.property === 'epsilon' ? bound <= this.#claim.upper : bound <= 0;
  }

  #epsilon(measure: Measure, named: readonly number[]): number {
    const { outputs } = this.#layer, activation = measure === 'logit' ? 'linear' : this.#layer.activation, unit = (...of: number[]): Float64Array => Float64Array.from({ length: outputs }, (_, o) => +(o === of[0]) - +(o === of[1]));
    // Two outputs of a softmax move by the same, the one up as far as the other down.
    if (activation === 'softmax' && outputs === 2) return this.#through('sigmoid', unit(1, 0));
    return largest(named.map((o) => (activation === 'softmax' ? this.#softmax((j) => unit(j, o), o) : this.#through(activation, unit(o)))));
  }

  /** At least |act(z) - act(z0)| for z the functional of the pre-activations. */
  #through(activation: Activation, z: Float64Array): number {
    const { bounds, head } = this, none = z.map(() => 0), by = (s: number): Float64Array => z.map((each) => each * s);
    if (activation !== 'linear') {
      this.#range(z, activation);
      head.activate(activation);
      if (head.off) return 0;
    }
    if (activation === 'linear' || head.on) return largest([bounds.upper(this.#last, z, none), bounds.upper(this.#last, by(-1), none)]);
    const { dUpper, dLower } = head;
    const rise = up(bounds.upper(this.#last, by(dUpper.slope), by(dUpper.by0)) + dUpper.constant);
    const fall = up(bounds.upper(this.#last, by(-dLower.slope), by(-dLower.by0)) - dLower.constant);
    return largest([Math.min(rise, head.dhi), Math.min(fall, -head.dlo)]);
  }

  /** Ranges of a functional into `head`. */
  #range(z: Float64Array, activation: Activation): void {
    const { head } = this;
    head.open();
    this.bounds.refine(this.#last, z, head, activation === 'relu');
    head.settle(activation);
  }

  /** The softmax's output o is sigmoid(v) = 1 / (1 + s), s = sum over j != o of exp(z_j - z_o), and v moves by a mean of what the z_o - z_j move by. */
  #softmax(difference: (j: number) => Float64Array, o: number): number {
    const { head } = this, moved: number[] = [];
    let least = 0, most = 0;
    for (let j = 0; j < this.#layer.outputs; j++) {
      if (j === o) continue;
      this.#range(difference(j), 'softmax');
      least = down(least + expDown(head.z0lo));
      most = up(most + expUp(head.z0hi));
      moved.push(-head.rlo, -head.rhi);
    }
    head.open();
    [head.z0lo, head.z0hi] = [SIGMOID.inverse(down(1 / up(1 + most)))[0], SIGMOID.inverse(up(1 / down(1 + least)))[1]];
    [head.rlo, head.rhi] = [Math.min(...moved), Math.max(...moved)];
    head.settle('sigmoid');
    head.activate('sigmoid');
    return largest([head.dhi, -head.dlo]);
  }

  /** No input of the box has the label and a margin that matters: by one of the classes alone, whatever flips there by the others. */
  #idle(): boolean {
    const { base, more } = this.thresholds!;
    return this.rivals.some(({ margin }) => up(this.bounds.upper(this.#last, margin.map(() => 0), margin) - down(base + more)) < 0);
  }

  /**
   * Nothing flips by the k-th margin where this is at most zero. A flip has m0 > T (or m0 >= T, or >) and m <= 0 (or <, one of them
   * strictly), so that  -m + price (m0 - T) > 0  there for every price above zero, and  -m >= 0  for none.
   */
  flip(k: number, code: number): number {
    if (!(code >= 0 && code <= 255)) return NaN;
    const { margin } = this.rivals[k], by = price(code), { zero, base, more } = this.thresholds!;
    const sum = this.bounds.upper(this.#last, margin.map((s) => -s), margin.map((s) => s * (by - 1)));
    // m = (functional) - zero, m0 - T = (functional of z0) - base - more: what is left is  zero - price (base + more).
    return up(sum + up(zero[1] - down(by * down(base + more)))) + (by > 0 ? 0 : Number.MIN_VALUE);
  }
}

/**
 * The classes that may overtake. A flip by one is a nominal margin above `zero`, and a perturbed one of at most `zero`; one of the two
 * inequalities is strict, the nominal one where the rival wins ties. Of one output label 1 is z above the edge, label 0 is -z at -edge or above.
 */
function rivalsOf(label: number, outputs: number, smallest: boolean): { readonly margin: Float64Array; readonly winsTies: boolean }[] {
  if (outputs === 1) return [{ margin: Float64Array.of(label === 1 ? 1 : -1), winsTies: label === 1 }];
  const sign = smallest ? -1 : 1, others = Array.from({ length: outputs }, (_, b) => b).filter((b) => b !== label);
  return others.map((b) => ({ margin: Float64Array.from({ length: outputs }, (_, o) => (o === label ? sign : o === b ? -sign : 0)), winsTies: b < label }));
}

/** Null where no input of the label can flip, or none has such a margin. */
function thresholdsOf(claim: Exclude<Claim, { property: 'epsilon' }>, activation: Activation, outputs: number, level: number): { zero: readonly [number, number]; base: number; more: number } | null {
  const S = claim.property === 'sigma' ? claim.upper : 0, ofZ = S === 0 || activation === 'linear' || (claim.property === 'sigma' && claim.measure === 'logit');
  if (!(S >= 0)) throw new RangeError(`sigma ${S}`);
  if (outputs > 1) {
    if (ofZ) return { zero: [0, 0], base: 0, more: S };
    // softmax: f_c - f_b <= tanh(t / 2) where z_c - z_b = t; sigmoids: <= tanh(t / 4); tanhs: <= 2 tanh(t / 2).
    const part = activation === 'tanh' ? S / 2 : S;
    if (part >= 1) return null;
    const t = SIGMOID.inverse(down(0.5 * down(1 + part)))[0]; // tanh(t / 2) = part
    return { zero: [0, 0], base: activation === 'sigmoid' ? down(2 * t) : t, more: 0 };
  }
  const turned = ([lo, hi]: readonly [number, number]): [number, number] => (claim.label === 1 ? [lo, hi] : [-hi, -lo]), zero = turned(preimage(activation, level));
  if (zero[0] === Infinity || zero[1] === -Infinity) return null;
  if (ofZ) return { zero, base: zero[0], more: S };
  const [beyond] = turned(preimage(activation, claim.label === 1 ? down(level + S) : up(level - S)));
  return beyond === Infinity ? null : { zero, base: Math.max(zero[0], beyond), more: 0 };
}

/** Encloses the z with act(z) = y, or from where on act(z) > y: infinite where y is not between the activation's ends. */
export function preimage(activation: Activation, y: number): readonly [number, number] {
  const everywhere = [-Infinity, -Infinity] as const;
  if (activation === 'linear' || activation === 'softmax' || (activation === 'relu' && y >= 0)) return [y, y];
  if (activation === 'relu') return everywhere;
  const middle = activation === 'tanh' ? 0 : 0.5, lowest = activation === 'tanh' ? -1 : 0;
  if (y === middle) return [0, 0];
  return y <= lowest ? everywhere : y >= 1 ? [Infinity, Infinity] : (activation === 'tanh' ? TANH : SIGMOID).inverse(y);
}

/** NaN wins: a bound that is no number must never pass for one. */
function largest(values: readonly number[]): number {
  return values.reduce((a, b) => (a >= b ? a : b > a ? b : NaN), -Infinity);
}

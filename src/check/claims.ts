/**
 * What a certificate claims, and when one box of inputs has been shown to satisfy it. docs/certificates.md has the proofs.
 */
import { Bounds } from './bound.js';
import { expDown, expUp, SIGMOID, SMOOTH, type Activation } from './functions.js';
import { Neuron } from './lines.js';
import type { CheckedModel } from './model.js';
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

/** Prices that a hint may name: none, 2^-8 to 2^8 in sixteenths of an octave's start, and 2^40. Every one less 1 is a double. */
export function price(code: number): number {
  return code === 0 ? 0 : code === 255 ? powerOfTwo(40) : (16 + (code & 15)) * powerOfTwo((code >> 4) - 12);
}

export class Prover {
  readonly bounds: Bounds;
  readonly head = new Neuron();
  /** For labels: one for each class that may overtake. */
  readonly rivals: ReturnType<typeof rivalsOf>;
  /** What margins are compared with: `zero` is enclosed; nominal ones matter above `base` + `more`. Null: nothing can flip. */
  readonly thresholds: ReturnType<typeof thresholdsOf>;
  /** Bytes of a leaf's hint: a price for each class that may overtake. */
  readonly hintSize: number;
  readonly #claim: Claim;
  readonly #layer: BoxedLayer;
  /** The box of parameters is the nominal point: f is f0. */
  readonly #still: boolean;

  /** Throws a RangeError where the claim is of a kind that no rule here covers. */
  constructor(layers: readonly BoxedLayer[], claim: Claim, { level, smallest }: Pick<CheckedModel, 'level' | 'smallest'>) {
    const about = claim.property === 'epsilon', named = about ? claim.outputs : [claim.label];
    this.#claim = claim;
    const { activation, outputs } = (this.#layer = layers[layers.length - 1]), classes = about ? outputs : Math.max(outputs, 2);
    this.#still = layers.every(({ shift, radius }) => shift === null && radius === null);
    this.bounds = new Bounds(layers);
    if (named.length === 0 || !named.every((o) => Number.isInteger(o) && o >= 0 && o < classes)) throw new RangeError(`no ${named.join()}`);
    this.rivals = about ? [] : rivalsOf(claim.label, outputs, smallest);
    this.thresholds = about ? null : thresholdsOf(claim, activation, outputs, level);
    this.hintSize = this.thresholds === null ? 0 : this.rivals.length;
  }

  /**
   * Moves to a box of inputs and returns what is proved on it: for epsilon an upper bound of the change; otherwise 0 or less where
   * nothing flips that the claim is about, by the prices of `hint`.
   */
  bound(lower: ArrayLike<number>, upper: ArrayLike<number>, hint: ArrayLike<number>): number {
    const claim = this.#claim;
    if (this.#still) return 0;
    if (claim.property !== 'epsilon' && this.thresholds === null) return -Infinity;
    this.bounds.moveTo(lower, upper);
    if (claim.property === 'epsilon') return this.#epsilon(claim.measure, claim.outputs);
    const most = Math.max(...this.rivals.map((_, k) => this.flip(k, hint[k])));
    return most > 0 && this.#idle() ? -Infinity : most;
  }

  /** Whether that proves the claim on the box. A bound that is no number proves nothing. */
  proves(bound: number): boolean {
    return bound <= (this.#claim.property === 'epsilon' ? this.#claim.upper : 0);
  }

  #epsilon(measure: Measure, named: readonly number[]): number {
    const { outputs, activation: last } = this.#layer, activation = measure === 'logit' ? 'linear' : last;
    const unit = (plus: number, minus?: number): Float64Array => Float64Array.from({ length: outputs }, (_, o) => +(o === plus) - +(o === minus));
    // Two outputs of a softmax move by the same, the one up as far as the other down.
    if (activation === 'softmax' && outputs === 2) return this.#through('sigmoid', unit(1, 0));
    const others = (o: number): number[] => Array.from({ length: outputs }, (_, j) => j).filter((j) => j !== o);
    return Math.max(...named.map((o) => (activation === 'softmax' ? this.#softmax(others(o).map((j) => unit(j, o))) : this.#through(activation, unit(o)))));
  }

  /** At least |act(z) - act(z0)| for z the functional of the pre-activations. */
  #through(activation: Activation, z: Float64Array): number {
    const { head } = this, at = (r: number, z0: number): number => this.bounds.upper(z.map((each) => each * r), z.map((each) => each * z0));
    if (activation !== 'linear') {
      head.open();
      this.bounds.refine(head, z, activation === 'relu');
      head.activate(activation);
    }
    if (activation === 'linear' || head.on) return Math.max(at(1, 0), at(-1, 0));
    if (head.off) return 0;
    const { dUpper: over, dLower: under, dlo, dhi } = head;
    return Math.max(Math.min(up(at(over.slope, over.by0) + over.constant), dhi), Math.min(up(at(-under.slope, -under.by0) - under.constant), -dlo));
  }

  /** The softmax's output o is sigmoid(v) = 1 / (1 + s), s = sum over j != o of exp(z_j - z_o), and v moves by a mean of what the z_o - z_j move by. */
  #softmax(differences: readonly Float64Array[]): number {
    const { head } = this, moved: number[] = [];
    let least = 0, most = 0;
    for (const difference of differences) {
      head.open();
      this.bounds.refine(head, difference, false);
      least = down(least + expDown(head.z0lo));
      most = up(most + expUp(head.z0hi));
      moved.push(-head.rlo, -head.rhi);
    }
    head.open();
    [head.z0lo, head.z0hi] = [SIGMOID.inverse(down(1 / up(1 + most)))[0], SIGMOID.inverse(up(1 / down(1 + least)))[1]];
    [head.rlo, head.rhi] = [Math.min(...moved), Math.max(...moved)];
    head.activate('sigmoid');
    return Math.max(head.dhi, -head.dlo);
  }

  /** No input of the box has the label and a margin that matters: by one of the classes alone, whatever flips there by the others. */
  #idle(): boolean {
    const { base, more } = this.thresholds!;
    return this.rivals.some(({ margin }) => up(this.bounds.upper(margin.map(() => 0), margin) - down(base + more)) < 0);
  }

  /**
   * Nothing flips by the k-th margin where this is at most zero. A flip has m0 > T (or m0 >= T, or >) and m <= 0 (or <, one of them
   * strictly), so that  -m + price (m0 - T) > 0  there for every price above zero, and  -m >= 0  for none.
   */
  flip(k: number, code: number): number {
    if (!(code >= 0 && code <= 255)) return NaN;
    const { margin } = this.rivals[k], by = price(code), { zero, base, more } = this.thresholds!;
    const sum = this.bounds.upper(margin.map((s) => -s), margin.map((s) => s * (by - 1)));
    // m = (functional) - zero, m0 - T = (functional of z0) - base - more: what is left is  zero - price (base + more).
    return up(sum + up(zero[1] - down(by * down(base + more)))) + (by > 0 ? 0 : Number.MIN_VALUE);
  }
}

/**
 * The classes that may overtake. A flip by one is a nominal margin above `zero`, and a perturbed one of at most `zero`; one of the two
 * inequalities is strict, the nominal one where the rival wins ties. Of one output z is that of class 1, and that of class 0 is always 0.
 */
function rivalsOf(label: number, outputs: number, smallest: boolean): { readonly margin: Float64Array; readonly winsTies: boolean }[] {
  const classes = Array.from({ length: Math.max(outputs, 2) }, (_, c) => c), sign = smallest && outputs > 1 ? -1 : 1;
  const margin = (b: number): Float64Array => Float64Array.from(classes, (c) => (c === label ? sign : c === b ? -sign : 0)).subarray(classes.length - outputs);
  return classes.filter((b) => b !== label).map((b) => ({ margin: margin(b), winsTies: b < label }));
}

/** 2 atanh S, from below: logits of a softmax that are no farther apart than that have confidences that differ by at most S. */
const apart = (S: number): number => (S >= 1 ? Infinity : SIGMOID.inverse(down(0.5 * down(1 + S)))[0]);
/** Two z of several whose outputs differ by more than S are farther apart than this. */
const APART: Record<Activation, (S: number) => number> = { linear: (S) => S, softmax: apart, sigmoid: (S) => 2 * apart(S), tanh: (S) => apart(S / 2), relu: () => NaN };

/** Null where no input of the label can flip, or none has such a margin. */
function thresholdsOf(claim: Exclude<Claim, { property: 'epsilon' }>, activation: Activation, outputs: number, level: number) {
  const S = claim.property === 'sigma' ? claim.upper : 0, one = claim.label === 1;
  if (!(S >= 0)) throw new RangeError(`sigma ${S}`);
  if (outputs > 1 && activation === 'relu') throw new RangeError('labels of several relu outputs');
  const [lo, hi] = outputs > 1 ? [0, 0] : preimage(activation, level), zero: readonly [number, number] = one ? [lo, hi] : [-hi, -lo];
  if (zero[0] === Infinity || zero[1] === -Infinity) return null;
  if (S === 0 || activation === 'linear' || (claim.property === 'sigma' && claim.measure === 'logit')) return { zero, base: zero[0], more: S };
  const beyond = outputs > 1 ? APART[activation](S) : one ? preimage(activation, down(level + S))[0] : -preimage(activation, up(level - S))[1];
  return beyond === Infinity ? null : { zero, base: Math.max(zero[0], beyond), more: 0 };
}

/** Encloses the z with act(z) = y, or from where on act(z) > y: infinite where y is not between the activation's ends. */
export function preimage(activation: Activation, y: number): readonly [number, number] {
  const f = SMOOTH[activation];
  return f !== undefined ? f.inverse(y) : activation === 'relu' && y < 0 ? [-Infinity, -Infinity] : [y, y];
}

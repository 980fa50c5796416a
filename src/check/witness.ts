/**
 * What a witness (x, p) attains. Values are ranges of exact dyadic numbers: points where the hidden layers are relu or linear, and wider
 * only by what sigmoid and tanh are enclosed by. Membership in the boxes is always exact.
 */
import { preimage, type Claim, type Decision, type Measure } from './claims.js';
import { compare, enclosure, exact, minus, ONE, plus, times, ZERO, type Dyadic } from './dyadic.js';
import { expDown, expUp, SIGMOID, TANH, type Activation } from './functions.js';
import { place, type Box, type Shape } from './network.js';
import { down, up } from './rounding.js';

export interface Normalisation {
  readonly mean: Float64Array;
  readonly range: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface CheckedModel extends Decision {
  readonly layers: readonly Shape[];
  readonly parameters: Float64Array;
  readonly normalisation: Normalisation | null;
}

export interface Witness {
  readonly input: readonly number[];
  /** Null: the box's only point. */
  readonly parameters: readonly number[] | null;
}

type Range = readonly [Dyadic, Dyadic];

/** Throws a RangeError that says what is wrong where the witness lies outside a box. Domain: lo_0, hi_0, lo_1, ... */
export function requireInside({ input, parameters: given }: Witness, model: CheckedModel, box: Box, domain: ArrayLike<number>): Float64Array {
  if (input.length * 2 !== domain.length) throw new RangeError(`the witness has ${input.length} inputs`);
  input.forEach((x, j) => {
    if (!(x >= domain[2 * j] && x <= domain[2 * j + 1])) throw new RangeError(`input ${j} of the witness is outside the domain`);
  });
  const parameters = given === null ? box.point : Float64Array.from(given);
  if (parameters?.length !== model.parameters.length) throw new RangeError(`the witness has ${parameters?.length ?? 'no'} parameters`);
  parameters.forEach((p, i) => {
    const [lower, upper] = box.ends(i);
    if (!Number.isFinite(p) || compare(exact(p), lower) < 0 || compare(exact(p), upper) > 0) throw new RangeError(`parameter ${i} of the witness is outside its box`);
  });
  return parameters;
}

/** A number that the claim's quantity attains at the witness, rounded down; for a label 1. Null: it does not flip there. */
export function attained(claim: Claim, model: CheckedModel, input: readonly number[], parameters: Float64Array): number | null {
  return new Evaluation(model, input).attained(claim, parameters);
}

/** Of one input. All values are taken times a positive factor, for normalised inputs are fractions. */
class Evaluation {
  readonly #model: CheckedModel;
  readonly #fed: readonly Range[];
  readonly #factor: Dyadic;
  readonly #last: Activation;

  constructor(model: CheckedModel, input: readonly number[]) {
    this.#model = model;
    this.#last = model.layers[model.layers.length - 1].activation;
    const { normalisation: n } = model, ranges = [...new Set(n?.range)], product = (but?: number): Dyadic => ranges.filter((r) => r !== but).reduce((all, r) => times(all, exact(r)), ONE);
    this.#factor = product();
    this.#fed = input.map((x, j) => {
      const value = n === null ? exact(x) : times(minus(exact(Math.min(Math.max(x, n.lower[j]), n.upper[j])), exact(n.mean[j])), product(n.range[j]));
      return [value, value];
    });
  }

  attained(claim: Claim, parameters: Float64Array): number | null {
    const [before, after] = [this.#model.parameters, parameters].map((p) => this.#logits(p));
    if (claim.property === 'epsilon') {
      const [f0, f] = [before, after].map((z) => this.#measured(claim.measure, z));
      return Math.max(0, ...claim.outputs.flatMap((o) => [this.#least(f[o], f0[o]), this.#least(f0[o], f[o])]));
    }
    const label = this.#label(before), other = this.#label(after);
    if (label !== claim.label || other === null || other === label) return null;
    return claim.property === 'label' ? 1 : Math.max(0, this.#margin(claim.measure, label, before));
  }

  /** At most a - b. */
  #least([lo]: Range, [, hi]: Range): number {
    return enclosure(minus(lo, hi), this.#factor)[0];
  }

  /** Pre-activations of the last layer. */
  #logits(parameters: Float64Array): Range[] {
    const { layers } = this.#model;
    let h = this.#fed, first = 0;
    for (const [l, shape] of layers.entries()) {
      const z = Array.from({ length: shape.outputs }, (_, i): Range => {
        const weight = (j: number): Dyadic => exact(parameters[first + place(shape, i, j)]), bias = times(weight(shape.inputs), this.#factor);
        const end = (low: boolean): Dyadic => h.reduce((sum, range, j) => plus(sum, times(weight(j), range[weight(j).m > 0n === low ? 0 : 1])), bias);
        const lo = end(true);
        return [lo, h.every(([a, b]) => a === b) ? lo : end(false)];
      });
      first += shape.outputs * (shape.inputs + 1);
      h = l + 1 < layers.length ? this.#activated(shape.activation, z) : z;
    }
    return [...h];
  }

  #measured(measure: Measure, z: Range[]): Range[] {
    return measure === 'logit' ? z : this.#activated(this.#last, z);
  }

  #activated(activation: Activation, z: Range[]): Range[] {
    if (activation === 'linear') return z;
    if (activation === 'relu') return z.map((range) => (range[0].m >= 0n ? range : [ZERO, range[1].m >= 0n ? range[1] : ZERO]));
    const outward = z.map(([lo, hi]) => [enclosure(lo, this.#factor)[0], enclosure(hi, this.#factor)[1]]);
    return outward.map(([lo, hi], o) => {
      const [low, high] = activation === 'softmax' ? softmax(outward, o) : activation === 'tanh' ? [TANH.down(lo), TANH.up(hi)] : [SIGMOID.down(lo), SIGMOID.up(hi)];
      return [times(exact(low), this.#factor), times(exact(high), this.#factor)];
    });
  }

  /** Null where ranges cannot tell. One output: 1 where it is above the level. Of several the lowest index among the largest (or smallest). */
  #label(z: Range[]): number | null {
    const { level, smallest } = this.#model;
    if (z.length === 1) {
      const [lo, hi] = preimage(this.#last, level), beside = (value: Dyadic, edge: number): number => (Number.isFinite(edge) ? compare(value, times(exact(edge), this.#factor)) : -edge);
      return beside(z[0][0], hi) > 0 ? 1 : beside(z[0][1], lo) <= 0 ? 0 : null;
    }
    const values = this.#last === 'relu' ? this.#activated('relu', z) : z; // relu outputs tie at zero
    let best = 0;
    for (let o = 1; o < values.length; o++) {
      const [a, b] = smallest ? [values[best], values[o]] : [values[o], values[best]]; // does a exceed b?
      if (compare(a[0], b[1]) > 0) best = o;
      else if (compare(a[1], b[0]) > 0) return null;
    }
    return best;
  }

  /** At most the margin of an input of that label. */
  #margin(measure: Measure, label: number, z: Range[]): number {
    const { level, smallest } = this.#model, f = this.#measured(measure, z);
    if (f.length > 1) return Math.min(...f.flatMap((other, o) => (o === label ? [] : [smallest ? this.#least(other, f[label]) : this.#least(f[label], other)])));
    const [lo, hi] = measure === 'logit' ? preimage(this.#last, level) : [level, level], edge: Range = [times(exact(lo), this.#factor), times(exact(hi), this.#factor)];
    return label === 1 ? this.#least(f[0], edge) : this.#least(edge, f[0]);
  }
}

/** 1 / (1 + sum over the others of exp(z_j - z_o)) */
function softmax(z: readonly number[][], o: number): [number, number] {
  let least = 1, most = 1;
  z.forEach(([lo, hi], j) => {
    if (j === o) return;
    least = down(least + expDown(down(lo - z[o][1])));
    most = up(most + expUp(up(hi - z[o][0])));
  });
  return [Math.max(0, down(1 / most)), Math.min(1, up(1 / least))];
}

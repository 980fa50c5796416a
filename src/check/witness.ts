/**
 * What a witness (x, p) attains. Values are ranges of exact dyadic numbers: points where the hidden layers are relu or linear, and wider
 * only by what sigmoid and tanh are enclosed by. Membership in the boxes is always exact.
 */
import { preimage, type Claim, type Decision } from './claims.js';
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
export function attained(claim: Claim, { layers, parameters: nominal, normalisation: n, level, smallest }: CheckedModel, input: readonly number[], parameters: Float64Array): number | null {
  // All values are taken times a positive factor, for normalised inputs are fractions.
  const last = layers[layers.length - 1].activation, ranges = [...new Set(n?.range)], product = (but?: number): Dyadic => ranges.filter((r) => r !== but).reduce((all, r) => times(all, exact(r)), ONE);
  const factor = product(), scaled = (value: number): Dyadic => times(exact(value), factor);
  const fed = input.map((x, j): Range => {
    const value = n === null ? exact(x) : times(minus(exact(Math.min(Math.max(x, n.lower[j]), n.upper[j])), exact(n.mean[j])), product(n.range[j]));
    return [value, value];
  });
  /** At most a - b. */
  const least = ([lo]: Range, [, hi]: Range): number => enclosure(minus(lo, hi), factor)[0];

  const activated = (activation: Activation, z: readonly Range[]): readonly Range[] => {
    if (activation === 'linear') return z;
    if (activation === 'relu') return z.map((range) => (range[0].m >= 0n ? range : [ZERO, range[1].m >= 0n ? range[1] : ZERO]));
    const outward = z.map(([lo, hi]): [number, number] => [enclosure(lo, factor)[0], enclosure(hi, factor)[1]]), f = activation === 'tanh' ? TANH : SIGMOID;
    return outward.map(([lo, hi], o) => (activation === 'softmax' ? softmax(outward, o) : [f.down(lo), f.up(hi)])).map(([lo, hi]): Range => [scaled(lo), scaled(hi)]);
  };

  /** Pre-activations of the last layer. */
  const logits = (of: Float64Array): readonly Range[] => {
    let h: readonly Range[] = fed, z = h, first = 0;
    for (const [l, shape] of layers.entries()) {
      if (l > 0) h = activated(layers[l - 1].activation, z);
      z = Array.from({ length: shape.outputs }, (_, i): Range => {
        const weight = (j: number): Dyadic => exact(of[first + place(shape, i, j)]), bias = times(weight(shape.inputs), factor);
        const end = (low: boolean): Dyadic => h.reduce((sum, range, j) => plus(sum, times(weight(j), range[weight(j).m > 0n === low ? 0 : 1])), bias), lo = end(true);
        return [lo, h.every(([a, b]) => a === b) ? lo : end(false)];
      });
      first += shape.outputs * (shape.inputs + 1);
    }
    return z;
  };

  /** Null where ranges cannot tell. One output: 1 where it is above the level. Of several the lowest index among the largest (or smallest). */
  const labelOf = (z: readonly Range[]): number | null => {
    if (z.length === 1) {
      const [lo, hi] = preimage(last, level), beside = (value: Dyadic, edge: number): number => (Number.isFinite(edge) ? compare(value, scaled(edge)) : -edge);
      return beside(z[0][0], hi) > 0 ? 1 : beside(z[0][1], lo) <= 0 ? 0 : null;
    }
    const values = last === 'relu' ? activated('relu', z) : z; // relu outputs tie at zero
    let best = 0;
    for (let o = 1; o < values.length; o++) {
      const [a, b] = smallest ? [values[best], values[o]] : [values[o], values[best]]; // does a exceed b?
      if (compare(a[0], b[1]) > 0) best = o;
      else if (compare(a[1], b[0]) > 0) return null;
    }
    return best;
  };

  const [before, after] = [nominal, parameters].map(logits), measured = (z: readonly Range[]): readonly Range[] => (claim.property !== 'label' && claim.measure === 'logit' ? z : activated(last, z)), f0 = measured(before);
  if (claim.property === 'epsilon') {
    const f = measured(after);
    return Math.max(0, ...claim.outputs.flatMap((o) => [least(f[o], f0[o]), least(f0[o], f[o])]));
  }
  const label = labelOf(before), other = labelOf(after);
  if (label !== claim.label || other === null || other === label) return null;
  if (claim.property === 'label') return 1;
  // At most the margin of an input of that label.
  if (f0.length > 1) return Math.max(0, Math.min(...f0.flatMap((each, o) => (o === label ? [] : [smallest ? least(each, f0[label]) : least(f0[label], each)]))));
  const [lo, hi] = claim.measure === 'logit' ? preimage(last, level) : [level, level], edge: Range = [scaled(lo), scaled(hi)];
  return Math.max(0, label === 1 ? least(f0[0], edge) : least(edge, f0[0]));
}

/** 1 / (1 + sum over the others of exp(z_j - z_o)) */
function softmax(z: readonly [number, number][], o: number): [number, number] {
  const others = z.filter((_, j) => j !== o), least = others.reduce((sum, [lo]) => down(sum + expDown(down(lo - z[o][1]))), 1), most = others.reduce((sum, [, hi]) => up(sum + expUp(up(hi - z[o][0]))), 1);
  return [Math.max(0, down(1 / most)), Math.min(1, up(1 / least))];
}

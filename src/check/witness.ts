/**
 * What a witness (x, p) attains: in exact arithmetic where the hidden layers are relu or linear, in outward rounded intervals
 * otherwise. Membership in the boxes is always exact.
 */
import type { ParameterBox } from './box.js';
import { preimage, type Claim, type Decision } from './claims.js';
import { compare, enclosure, exact, minus, plus, size, times, ZERO, type Dyadic } from './dyadic.js';
import { sigmoidDown, sigmoidUp, tanhDown, tanhUp, expDown, expUp, type Activation } from './functions.js';
import type { Shape } from './network.js';
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

type Interval = readonly [number, number];
/** Pre-activations of the last layer: exact ones times a common positive factor, or enclosures. */
type Outputs = { readonly factor: Dyadic; readonly exact: readonly Dyadic[] | null; readonly z: readonly Interval[] };

/** Throws a RangeError that says what is wrong where the witness lies outside a box. Domain: lo_0, hi_0, lo_1, ... */
export function requireInside(witness: Witness, model: CheckedModel, box: ParameterBox, domain: ArrayLike<number>): Float64Array {
  const { input } = witness;
  if (input.length * 2 !== domain.length) throw new RangeError(`the witness has ${input.length} inputs`);
  input.forEach((x, j) => {
    if (!(x >= domain[2 * j] && x <= domain[2 * j + 1])) throw new RangeError(`input ${j} of the witness is outside the domain`);
  });
  const given = witness.parameters;
  if (given === null && !(box.kind === 'radius' && box.radius.every((r) => r === 0))) throw new RangeError('the witness has no parameters');
  const parameters = given === null && box.kind === 'radius' ? box.center : Float64Array.from(given ?? []);
  if (parameters.length !== model.parameters.length) throw new RangeError(`the witness has ${parameters.length} parameters`);
  parameters.forEach((p, i) => {
    if (!inside(box, i, p)) throw new RangeError(`parameter ${i} of the witness is outside its box`);
  });
  return parameters;
}

function inside(box: ParameterBox, i: number, p: number): boolean {
  if (!Number.isFinite(p)) return false;
  if (box.kind === 'bounds') return p >= box.lower[i] && p <= box.upper[i];
  const away = size(minus(exact(p), exact(box.center[i])));
  if (box.kind === 'radius') return compare(away, exact(box.radius[i])) <= 0;
  return compare(away, box.mask[i] === 0 ? ZERO : times(exact(box.ratio), size(exact(box.center[i])))) <= 0;
}

/** A number that the claim's quantity attains at the witness, rounded down; for a label 1. Null: it does not flip there. */
export function attained(claim: Claim, model: CheckedModel, input: readonly number[], parameters: Float64Array): number | null {
  const before = evaluate(model, model.parameters, input), after = evaluate(model, parameters, input);
  if (claim.property === 'epsilon') {
    const [f0, f] = [before, after].map((of) => confidences(claim.measure === 'logit' ? 'linear' : last(model), of));
    return Math.max(...claim.outputs.map((o) => difference(claim.measure === 'logit' ? 'linear' : last(model), o, before, after, f0, f)));
  }
  const label = labelOf(model, before);
  if (label === null || label !== claim.label) return null;
  const flipped = labelOf(model, after);
  if (flipped === null || flipped === label) return null;
  return claim.property === 'label' ? 1 : Math.max(0, marginOf(claim.measure, model, label, before));
}

const last = (model: CheckedModel): Activation => model.layers[model.layers.length - 1].activation;

/** At least |f - f0| of one output. Where both are exact, so is their difference. */
function difference(activation: Activation, o: number, before: Outputs, after: Outputs, f0: readonly Interval[], f: readonly Interval[]): number {
  if ((activation === 'linear' || activation === 'relu') && before.exact !== null && after.exact !== null) {
    const [a, b] = [before.exact[o], after.exact[o]].map((value) => (activation === 'relu' && value.m < 0n ? ZERO : value));
    return Math.max(0, enclosure(size(minus(b, a)), before.factor)[0]);
  }
  return Math.max(0, down(f[o][0] - f0[o][1]), down(f0[o][0] - f[o][1]));
}

function evaluate(model: CheckedModel, parameters: Float64Array, input: readonly number[]): Outputs {
  const smooth = model.layers.slice(0, -1).some(({ activation }) => activation !== 'linear' && activation !== 'relu');
  const { values, factor } = fed(model, input);
  if (smooth) return { factor, exact: null, z: enclosed(model, parameters, values.map((value) => enclosure(value, factor))) };
  let h = values, at = 0;
  for (const [l, { inputs, outputs, activation }] of model.layers.entries()) {
    const biases = at + inputs * outputs;
    h = Array.from({ length: outputs }, (_, i) => {
      let sum = times(exact(parameters[biases + i]), factor);
      for (let j = 0; j < inputs; j++) if (h[j].m !== 0n) sum = plus(sum, times(exact(parameters[at + i * inputs + j]), h[j]));
      return sum;
    });
    at = biases + outputs;
    if (l + 1 < model.layers.length && activation === 'relu') h = h.map((value) => (value.m < 0n ? ZERO : value));
  }
  return { factor, exact: h, z: h.map((value) => enclosure(value, factor)) };
}

/** What the first layer is fed, times a factor common to all: normalised inputs are fractions. */
function fed(model: CheckedModel, input: readonly number[]): { values: Dyadic[]; factor: Dyadic } {
  const { normalisation: n } = model;
  if (n === null) return { values: input.map(exact), factor: exact(1) };
  const ranges = [...new Set(n.range)], product = (but: number): Dyadic => ranges.filter((r) => r !== but).reduce((all, r) => times(all, exact(r)), exact(1));
  return {
    values: input.map((x, j) => times(minus(exact(Math.min(Math.max(x, n.lower[j]), n.upper[j])), exact(n.mean[j])), product(n.range[j]))),
    factor: product(NaN),
  };
}

function enclosed(model: CheckedModel, parameters: Float64Array, fedBy: readonly Interval[]): Interval[] {
  let h = fedBy, at = 0;
  for (const [l, { inputs, outputs, activation }] of model.layers.entries()) {
    const biases = at + inputs * outputs, z: Interval[] = [];
    for (let i = 0; i < outputs; i++) {
      let lo = parameters[biases + i], hi = lo;
      for (let j = 0; j < inputs; j++) {
        const w = parameters[at + i * inputs + j];
        lo = down(lo + down(w * h[j][w > 0 ? 0 : 1]));
        hi = up(hi + up(w * h[j][w > 0 ? 1 : 0]));
      }
      z.push([lo, hi]);
    }
    at = biases + outputs;
    h = l + 1 < model.layers.length ? confidences(activation, { factor: ZERO, exact: null, z }) : z;
  }
  return [...h];
}

function confidences(activation: Activation, { z }: Outputs): Interval[] {
  switch (activation) {
    case 'linear': return [...z];
    case 'relu': return z.map(([lo, hi]) => [Math.max(lo, 0), Math.max(hi, 0)]);
    case 'sigmoid': return z.map(([lo, hi]) => [sigmoidDown(lo), sigmoidUp(hi)]);
    case 'tanh': return z.map(([lo, hi]) => [tanhDown(lo), tanhUp(hi)]);
    case 'softmax': return z.map(([lo, hi], o) => {
      // 1 / (1 + sum over the others of exp(z_j - z_o))
      let least = 1, most = 1;
      z.forEach(([l, h], j) => {
        if (j === o) return;
        least = down(least + expDown(down(l - hi)));
        most = up(most + expUp(up(h - lo)));
      });
      return [Math.max(0, down(1 / most)), Math.min(1, up(1 / least))];
    });
  }
}

/** Null where intervals cannot tell. */
function labelOf(model: CheckedModel, outputs: Outputs): number | null {
  const activation = last(model), { z } = outputs;
  if (z.length === 1) return above(model, activation, outputs);
  // The lowest index among the largest (or smallest); relu outputs tie at zero.
  const value = (o: number): Dyadic => (activation === 'relu' && outputs.exact![o].m < 0n ? ZERO : outputs.exact![o]);
  const interval = activation === 'relu' ? confidences('relu', outputs) : z;
  let best = 0;
  for (let o = 1; o < z.length; o++) {
    const [a, b] = model.smallest ? [best, o] : [o, best]; // does a exceed b?
    if (outputs.exact !== null) {
      if (compare(value(a), value(b)) > 0) best = o;
    } else if (interval[a][0] > interval[b][1]) {
      best = o;
    } else if (!(interval[a][1] < interval[b][0])) {
      return null;
    }
  }
  return best;
}

/** One output: 1 where it is above the level. */
function above(model: CheckedModel, activation: Activation, outputs: Outputs): number | null {
  const { level } = model;
  // Where the level is the image of a double, exact values decide.
  const at = activation === 'linear' ? level : activation === 'sigmoid' && level === 0.5 ? 0 : activation === 'tanh' && level === 0 ? 0 : activation === 'relu' && level >= 0 ? level : null;
  if (at !== null && outputs.exact !== null) return compare(outputs.exact[0], times(exact(at), outputs.factor)) > 0 ? 1 : 0;
  const [lo, hi] = confidences(activation, outputs)[0];
  return lo > level ? 1 : hi <= level ? 0 : null;
}

/** At most the margin of an input of that label. */
function marginOf(measure: 'confidence' | 'logit', model: CheckedModel, label: number, outputs: Outputs): number {
  const activation = measure === 'logit' ? 'linear' : last(model), { exact: e, factor } = outputs, f = confidences(activation, outputs), s = model.smallest ? -1 : 1;
  if (f.length === 1) {
    const edge = measure === 'logit' ? preimage(last(model), model.level) ?? [NaN, NaN] : ([model.level, model.level] as Interval);
    if (activation === 'linear' && e !== null && edge[0] === edge[1]) return enclosure(size(minus(e[0], times(exact(edge[0]), factor))), factor)[0];
    return label === 1 ? down(f[0][0] - edge[1]) : down(edge[0] - f[0][1]);
  }
  return Math.min(...f.flatMap((other, o) => {
    if (o === label) return [];
    if (activation === 'linear' && e !== null) {
      const [a, b] = s === 1 ? [e[label], e[o]] : [e[o], e[label]];
      return [enclosure(minus(a, b), factor)[0]];
    }
    return [s === 1 ? down(f[label][0] - other[1]) : down(other[0] - f[label][1])];
  }));
}

/**
 * From a model of the formula to doubles: an input of the query's domain and parameters inside the box, near where the model is. A
 * model may sit where no doubles are, so a few neighbours are tried; what any of them is worth is decided in exact arithmetic alone.
 */
import { nextDown, nextUp } from '../exact/bounds.js';
import { Dyadic, max, min } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';
import { difference, differenceAbove, isInsideBox, isInsideDomain, label, margin } from '../exact/witness.js';
import { boxEnds } from '../exact/membership.js';
import { RELU, SIGMOID, TANH } from '../exact/activations.js';
import type { NativeWitness } from '../search/native.js';
import type { SearchRequest } from '../search/request.js';
import { type Encoding, middleOf, radiusOf } from './encode.js';
import type { Values } from './ask.js';
import { Rational } from './rational.js';

/** With more inputs than this their ends and neighbours are too many to try. */
const MOST_INPUTS_CORNERED = 3;

export interface Sought {
  /** The value must be above (at least) this; null: that there is one at all. */
  readonly value: number | null;
  readonly strict: boolean;
}

/** The first of some points about a model that is proved to be what is sought, with its value rounded down. */
export function witnessNear(request: SearchRequest, encoding: Encoding, values: Values, sought: Sought): NativeWitness | null {
  const shares = sharesOf(encoding, values);
  if (shares === null) return null;
  const tried = new Set<string>();
  for (const input of inputsNear(request, encoding, values)) {
    for (const share of [(t: number) => t, (t: number) => (t === 0 ? 0 : Math.sign(t))]) {
      const parameters = parametersAt(request, input, (layer, row) => share(shares.get(`${layer},${row}`) ?? 0));
      const key = [...input, ...parameters].join();
      if (tried.has(key)) continue;
      tried.add(key);
      const witness = proved(request, input, parameters, sought);
      if (witness !== null) return witness;
    }
  }
  return null;
}

/** t_i = r_i / R_i of each row, as a double in [-1, 1]; null where the model does not say. */
function sharesOf({ noises }: Encoding, values: Values): Map<string, number> | null {
  const shares = new Map<string, number>();
  for (const { layer, row, term, reach } of noises) {
    const [r, most] = [values(term), values(reach)];
    if (r === undefined || most === undefined) return null;
    const t = most.sign === 0 ? 0 : Math.min(1, Math.max(-1, r.over(most).toDouble()));
    shares.set(`${layer},${row}`, t);
  }
  return shares;
}

/** Inputs of the query's own domain: the model's, rounded, then its neighbours and the ends of the leaf. */
function* inputsNear({ scaling, domain }: SearchRequest, { inputs, problem: { ends } }: Encoding, values: Values): Generator<Float64Array> {
  const own = (j: number, of: Rational): number => {
    const [lo, hi] = scaling === undefined ? [domain[2 * j], domain[2 * j + 1]] : [scaling.lower[j], scaling.upper[j]];
    const x = scaling === undefined ? of : of.times(exact(scaling.range[j])).plus(exact(scaling.mean[j]));
    return Math.min(Math.max(x.toDouble(), lo), hi);
  };
  const model: Rational[] = [];
  for (const { term } of inputs) {
    const value = values(term);
    if (value === undefined) return;
    model.push(value);
  }
  const at = Float64Array.from(model, (value, j) => own(j, value));
  yield at;
  if (at.length > MOST_INPUTS_CORNERED) return;
  const choices = Array.from(at, (x, j) => [...new Set([x, own(j, exact(ends[2 * j])), own(j, exact(ends[2 * j + 1])), own(j, exact(nextDown(x))), own(j, exact(nextUp(x)))])]);
  yield* product(choices);
}

function* product(choices: readonly (readonly number[])[]): Generator<Float64Array> {
  const count = choices.reduce((all, each) => all * each.length, 1);
  for (let n = 1; n < count; n++) {
    let rest = n;
    yield Float64Array.from(choices, (each) => {
      const value = each[rest % each.length];
      rest = Math.floor(rest / each.length);
      return value;
    });
  }
}

function exact(value: number): Rational {
  return Rational.fromDyadic(Dyadic.fromDouble(value));
}

/** p_ij = c_ij + t_i sign(h_j) rho_ij, to the nearest double inside the box; signs are those of a forward pass in plain doubles. */
function parametersAt({ network, box, scaling }: SearchRequest, input: Float64Array, share: (layer: number, row: number) => number): Float64Array {
  const parameters = new Float64Array(network.parameters.length);
  let h = Array.from(input, (x, j) => (scaling === undefined ? x : (x - scaling.mean[j]) / scaling.range[j]));
  let offset = 0;
  for (const [l, { inputs, outputs, activation }] of network.layers.entries()) {
    const z: number[] = [];
    for (let row = 0; row < outputs; row++) {
      const t = Dyadic.fromDouble(share(l, row));
      const place = (at: number, sign: number): number => (parameters[at] = inside(middleOf(box, at).plus(t.times(radiusOf(box, at)).times(Dyadic.of(BigInt(sign)))), boxEnds(box, at)));
      const bias = place(offset + inputs * outputs + row, 1);
      z.push(h.reduce((total, value, j) => total + place(offset + row * inputs + j, value < 0 ? -1 : 1) * value, bias));
    }
    offset += outputs * (inputs + 1);
    h = z.map((value) => (activation === RELU ? Math.max(value, 0) : activation === SIGMOID ? 1 / (1 + Math.exp(-value)) : activation === TANH ? Math.tanh(value) : value));
  }
  return parameters;
}

/** The double inside that is nearest. */
function inside(value: Dyadic, { lo, hi }: { lo: Dyadic; hi: Dyadic }): number {
  const [least, most] = [toDouble(lo, 'up'), toDouble(hi, 'down')];
  return Math.min(Math.max(toDouble(max(lo, min(hi, value)), 'nearest'), least), most);
}

/** Exact arithmetic has the last word on membership, labels and values. */
function proved(request: SearchRequest, input: Float64Array, padded: Float64Array, { value, strict }: Sought): NativeWitness | null {
  const { network, box, objective, domain, scaling, unpadded } = request;
  const own = scaling === undefined ? domain : Float64Array.from(domain, (_, i) => (i % 2 === 0 ? scaling.lower : scaling.upper)[i >> 1]);
  if (!isInsideBox(padded, box) || !isInsideDomain(input, own)) return null;
  const nominal = unpadded?.nominal ?? network;
  const perturbed = unpadded?.perturbed ?? network;
  const parameters = unpadded?.parameters(padded) ?? padded;
  if (objective.query === 'epsilon') {
    const query = { shape: nominal, perturbed, nominal: nominal.parameters, parameters, x: input, outputs: objective.outputs, measure: objective.measure };
    if (differenceAbove(query, value ?? 0) !== true) return null;
    const { lower, output } = difference(query);
    return { input, parameters: padded, value: lower, output, nominalLabel: -1, label: -1 };
  }
  const before = label(nominal, nominal.parameters, input, objective);
  if (before !== objective.label) return null;
  if (objective.query === 'reach') return { input, parameters: padded, value: 1, output: 0, nominalLabel: before, label: before };
  const after = label(perturbed, parameters, input, objective);
  if (after === undefined || after === before) return null;
  const { lower } = margin(nominal, nominal.parameters, input, objective, objective.measure);
  if (value !== null && !(strict ? lower > value : lower >= value)) return null;
  return { input, parameters: padded, value: lower, output: network.layers.at(-1)!.outputs === 1 ? 0 : after, nominalLabel: before, label: after };
}

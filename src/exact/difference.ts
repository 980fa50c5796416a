/**
 * epsilon's objective at one input and one parameter vector: |f_p(x) - f_p0(x)|, largest over the outputs that
 * count, on confidences or on logits.
 *
 * For one sigmoid output a comparison with a positive double always ends where the hidden values are exact:
 * sigmoid(a) - sigmoid(b) = v would be a linear relation between 1, e^a, e^b and e^(a+b), which
 * Lindemann-Weierstrass excludes for rational a, b unless v = 0.
 */
import { type DoubleBounds, tightDoubles } from './bounds.js';
import { sigmoidBound, SIGMOID } from './activations.js';
import { Dyadic } from './dyadic.js';
import { type ExactShape, lastLayer, type Numbers, outputsOf, type Trace, trace } from './evaluate.js';
import type { Measure } from './margin.js';
import { type Decided, withGrowingPrecision } from './precision.js';
import { abs, compareTo, type Enclosure, increasing, maximum, negate, subtract, ZERO } from './real.js';

/** Two parameter vectors at one input, and what counts of their difference. */
export interface DifferenceQuery {
  readonly shape: ExactShape;
  /** Of the network that has `parameters`, where that is another: with other hidden layers, but the same last activation. */
  readonly perturbed?: ExactShape;
  readonly nominal: Numbers;
  readonly parameters: Numbers;
  readonly x: Numbers;
  readonly outputs: readonly number[];
  readonly measure: Measure;
}

/** The sign of the difference minus `value` (a finite double); undefined where `limit` bits do not decide. */
export function compareDifference(query: DifferenceQuery, value: number, limit?: number): Decided<-1 | 0 | 1> {
  const target = Dyadic.fromDouble(value);
  return withGrowingPrecision((bits) => compareTo(largest(differences(query, bits)), target), limit);
}

/** Is |f_p(x) - f_p0(x)| >= value? */
export function differenceAtLeast(query: DifferenceQuery, value: number, limit?: number): Decided<boolean> {
  const sign = compareDifference(query, value, limit);
  if (sign === undefined) return value <= 0 ? true : undefined;
  return sign >= 0;
}

/** Is |f_p(x) - f_p0(x)| > value? */
export function differenceAbove(query: DifferenceQuery, value: number, limit?: number): Decided<boolean> {
  const sign = compareDifference(query, value, limit);
  if (sign === undefined) return value < 0 ? true : undefined;
  return sign > 0;
}

/** The largest double <= and the least double >= the difference, and an output that attains `lower`. */
export function difference(query: DifferenceQuery, limit?: number): DoubleBounds & { readonly output: number } {
  let each: Enclosure[] = [];
  const bounds = tightDoubles((bits) => largest((each = differences(query, bits))), limit);
  let best = 0;
  for (const [i, d] of each.entries()) if (d.lo.compare(each[best].lo) > 0) best = i;
  return { ...bounds, output: query.outputs[best] };
}

function largest(values: readonly Enclosure[]): Enclosure {
  return values.reduce(maximum, ZERO);
}

/** Encloses |f_p - f_p0| for each output that counts. */
export function differences(query: DifferenceQuery, bits: number): Enclosure[] {
  const { shape, perturbed = shape } = query;
  const before = trace(shape, query.nominal, query.x, bits);
  const after = trace(perturbed, query.parameters, query.x, bits);
  return differencesOfTraces(shape, before, after, query, bits);
}

/** The same of traces: the outputs of both networks have the last activation of `shape`. */
export function differencesOfTraces(
  shape: ExactShape, before: Trace, after: Trace, { outputs, measure }: Pick<DifferenceQuery, 'outputs' | 'measure'>, bits: number,
): Enclosure[] {
  if (measure === 'confidence' && lastLayer(shape).activation === SIGMOID) {
    return outputs.map((o) => sigmoidDifference(before.logits[o], after.logits[o], bits));
  }
  const [f0, f] = [before, after].map((traced) => (measure === 'logit' ? traced.logits : outputsOf(shape, traced, bits)));
  return outputs.map((o) => abs(subtract(f[o], f0[o], bits)));
}

/** |sigmoid(a) - sigmoid(b)|, from the lower tail (sigmoid(z) = 1 - sigmoid(-z)), where few bits cancel. */
function sigmoidDifference(a: Enclosure, b: Enclosure, bits: number): Enclosure {
  const upperTail = a.lo.sign > 0 && b.lo.sign > 0;
  const tail = (z: Enclosure): Enclosure =>
    increasing(upperTail ? negate(z) : z, (x, direction) => sigmoidBound(x, bits, direction));
  return abs(subtract(tail(b), tail(a), bits));
}

/**
 * Labels, decided exactly or by growing precision.
 *
 * One output: 1 if f > l, else 0. k outputs: the index of the largest (decision 'min': smallest) output, the
 * lowest index on a tie. sigmoid, tanh and softmax increase strictly with the logits, so their k-class labels are
 * those of the logits; each z_a - z_b is summed from the difference of the two rows, exactly zero for equal rows.
 *
 * Where the hidden values are exact a one-output sigmoid label is always decided: z is rational, and sigmoid(z) is
 * rational only at z = 0 (Lindemann-Weierstrass), where it is 1/2.
 */
import { LINEAR, RELU, SIGMOID, sigmoidBound, TANH, tanhBound } from './activations.js';
import { Dyadic } from './dyadic.js';
import { dot, type ExactShape, lastLayer, layerOffset, type Numbers, outputsOf, type Trace, trace } from './evaluate.js';
import { type Decided, withGrowingPrecision } from './precision.js';
import { compareTo, type Enclosure, increasing, relu, subtract } from './real.js';

export interface Decision {
  /** The level of one output, as the model gives it; not used for k >= 2. */
  readonly level: number;
  readonly decision: 'max' | 'min';
}

/** The label at (parameters, x); undefined where `limit` bits do not decide. */
export function label(shape: ExactShape, parameters: Numbers, x: Numbers, rule: Decision, limit?: number): Decided<number> {
  return withGrowingPrecision((bits) => labelOf(shape, parameters, trace(shape, parameters, x, bits), rule, bits), limit);
}

/** True iff the two parameter vectors have different labels at x. */
export function flips(
  shape: ExactShape, nominal: Numbers, parameters: Numbers, x: Numbers, rule: Decision, limit?: number,
): Decided<boolean> {
  const before = label(shape, nominal, x, rule, limit);
  const after = label(shape, parameters, x, rule, limit);
  return before === undefined || after === undefined ? undefined : before !== after;
}

/** The label of a trace at one precision. */
export function labelOf(shape: ExactShape, parameters: Numbers, traced: Trace, rule: Decision, bits: number): Decided<number> {
  if (lastLayer(shape).outputs === 1) {
    const side = compareToLevel(shape, traced, rule.level, bits);
    return side === undefined ? undefined : side > 0 ? 1 : 0;
  }
  const order = ordering(shape, parameters, traced, rule);
  return winner(lastLayer(shape).outputs, order);
}

/** The sign of f - level for one output. */
function compareToLevel(shape: ExactShape, traced: Trace, level: number, bits: number): Decided<-1 | 0 | 1> {
  const z = traced.logits[0];
  const at = Dyadic.fromDouble(level);
  switch (lastLayer(shape).activation) {
    case LINEAR:
      return compareTo(z, at);
    case RELU:
      return compareTo(relu(z), at);
    case SIGMOID:
      // f lies strictly between 0 and 1, and f > 1/2 iff z > 0.
      if (level <= 0) return 1;
      if (level >= 1) return -1;
      if (level === 0.5) return compareTo(z, Dyadic.ZERO);
      return compareTo(increasing(z, (x, direction) => sigmoidBound(x, bits, direction)), at);
    case TANH:
      if (level <= -1) return 1;
      if (level >= 1) return -1;
      if (level === 0) return compareTo(z, Dyadic.ZERO);
      return compareTo(increasing(z, (x, direction) => tanhBound(x, bits, direction)), at);
    default:
      return compareTo(outputsOf(shape, traced, bits)[0], at);
  }
}

/** The sign of output a minus output b, after the decision's negation. */
type Order = (a: number, b: number) => Decided<-1 | 0 | 1>;

function ordering(shape: ExactShape, parameters: Numbers, traced: Trace, rule: Decision): Order {
  const compare = (a: number, b: number): Decided<-1 | 0 | 1> => {
    const difference = lastLayer(shape).activation === RELU
      ? subtract(relu(traced.logits[a]), relu(traced.logits[b]), traced.bits)
      : logitDifference(shape, parameters, traced, a, b);
    return compareTo(difference, Dyadic.ZERO);
  };
  return rule.decision === 'max' ? compare : (a, b) => compare(b, a);
}

/** Encloses z_a - z_b, by the difference of the rows where the hidden values are not exact. */
export function logitDifference(shape: ExactShape, parameters: Numbers, traced: Trace, a: number, b: number): Enclosure {
  if (traced.bits === Infinity) return subtract(traced.logits[a], traced.logits[b]);
  const { inputs, outputs } = lastLayer(shape);
  const offset = layerOffset(shape, shape.layers.length - 1);
  const difference = (i: number, j: number): Dyadic => Dyadic.fromDouble(parameters[i]).minus(Dyadic.fromDouble(parameters[j]));
  const weights = traced.hidden.map((_, j) => difference(offset + a * inputs + j, offset + b * inputs + j));
  const biases = offset + inputs * outputs;
  return dot(weights, traced.hidden, difference(biases + a, biases + b), traced.bits);
}

/** The c that beats every other output, ties going to the lower index; undefined where none is proved to. */
function winner(outputs: number, order: Order): Decided<number> {
  const indices = Array.from({ length: outputs }, (_, c) => c);
  const beats = (c: number, j: number): boolean => {
    const sign = order(c, j);
    return sign !== undefined && (sign > 0 || (sign === 0 && c < j));
  };
  return indices.find((c) => indices.every((j) => j === c || beats(c, j)));
}

/** The label of exact outputs, for tests and tables. */
export function labelOfValues(values: readonly Dyadic[], rule: Decision): number {
  if (values.length === 1) return values[0].compare(Dyadic.fromDouble(rule.level)) > 0 ? 1 : 0;
  const sign = rule.decision === 'max' ? 1 : -1;
  return values.reduce((best, value, j) => (sign * value.compare(values[best]) > 0 ? j : best), 0);
}

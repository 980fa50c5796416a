/**
 * The exact answer at one input, for networks with at most one hidden layer: every parameter occurs once in a logit, or in
 * the difference of two, so interval arithmetic over the parameter box gives its exact range.
 * In dyadic numbers for relu and linear (exact but for terms thousands of binades apart), by enclosures of `bits` bits for sigmoid and tanh. Not for deep networks,
 * nor for softmax confidences of three or more classes.
 */
import { activate, LINEAR, RELU, SIGMOID, SOFTMAX } from '../../src/exact/activations.js';
import { Dyadic, max, min } from '../../src/exact/dyadic.js';
import { type ExactBox, boxEnds } from '../../src/exact/membership.js';
import { type Decision, label, type Measure } from '../../src/exact/witness.js';
import { abs, add, compareTo, type Enclosure, maximum, negate, point, scale, subtract } from '../../src/exact/real.js';
import { trace } from '../../src/exact/evaluate.js';
import { type FlatNetwork, layout } from '../support/random.js';

const BITS = 256;

/** The least and the greatest value over the box, each enclosed. */
interface Range {
  readonly least: Enclosure;
  readonly greatest: Enclosure;
}

/** Local epsilon (Eq. 11): encloses max |f_p0(x) - f_p(x)| over the box and the outputs. */
export function exactLocalEpsilon(
  network: FlatNetwork, box: ExactBox, x: ArrayLike<number>, outputs: readonly number[], measure: Measure, bits = BITS,
): Enclosure {
  const last = network.layers[network.layers.length - 1];
  const h = hiddenRanges(network, box, x, bits);
  const nominal = trace(network, network.parameters, x, bits).logits;
  return outputs.map((o) => {
    if (measure === 'confidence' && last.activation === SOFTMAX && last.outputs > 1) {
      if (last.outputs > 2) throw new RangeError('softmax confidences of three classes have no closed form');
      // softmax_o = sigmoid(z_o - z_other), in which every parameter occurs once.
      return spread(logitRange(network, box, h, o, 1 - o, bits), subtract(nominal[o], nominal[1 - o], bits), SIGMOID, bits);
    }
    return spread(logitRange(network, box, h, o, undefined, bits), nominal[o], measure === 'logit' ? LINEAR : last.activation, bits);
  }).reduce(maximum);
}

/** Can the label at x change within the box? Undefined where `bits` bits do not tell. */
export function exactLocalFlip(network: FlatNetwork, box: ExactBox, x: ArrayLike<number>, rule: Decision, bits = BITS): boolean | undefined {
  const last = network.layers[network.layers.length - 1];
  const nominal = label(network, network.parameters, x, rule, bits);
  if (nominal === undefined) return undefined;
  const h = hiddenRanges(network, box, x, bits);
  if (last.outputs === 1) {
    const { least, greatest } = logitRange(network, box, h, 0, undefined, bits);
    const end = activate(last.activation, [nominal === 1 ? least : greatest], bits)[0];
    const side = compareTo(end, Dyadic.fromDouble(rule.level));
    return side === undefined ? undefined : (side > 0 ? 1 : 0) !== nominal;
  }
  if (last.activation === RELU) throw new RangeError('labels of relu outputs are not single-use');
  // The label changes iff some j beats the nominal class: z_j - z_c > 0, or = 0 with j < c.
  const beaten = Array.from({ length: last.outputs }, (_, j) => {
    if (j === nominal) return false;
    const range = logitRange(network, box, h, j, nominal, bits);
    const side = compareTo(rule.decision === 'max' ? range.greatest : negate(range.least), Dyadic.ZERO);
    return side === undefined ? undefined : side > 0 || (side === 0 && j < nominal);
  });
  return beaten.includes(true) ? true : beaten.includes(undefined) ? undefined : false;
}

/** max(|act(z) - act(z0)|) over a range of z: act increases, so an end attains it. */
function spread(range: Range, nominal: Enclosure, activation: number, bits: number): Enclosure {
  const [least, greatest, middle] = activate(activation === SOFTMAX ? LINEAR : activation, [range.least, range.greatest, nominal], bits);
  return maximum(abs(subtract(greatest, middle, bits)), abs(subtract(least, middle, bits)));
}

/** What the last layer reads: the inputs, or the hidden layer's values over the box. */
function hiddenRanges(network: FlatNetwork, box: ExactBox, x: ArrayLike<number>, bits: number): Range[] {
  if (network.layers.length > 2) throw new RangeError('more than one hidden layer');
  const inputs = Array.from(x, (v) => exactRange(point(Dyadic.fromDouble(v)), point(Dyadic.fromDouble(v))));
  if (network.layers.length === 1) return inputs;
  const [{ outputs, activation }] = network.layers;
  return Array.from({ length: outputs }, (_, row) => {
    const z = affineRange(rowEnds(network, box, 0, row), inputs, bits);
    const [least, greatest] = activate(activation, [z.least, z.greatest], bits);
    return exactRange(least, greatest);
  });
}

/** The range of z_a, or of z_a - z_b. */
function logitRange(network: FlatNetwork, box: ExactBox, h: readonly Range[], a: number, b: number | undefined, bits: number): Range {
  const index = network.layers.length - 1;
  const ends = rowEnds(network, box, index, a);
  if (b === undefined) return affineRange(ends, h, bits);
  const minus = rowEnds(network, box, index, b);
  return affineRange(ends.map((e, i) => ({ lo: e.lo.minus(minus[i].hi), hi: e.hi.minus(minus[i].lo) })), h, bits);
}

/** The exact intervals of one neuron's weights, its bias last. */
function rowEnds(network: FlatNetwork, box: ExactBox, index: number, row: number): { lo: Dyadic; hi: Dyadic }[] {
  const { inputs } = network.layers[index];
  const { weights, biases } = layout(network)[index];
  return [...Array.from({ length: inputs }, (_, j) => boxEnds(box, weights + row * inputs + j)), boxEnds(box, biases + row)];
}

function affineRange(ends: readonly { lo: Dyadic; hi: Dyadic }[], h: readonly Range[], bits: number): Range {
  const bias = ends[ends.length - 1];
  let { least, greatest } = exactRange(point(bias.lo), point(bias.hi));
  for (const [j, value] of h.entries()) {
    // A product is affine in each factor: its extremes lie at the four corners.
    const corners = [value.least, value.greatest].flatMap((e) => [scale(e, ends[j].lo), scale(e, ends[j].hi)]);
    least = add(least, corners.reduce((a, b) => ({ lo: min(a.lo, b.lo), hi: min(a.hi, b.hi) })), bits);
    greatest = add(greatest, corners.reduce((a, b) => ({ lo: max(a.lo, b.lo), hi: max(a.hi, b.hi) })), bits);
  }
  return exactRange(least, greatest);
}

const exactRange = (least: Enclosure, greatest: Enclosure): Range => ({ least, greatest });

/** What is asked of a leaf, as a formula on an encoding. Each says what it covers; where it is no equivalence it is a relaxation: implied by the truth. */
import { artanh, LINEAR, logit, RELU, SIGMOID, SOFTMAX, TANH } from '../exact/activations.js';
import { Dyadic } from '../exact/dyadic.js';
import { type Enclosure, point } from '../exact/real.js';
import type { NetworkSpec, Decision } from '../network/model.js';
import type { Measure, Objective } from '../search/native.js';
import type { Encoding, Quantity } from './encode.js';
import { shortened } from './smooth.js';
import { all, any, compare, FALSE, minus, number, sum, type Term, TRUE } from './term.js';

/** Is some value of the objective above (or at least) `value`? null: is there any value at all (a flip, an input of the label)? */
export interface Threshold {
  readonly value: number;
  readonly strict: boolean;
}

const BITS = 256;

/** Does this module have a formula for the objective? */
export function covers(network: NetworkSpec, objective: Objective): boolean {
  const { activation, outputs } = network.layers[network.layers.length - 1];
  if (network.layers.slice(0, -1).some((layer) => layer.activation === SOFTMAX)) return false;
  return !(objective.query === 'epsilon' && objective.measure === 'confidence' && activation === SOFTMAX && outputs > 2);
}

/** `slack` >= 0 asks for that much more than the truth needs: a model of it survives rounding. */
export function question(encoding: Encoding, objective: Objective, threshold: Threshold | null, slack = Dyadic.ZERO): Term {
  switch (objective.query) {
    case 'epsilon': {
      if (threshold === null) throw new RangeError('epsilon needs a threshold');
      return exceeds(encoding, objective.outputs, objective.measure, threshold, slack);
    }
    case 'sigma': {
      const sides = sidesOf(encoding, objective, slack);
      const margin = threshold === null ? TRUE : marginAbove(encoding, objective, { ...threshold, slack });
      return all([sides.nominal, sides.flipped, margin]);
    }
    case 'reach': return sidesOf(encoding, objective, slack).nominal;
  }
}

/** |f_p - f_p0| > value on one of the outputs. */
function exceeds(encoding: Encoding, outputs: readonly number[], measure: Measure, { value, strict }: Threshold, slack: Dyadic): Term {
  const bound = number(Dyadic.fromDouble(value).plus(slack));
  const relation = strict ? '>' : '>=';
  const [nominal, perturbed] = measured(encoding, outputs, measure);
  return any(nominal.flatMap(({ term: before }, i) => {
    const after = perturbed[i].term;
    if (before === after) return [constant(Dyadic.ZERO, { value, strict })];
    return [compare(relation, minus(after, before), bound), compare(relation, minus(before, after), bound)];
  }));
}

type Sides = [Quantity[], Quantity[]];

/** Values that change as the outputs that count do. */
function measured(encoding: Encoding, outputs: readonly number[], measure: Measure): Sides {
  return kept(encoding, () => {
    const { activation, outputs: count } = encoding.problem.network.layers.at(-1)!;
    const sides: Sides = [encoding.nominal, encoding.perturbed];
    const chosen = sides.map((side) => outputs.map((o) => side[o])) as Sides;
    if (measure === 'logit') return chosen;
    if (activation !== SOFTMAX) return encoding.activate(activation, ...chosen);
    if (count === 1) return [[], []]; // always 1
    // f_0 = sigmoid(z_0 - z_1), f_1 = 1 - f_0: both change alike.
    const still = sides[0].every(({ term }, i) => term === sides[1][i].term);
    const y = sides.slice(0, still ? 1 : 2).map(([a, b]) => encoding.difference(a, b));
    return encoding.activate(SIGMOID, [y[0]], [y[y.length - 1]]);
  });
}

const keptSides = new WeakMap<Encoding, Sides>();

/** One encoding serves one objective and many thresholds: what stands behind the logits is added once. */
function kept(encoding: Encoding, make: () => Sides): Sides {
  let found = keptSides.get(encoding);
  if (found === undefined) keptSides.set(encoding, (found = make()));
  return found;
}

function constant(of: Dyadic, { value, strict }: Threshold): Term {
  const sign = of.compare(Dyadic.fromDouble(value));
  return sign > 0 || (sign === 0 && !strict) ? TRUE : FALSE;
}

type Rule = { readonly label: number; readonly level: number; readonly decision: Decision };

/** The nominal label is `label`; some p gives another. */
function sidesOf(encoding: Encoding, rule: Rule, slack: Dyadic): { nominal: Term; flipped: Term } {
  const { activation, outputs } = encoding.problem.network.layers.at(-1)!;
  const { label, decision } = rule;
  if (outputs === 1) {
    const side = (z: Quantity, above: boolean): Term => outputSide(activation, z, Dyadic.fromDouble(rule.level), above, !above, slack);
    return { nominal: side(encoding.nominal[0], label === 1), flipped: side(encoding.perturbed[0], label !== 1) };
  }
  const [before, after] = labelValues(encoding);
  const others = Array.from({ length: outputs }, (_, j) => j).filter((j) => j !== label);
  /** a is the better of the two, the lower index where they tie. */
  const beats = (values: readonly Quantity[], a: number, b: number): Term => {
    const [more, less] = decision === 'max' ? [a, b] : [b, a];
    return compare(a < b && slack.sign === 0 ? '>=' : '>', values[more].term, sum([values[less].term, slack.sign === 0 ? null : number(slack)]));
  };
  return { nominal: all(others.map((j) => beats(before, label, j))), flipped: any(others.map((j) => beats(after, j, label))) };
}

/** What labels of k outputs are read off: sigmoid, tanh and softmax keep the order of the logits, relu ties at zero. */
function labelValues(encoding: Encoding): Sides {
  const sides: Sides = [encoding.nominal, encoding.perturbed];
  return encoding.problem.network.layers.at(-1)!.activation === RELU ? kept(encoding, () => encoding.activate(RELU, ...sides)) : sides;
}

/**
 * act(z) above `at` (else below), where `open` says whether act(z) = at counts. Exact but where the preimage of `at` is irrational:
 * there the end of its enclosure that lets more through.
 */
function outputSide(activation: number, z: Quantity, at: Dyadic, above: boolean, closed: boolean, slack: Dyadic): Term {
  const relation = above ? (closed ? '>=' : '>') : (closed ? '<=' : '<');
  const holds = (sign: number): Term => (above ? sign > 0 || (sign === 0 && closed) : sign < 0 || (sign === 0 && closed)) ? TRUE : FALSE;
  if (activation === SOFTMAX) return holds(Dyadic.ONE.compare(at)); // of one output: always 1
  if (activation === RELU) {
    // relu(z) > at is z > at for at >= 0; below zero every value lies above.
    if (at.sign < 0) return holds(1);
    if (at.sign === 0) return above ? (closed ? TRUE : compare('>', z.term, number(slack))) : closed ? compare('<=', z.term, number(slack.negate())) : FALSE;
  }
  const ends = preimage(activation, at);
  if (ends === 'above' || ends === 'below') return holds(ends === 'above' ? -1 : 1);
  const end = above ? shortenedIfNot(ends, 'lo').plus(slack) : shortenedIfNot(ends, 'hi').minus(slack);
  return compare(relation, z.term, number(end));
}

function shortenedIfNot(ends: Enclosure, side: 'lo' | 'hi'): Dyadic {
  return ends.lo === ends.hi ? ends.lo : shortened(ends[side], side === 'lo' ? 'down' : 'up');
}

/** Encloses the z with act(z) = at; 'above', 'below': `at` lies on that side of all values. */
function preimage(activation: number, at: Dyadic): Enclosure | 'above' | 'below' {
  if (activation !== SIGMOID && activation !== TANH) return point(at);
  const least = activation === SIGMOID ? Dyadic.ZERO : Dyadic.ONE.negate();
  if (at.compare(least) <= 0) return 'below';
  if (at.compare(Dyadic.ONE) >= 0) return 'above';
  if (activation === SIGMOID) return at.equals(Dyadic.HALF) ? point(Dyadic.ZERO) : logit(at, BITS);
  return at.sign === 0 ? point(Dyadic.ZERO) : artanh(at, BITS);
}

interface MarginThreshold extends Threshold {
  readonly slack: Dyadic;
}

/** The nominal margin is above (or at least) a value, given the nominal label. */
function marginAbove(encoding: Encoding, objective: Rule & { measure: Measure }, { value, strict, slack }: MarginThreshold): Term {
  const { activation, outputs } = encoding.problem.network.layers.at(-1)!;
  const { label, level, measure, decision } = objective;
  const margin = Dyadic.fromDouble(value);
  if (margin.sign < 0 || (margin.sign === 0 && !strict)) return TRUE;
  if (outputs === 1) {
    const z = encoding.nominal[0];
    const above = label === 1;
    const away = above ? margin : margin.negate();
    if (measure === 'confidence') return outputSide(activation, z, Dyadic.fromDouble(level).plus(away), above, !strict, slack);
    if (activation === RELU && level < 0) return TRUE; // every label is 1, on either side of the level
    const middle = preimage(activation === RELU ? LINEAR : activation, Dyadic.fromDouble(level));
    if (middle === 'above' || middle === 'below') return TRUE;
    const end = (above ? shortenedIfNot(middle, 'lo').plus(slack) : shortenedIfNot(middle, 'hi').minus(slack)).plus(away);
    return compare(above ? (strict ? '>' : '>=') : strict ? '<' : '<=', z.term, number(end));
  }
  const values = measure === 'logit' ? encoding.nominal : labelValues(encoding)[0];
  const least = measure === 'logit' ? margin : leastStep(activation, margin);
  if (least === null) return FALSE;
  return all(Array.from({ length: outputs }, (_, j) => j).filter((j) => j !== label).map((j) => {
    const [more, less] = decision === 'max' ? [label, j] : [j, label];
    return compare(strict ? '>' : '>=', minus(values[more].term, values[less].term), number(least.plus(slack)));
  }));
}

/**
 * The least difference of two logits that a margin of their confidences needs, rounded down; null where no confidences are so far
 * apart. softmax: f_a - f_b = (f_a + f_b) tanh(y / 2) <= tanh(y / 2), with equality for two outputs; sigmoid: at most tanh(y / 4); tanh: at
 * most 2 tanh(y / 2), both for logits on either side of zero.
 */
function leastStep(activation: number, margin: Dyadic): Dyadic | null {
  if (activation === LINEAR || activation === RELU) return margin;
  const of = activation === TANH ? margin.scaled(-1) : margin;
  if (of.compare(Dyadic.ONE) >= 0) return null;
  if (of.sign === 0) return Dyadic.ZERO;
  return shortened(artanh(of, BITS).lo.scaled(activation === SIGMOID ? 2 : 1), 'down');
}

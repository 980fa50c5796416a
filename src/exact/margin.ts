/**
 * sigma's objective at one input: |f(x) - l|, |z - logit(l)| for `logit`; for k classes the top minus the second
 * of the outputs, or of z. decision 'min' takes the negated outputs.
 */
import { artanh, logit, SIGMOID, TANH } from './activations.js';
import { Dyadic } from './dyadic.js';
import { type ExactShape, lastLayer, type Numbers, outputsOf, type Trace, trace } from './evaluate.js';
import type { Decision } from './label.js';
import { type DoubleBounds, tightDoubles } from './bounds.js';
import { abs, type Enclosure, maximum, negate, point, subtract } from './real.js';

export type Measure = 'confidence' | 'logit';

/** The largest double <= and the least double >= the margin, or the narrowest proved within `limit` bits. */
export function margin(
  shape: ExactShape, parameters: Numbers, x: Numbers, rule: Decision, measure: Measure, limit?: number,
): DoubleBounds {
  return tightDoubles((bits) => marginOf(shape, trace(shape, parameters, x, bits), rule, measure, bits), limit);
}

/** Encloses the margin of a trace. */
export function marginOf(shape: ExactShape, traced: Trace, rule: Decision, measure: Measure, bits: number): Enclosure {
  const values = measure === 'logit' ? traced.logits : outputsOf(shape, traced, bits);
  if (values.length === 1) {
    const level = measure === 'logit' ? levelOfLogit(shape, rule.level, bits) : point(Dyadic.fromDouble(rule.level));
    return abs(subtract(values[0], level, bits));
  }
  return topMinusSecond(rule.decision === 'max' ? values : values.map(negate), bits);
}

/** The level carried back through the last activation, where that is invertible; itself for linear and relu. */
function levelOfLogit(shape: ExactShape, level: number, bits: number): Enclosure {
  const at = Dyadic.fromDouble(level);
  switch (lastLayer(shape).activation) {
    case SIGMOID:
      if (level <= 0 || level >= 1) throw new RangeError('logit(level) needs a level strictly between 0 and 1');
      return logit(at, bits);
    case TANH:
      if (level <= -1 || level >= 1) throw new RangeError('artanh(level) needs a level strictly between -1 and 1');
      return artanh(at, bits);
    default:
      return point(at);
  }
}

/** Both the largest and the second largest are increasing in every value, so the ends bound them. */
function topMinusSecond(values: readonly Enclosure[], bits: number): Enclosure {
  const [lows, highs] = [values.map((v) => v.lo), values.map((v) => v.hi)].map(topTwo);
  const difference = subtract({ lo: lows[0], hi: highs[0] }, { lo: lows[1], hi: highs[1] }, bits);
  return maximum(difference, point(Dyadic.ZERO));
}

function topTwo(values: readonly Dyadic[]): Dyadic[] {
  return values.toSorted((a, b) => b.compare(a)).slice(0, 2);
}

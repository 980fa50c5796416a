/**
 * The inputs that a network is fed, x' = (min(max(x, lower), upper) - mean) / range, as enclosures: a quotient of dyadic
 * numbers need not be one, so it is enclosed to the bits asked for, and is a point where it is one of that many bits.
 */
import { Dyadic } from './dyadic.js';
import { DEFAULT_LIMIT } from './precision.js';
import { type Enclosure, point } from './real.js';
import { divideToward } from './rounding.js';

/** One entry an input, all exact doubles: limits may be infinite, ranges are positive. */
export interface ExactNormalisation {
  readonly mean: ArrayLike<number>;
  readonly range: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/** Encloses x'_j for the double x_j. */
export function normalise(by: ExactNormalisation, j: number, x: number, bits: number): Enclosure {
  const clamped = Dyadic.fromDouble(Math.min(Math.max(x, by.lower[j]), by.upper[j]));
  return quotient(clamped.minus(Dyadic.fromDouble(by.mean[j])), Dyadic.fromDouble(by.range[j]), bits);
}

function quotient(a: Dyadic, b: Dyadic, bits: number): Enclosure {
  if (b.compare(Dyadic.ONE) === 0) return point(a);
  const precision = Math.min(bits, DEFAULT_LIMIT);
  const lo = divideToward(a, b, precision, 'down');
  const hi = divideToward(a, b, precision, 'up');
  return lo.equals(hi) ? point(lo) : { lo, hi };
}

/** The tightest doubles around a real number that is given by enclosures of growing precision. */
import { DEFAULT_LIMIT, withGrowingPrecision } from './precision.js';
import { type Enclosure, toDoubles } from './real.js';

export interface DoubleBounds {
  /** A double <= the number; the largest one, unless the precision ran out first. */
  readonly lower: number;
  /** A double >= the number; may be Infinity. */
  readonly upper: number;
}

/**
 * Grows the precision until `lower` and `upper` are one double or neighbours. A number that is a double, but known only
 * by enclosures that straddle it, keeps its neighbours: still bounds.
 */
export function tightDoubles(enclose: (bits: number) => Enclosure, limit = DEFAULT_LIMIT): DoubleBounds {
  let best: DoubleBounds = { lower: -Infinity, upper: Infinity };
  withGrowingPrecision((bits) => {
    best = toDoubles(enclose(bits));
    return best.upper <= nextUp(best.lower) ? true : undefined;
  }, limit);
  return best;
}

const view = new DataView(new ArrayBuffer(8));

/** The least double > x; Infinity stays. */
export function nextUp(x: number): number {
  if (x === Infinity || Number.isNaN(x)) return x;
  if (x === 0) return Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** The greatest double < x; -Infinity stays. */
export function nextDown(x: number): number {
  return -nextUp(-x);
}

import { directed } from '../cli/text/numbers.js';
import { nextUp } from '../exact/bounds.js';
import { Dyadic } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';

/** a + b rounded up: by Knuth's TwoSum s + e is the exact sum, so that an exact s stays as it is. */
export function sumUp(a: number, b: number): number {
  const s = a + b;
  const t = s - a;
  const e = (a - (s - t)) + (b - t);
  return e > 0 ? nextUp(s) : s;
}

/** a * b rounded up, perhaps one double more than needed. */
export function productUp(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : nextUp(a * b);
}

/** A fraction in per cent, to so many digits, rounded as it says: 0.5 is 50, exactly. */
export function percent(fraction: number, digits: number, direction: 'down' | 'up'): string {
  if (!Number.isFinite(fraction)) return directed(fraction, digits, direction);
  return directed(toDouble(Dyadic.fromDouble(fraction).times(Dyadic.fromDouble(100)), direction), digits, direction);
}

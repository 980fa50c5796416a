/** Arithmetic on doubles that says when a result is no double: null. */
import { Dyadic } from '../../exact/dyadic.js';
import { toDouble } from '../../exact/rounding.js';

/** a * b. Two float32 have a product of 48 bits, a float32 and an integer of 29 bits one of 53: a double, and never subnormal. */
export function exactProduct(a: number, b: number): number | null {
  if (Math.fround(a) === a && (Math.fround(b) === b || (Number.isInteger(b) && Math.abs(b) <= 2 ** 29))) return a * b;
  return asDouble(Dyadic.fromDouble(a).times(Dyadic.fromDouble(b)));
}

/** a + b: what a rounded sum loses is a double, and found without rounding (Knuth's TwoSum). */
export function exactSum(a: number, b: number): number | null {
  const sum = a + b;
  const ofB = sum - a;
  return a - (sum - ofB) + (b - ofB) === 0 ? sum : null; // NaN where the sum overflows
}

/** a / b, for b other than zero. */
export function exactQuotient(a: number, b: number): number | null {
  if (a === 0 || b === 1) return a;
  const quotient = a / b;
  if (!Number.isFinite(quotient)) return null;
  return Dyadic.fromDouble(quotient).times(Dyadic.fromDouble(b)).equals(Dyadic.fromDouble(a)) ? quotient : null;
}

function asDouble(value: Dyadic): number | null {
  const nearest = toDouble(value, 'nearest');
  return Number.isFinite(nearest) && Dyadic.fromDouble(nearest).equals(value) ? nearest : null;
}

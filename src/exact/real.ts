/**
 * Enclosures of real numbers: closed intervals with dyadic ends. Every operation returns an
 * interval that contains the exact result for all members of its operands; a finite precision
 * rounds the ends outward to that many bits, Infinity leaves them exact.
 */
import { Dyadic, max, min } from './dyadic.js';
import { addToward, type Direction, roundToBits, toDouble } from './rounding.js';

export interface Enclosure {
  readonly lo: Dyadic;
  readonly hi: Dyadic;
}

export const ZERO: Enclosure = { lo: Dyadic.ZERO, hi: Dyadic.ZERO };
export const ONE: Enclosure = { lo: Dyadic.ONE, hi: Dyadic.ONE };

export function point(value: Dyadic): Enclosure {
  return { lo: value, hi: value };
}

export function enclosure(lo: Dyadic, hi: Dyadic): Enclosure {
  if (lo.compare(hi) > 0) throw new RangeError('an enclosure needs lo <= hi');
  return { lo, hi };
}

export function isPoint(a: Enclosure): boolean {
  return a.lo === a.hi || a.lo.equals(a.hi);
}

export function contains(a: Enclosure, value: Dyadic): boolean {
  return a.lo.compare(value) <= 0 && a.hi.compare(value) >= 0;
}

export function rounded(a: Enclosure, bits: number): Enclosure {
  if (bits === Infinity) return a;
  const lo = roundToBits(a.lo, bits, 'down');
  if (a.lo === a.hi && lo === a.lo) return a;
  return { lo, hi: roundToBits(a.hi, bits, 'up') };
}

export function add(a: Enclosure, b: Enclosure, bits = Infinity): Enclosure {
  if (a.lo === a.hi && b.lo === b.hi && bits === Infinity) return point(a.lo.plus(b.lo));
  return { lo: addToward(a.lo, b.lo, bits, 'down'), hi: addToward(a.hi, b.hi, bits, 'up') };
}

export function negate(a: Enclosure): Enclosure {
  return a.lo === a.hi ? point(a.lo.negate()) : { lo: a.hi.negate(), hi: a.lo.negate() };
}

export function subtract(a: Enclosure, b: Enclosure, bits = Infinity): Enclosure {
  return add(a, negate(b), bits);
}

/** Exact: the range of a product is spanned by the products of the ends. */
export function multiply(a: Enclosure, b: Enclosure): Enclosure {
  if (a.lo === a.hi) return scale(b, a.lo);
  if (b.lo === b.hi) return scale(a, b.lo);
  const corners = [a.lo.times(b.lo), a.lo.times(b.hi), a.hi.times(b.lo), a.hi.times(b.hi)];
  return { lo: corners.reduce(min), hi: corners.reduce(max) };
}

/** Exact product with a number. */
export function scale(a: Enclosure, factor: Dyadic): Enclosure {
  if (factor.sign === 0) return ZERO;
  const atLo = a.lo.times(factor);
  if (a.lo === a.hi) return point(atLo);
  const atHi = a.hi.times(factor);
  return factor.sign > 0 ? { lo: atLo, hi: atHi } : { lo: atHi, hi: atLo };
}

export function relu(a: Enclosure): Enclosure {
  if (a.lo.sign >= 0) return a;
  return a.hi.sign <= 0 ? ZERO : { lo: Dyadic.ZERO, hi: a.hi };
}

export function abs(a: Enclosure): Enclosure {
  if (a.lo.sign >= 0) return a;
  if (a.hi.sign <= 0) return negate(a);
  return { lo: Dyadic.ZERO, hi: max(a.lo.negate(), a.hi) };
}

/** Encloses max(x, y) for x in a, y in b. */
export function maximum(a: Enclosure, b: Enclosure): Enclosure {
  return { lo: max(a.lo, b.lo), hi: max(a.hi, b.hi) };
}

/** The range of an increasing function, from a bound of it on each side at one number. */
export function increasing(a: Enclosure, bound: (x: Dyadic, direction: Direction) => Dyadic): Enclosure {
  return { lo: bound(a.lo, 'down'), hi: bound(a.hi, 'up') };
}

/** -1, 1: every member is below, above the value; 0: the enclosure is that value; else undefined. */
export function compareTo(a: Enclosure, value: Dyadic): -1 | 0 | 1 | undefined {
  const lo = a.lo.compare(value);
  if (lo > 0) return 1;
  const hi = a.hi.compare(value);
  if (hi < 0) return -1;
  return lo === 0 && hi === 0 ? 0 : undefined;
}

/** The tightest pair of doubles around the enclosure. */
export function toDoubles(a: Enclosure): { lower: number; upper: number } {
  return { lower: toDouble(a.lo, 'down'), upper: toDouble(a.hi, 'up') };
}

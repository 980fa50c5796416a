/**
 * Directed rounding of dyadic rationals: to doubles, to P bits, and of quotients. Every function
 * states its inequality; 'down' is towards -infinity, 'up' towards +infinity.
 */
import { bitLength, Dyadic } from './dyadic.js';

export type Direction = 'down' | 'up';

const doubleBits = new DataView(new ArrayBuffer(8));
const DOUBLE_BITS = 53;
const LEAST_EXPONENT = -1074;

/**
 * The largest double <= value ('down'), the least double >= value ('up'), or the nearest, ties to
 * even. Overflow gives the infinity that keeps the inequality, or MAX_VALUE. Zero is always +0.
 */
export function toDouble(value: Dyadic, mode: Direction | 'nearest'): number {
  if (value.sign === 0) return 0;
  const negative = value.sign < 0;
  const magnitude = value.abs();
  const top = magnitude.top;
  const away = mode === 'nearest' ? false : (mode === 'up') !== negative;
  if (top > 1024) return signed(away || mode === 'nearest' ? Infinity : Number.MAX_VALUE, negative);
  if (top < LEAST_EXPONENT) return signed(away ? Number.MIN_VALUE : 0, negative);

  const quantum = Math.max(top - DOUBLE_BITS, LEAST_EXPONENT);
  const drop = quantum - magnitude.exponent;
  let units: bigint;
  if (drop <= 0) {
    units = magnitude.mantissa << BigInt(-drop);
  } else {
    units = magnitude.mantissa >> BigInt(drop);
    const rest = magnitude.mantissa - (units << BigInt(drop));
    if (mode === 'nearest') {
      const half = 1n << BigInt(drop - 1);
      if (rest > half || (rest === half && (units & 1n) === 1n)) units += 1n;
    } else if (away && rest !== 0n) {
      units += 1n;
    }
  }
  // units <= 2^53 and quantum >= -1074, so the product is exact, or 2^1024 = Infinity.
  return signed(Number(units) * powerOfTwo(quantum), negative);
}

function signed(magnitude: number, negative: boolean): number {
  return negative && magnitude !== 0 ? -magnitude : magnitude;
}

/** 2^exponent, -1074 <= exponent <= 1023, from its bits: `**` is not promised to be exact. */
export function powerOfTwo(exponent: number): number {
  const bits = exponent >= -1022 ? BigInt(exponent + 1023) << 52n : 1n << BigInt(exponent - LEAST_EXPONENT);
  doubleBits.setBigUint64(0, bits);
  return doubleBits.getFloat64(0);
}

/** value rounded to at most `bits` bits of mantissa: <= value ('down') or >= value ('up'). */
export function roundToBits(value: Dyadic, bits: number, direction: Direction): Dyadic {
  if (bits === Infinity) return value;
  const drop = bitLength(value.mantissa) - bits;
  if (drop <= 0) return value;
  // BigInt >> floors, also for negative mantissas.
  const floor = value.mantissa >> BigInt(drop);
  const exact = floor << BigInt(drop) === value.mantissa;
  return Dyadic.of(direction === 'up' && !exact ? floor + 1n : floor, value.exponent + drop);
}

/**
 * A bound of a + b from the side of `direction`, exact unless one operand lies more than
 * 2 * bits + 2200 binades under the other (then a power of two, or zero, stands for it):
 * the tail of exp reaches exponents that no mantissa could be aligned with.
 */
export function addToward(a: Dyadic, b: Dyadic, bits: number, direction: Direction): Dyadic {
  const gap = a.top - b.top;
  const limit = 2 * bits + 2200;
  if (gap > limit && b.sign !== 0) return a.plus(substitute(b, a.top - limit, direction));
  if (-gap > limit && a.sign !== 0) return b.plus(substitute(a, b.top - limit, direction));
  return a.plus(b);
}

/** For |tiny| < 2^exponent: a bound of tiny from the side of `direction`. */
function substitute(tiny: Dyadic, exponent: number, direction: Direction): Dyadic {
  if (tiny.sign > 0 !== (direction === 'up')) return Dyadic.ZERO;
  return Dyadic.of(BigInt(tiny.sign), exponent);
}

/** numerator / denominator (> 0) to `bits` bits: <= the quotient ('down') or >= it ('up'). */
export function divideToward(numerator: Dyadic, denominator: Dyadic, bits: number, direction: Direction): Dyadic {
  if (denominator.sign <= 0) throw new RangeError('the denominator must be positive');
  const shift = Math.max(0, bits + 1 + bitLength(denominator.mantissa) - bitLength(numerator.mantissa));
  const scaled = numerator.mantissa << BigInt(shift);
  let quotient = scaled / denominator.mantissa;
  const rest = scaled - quotient * denominator.mantissa;
  // BigInt division truncates: move to the floor or the ceiling.
  if (rest < 0n && direction === 'down') quotient -= 1n;
  if (rest > 0n && direction === 'up') quotient += 1n;
  const exponent = numerator.exponent - denominator.exponent - shift;
  return roundToBits(Dyadic.of(quotient, exponent), bits, direction);
}

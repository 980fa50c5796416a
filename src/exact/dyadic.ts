/**
 * Dyadic rationals, mantissa * 2^exponent with a BigInt mantissa: the ring that contains every
 * finite double and in which + - * and comparison are exact. Nothing here rounds; see rounding.ts.
 */

const doubleBits = new DataView(new ArrayBuffer(8));
const FRACTION_BITS = 52;
const FRACTION_MASK = (1n << 52n) - 1n;

export class Dyadic {
  static readonly ZERO = new Dyadic(0n, 0);
  static readonly ONE = new Dyadic(1n, 0);
  static readonly HALF = new Dyadic(1n, -1);

  private constructor(
    readonly mantissa: bigint,
    readonly exponent: number,
  ) {}

  /** mantissa * 2^exponent, as given; zero has one representation. */
  static of(mantissa: bigint, exponent = 0): Dyadic {
    return mantissa === 0n ? Dyadic.ZERO : new Dyadic(mantissa, exponent);
  }

  /** The exact value of a finite double. */
  static fromDouble(value: number): Dyadic {
    if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${String(value)}`);
    if (value === 0) return Dyadic.ZERO;
    if (Number.isSafeInteger(value)) return new Dyadic(BigInt(value), 0);
    doubleBits.setFloat64(0, value);
    const bits = doubleBits.getBigUint64(0);
    const biased = Number((bits >> 52n) & 0x7ffn);
    const fraction = bits & FRACTION_MASK;
    const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
    // Subnormals share the exponent of the smallest normal binade.
    const exponent = (biased === 0 ? 1 : biased) - 1023 - FRACTION_BITS;
    return new Dyadic(value < 0 ? -magnitude : magnitude, exponent).normalised();
  }

  get sign(): -1 | 0 | 1 {
    return this.mantissa > 0n ? 1 : this.mantissa < 0n ? -1 : 0;
  }

  /** The t with 2^(t-1) <= |this| < 2^t; -Infinity for zero. */
  get top(): number {
    return this.mantissa === 0n ? -Infinity : bitLength(this.mantissa) + this.exponent;
  }

  negate(): Dyadic {
    return Dyadic.of(-this.mantissa, this.exponent);
  }

  abs(): Dyadic {
    return this.mantissa < 0n ? this.negate() : this;
  }

  plus(other: Dyadic): Dyadic {
    if (this.mantissa === 0n) return other;
    if (other.mantissa === 0n) return this;
    const gap = this.exponent - other.exponent;
    if (gap === 0) return Dyadic.of(this.mantissa + other.mantissa, this.exponent);
    return gap > 0
      ? Dyadic.of((this.mantissa << BigInt(gap)) + other.mantissa, other.exponent)
      : Dyadic.of(this.mantissa + (other.mantissa << BigInt(-gap)), this.exponent);
  }

  minus(other: Dyadic): Dyadic {
    return this.plus(other.negate());
  }

  times(other: Dyadic): Dyadic {
    return Dyadic.of(this.mantissa * other.mantissa, this.exponent + other.exponent);
  }

  /** this * 2^power */
  scaled(power: number): Dyadic {
    return Dyadic.of(this.mantissa, this.exponent + power);
  }

  /** The sign of this - other. Aligns mantissas only when the magnitudes share a binade. */
  compare(other: Dyadic): -1 | 0 | 1 {
    const sign = this.sign;
    if (sign !== other.sign) return sign > other.sign ? 1 : -1;
    if (sign === 0) return 0;
    const gap = this.top - other.top;
    if (gap !== 0) return gap > 0 === sign > 0 ? 1 : -1;
    return this.minus(other).sign;
  }

  equals(other: Dyadic): boolean {
    return this.compare(other) === 0;
  }

  /** The same value with an odd mantissa (or zero). */
  normalised(): Dyadic {
    const zeros = trailingZeros(this.mantissa);
    return zeros === 0 ? this : new Dyadic(this.mantissa >> BigInt(zeros), this.exponent + zeros);
  }
}

export function min(a: Dyadic, b: Dyadic): Dyadic {
  return a.compare(b) <= 0 ? a : b;
}

export function max(a: Dyadic, b: Dyadic): Dyadic {
  return a.compare(b) >= 0 ? a : b;
}

/** The number of bits of |n|; 0 for 0. */
export function bitLength(n: bigint): number {
  const magnitude = n < 0n ? -n : n;
  if (magnitude === 0n) return 0;
  const approximate = Number(magnitude);
  if (!Number.isFinite(approximate)) {
    const hex = magnitude.toString(16);
    return 4 * hex.length + 28 - Math.clz32(Number.parseInt(hex.charAt(0), 16));
  }
  doubleBits.setFloat64(0, approximate);
  const length = (doubleBits.getUint32(0) >>> 20) - 1022;
  // Number() rounds to nearest: 2^k - 1 may have become 2^k.
  return magnitude >> BigInt(length - 1) === 0n ? length - 1 : length;
}

function trailingZeros(n: bigint): number {
  if (n === 0n) return 0;
  const low = Number(BigInt.asUintN(32, n));
  if (low !== 0) return 31 - Math.clz32(low & -low);
  // Lowest set bit of an arbitrarily long mantissa: n & -n is a power of two.
  return bitLength(n & -n) - 1;
}

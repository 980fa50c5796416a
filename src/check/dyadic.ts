/** Numbers mantissa * 2^exponent, exactly. Every finite double is one. */
import { down, powerOfTwo, up } from './rounding.js';

const view = new DataView(new ArrayBuffer(8));

export type Dyadic = Readonly<{ m: bigint; e: number }>;

export function exact(value: number): Dyadic {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no finite number`);
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0), biased = Number((bits >> 52n) & 0x7ffn), fraction = bits & 0xfffffffffffffn;
  const size = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return { m: value < 0 ? -size : size, e: Math.max(biased, 1) - 1075 };
}

export const ZERO: Dyadic = { m: 0n, e: 0 }, ONE: Dyadic = { m: 1n, e: 0 };

export function plus(a: Dyadic, b: Dyadic): Dyadic {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  return a.e <= b.e ? { m: a.m + (b.m << BigInt(b.e - a.e)), e: a.e } : { m: b.m + (a.m << BigInt(a.e - b.e)), e: b.e };
}

export const minus = (a: Dyadic, b: Dyadic): Dyadic => plus(a, { m: -b.m, e: b.e });
export const times = (a: Dyadic, b: Dyadic): Dyadic => ({ m: a.m * b.m, e: a.e + b.e });
export const half = (a: Dyadic): Dyadic => ({ m: a.m, e: a.e - 1 });
export const size = (a: Dyadic): Dyadic => (a.m < 0n ? { m: -a.m, e: a.e } : a);
/** Below zero, zero or above as a is below b, b or above. */
export function compare(a: Dyadic, b: Dyadic): number {
  const { m } = minus(a, b);
  return m > 0n ? 1 : m < 0n ? -1 : 0;
}

/** a / b between two doubles, for b > 0: next to each other, or one and the same where it is the quotient. */
export function enclosure(a: Dyadic, b: Dyadic = ONE): [number, number] {
  if (b.m <= 0n) throw new RangeError('no positive number');
  const shift = 64 + bits(b) - bits(a), quotient = shift >= 0 ? (a.m << BigInt(shift)) / b.m : a.m / (b.m << BigInt(-shift));
  // In two powers of two that are doubles: the first product is exact, and what is beyond them is zero or infinite.
  const power = Math.max(-2044, Math.min(2044, a.e - b.e - shift)), first = power >> 1, near = Number(quotient) * powerOfTwo(first) * powerOfTwo(power - first);
  if (!Number.isFinite(near)) return [-Infinity, Infinity];
  const side = compare(times(exact(near), b), a);
  return [side > 0 ? down(near) : near, side < 0 ? up(near) : near];
}

/** As many as |m| has, and at most three more. */
const bits = (a: Dyadic): number => size(a).m.toString(16).length * 4;

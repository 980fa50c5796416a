/**
 * exp and log of dyadic rationals, bounded from below or above to a chosen number of bits.
 *
 * Both rest on a power series in fixed point whose floors are counted, and on directed rounding for
 * everything after it, so that each bound is proved by the few lines beside it.
 */
import { bitLength, Dyadic } from './dyadic.js';
import { type Direction, divideToward, roundToBits } from './rounding.js';

/** |x| beyond this is answered by the trivial bounds 0 < exp(-x) < 2^-x. */
const LARGEST_ARGUMENT = 2 ** 30;

interface Bounds {
  readonly lo: Dyadic;
  readonly hi: Dyadic;
}

/** A bound of exp(x); x <= 2^30. */
export function exp(x: Dyadic, bits: number, direction: Direction): Dyadic {
  if (x.sign === 0) return Dyadic.ONE;
  if (x.sign > 0) {
    if (x.top > 30) throw new RangeError('exp of more than 2^30');
    return expPositive(x, bits, direction);
  }
  if (x.top > 30) return direction === 'down' ? Dyadic.ZERO : Dyadic.of(1n, -LARGEST_ARGUMENT);
  // exp(x) = 1 / exp(-x), and 1/t decreases.
  const inverse = expPositive(x.negate(), bits + 2, direction === 'down' ? 'up' : 'down');
  return divideToward(Dyadic.ONE, inverse, bits, direction);
}

/**
 * exp(x) = exp(x / 2^s)^(2^s) with t = x / 2^s < 2^-r. Squaring with directed rounding keeps each
 * bound a bound and doubles its relative error, hence s guard bits.
 */
function expPositive(x: Dyadic, bits: number, direction: Direction): Dyadic {
  const reduction = 4 + Math.floor(Math.sqrt(bits) / 2);
  const squarings = Math.max(0, x.top + reduction);
  const working = bits + squarings + 32;
  const t = x.scaled(-squarings);
  // For t far under the precision: 1 + t < exp(t) < 1 + 2t, and the rounding swallows t.
  const start = t.top < -working ? nearOne(working) : expSeries(t, working);
  let value = direction === 'down' ? start.lo : start.hi;
  for (let i = 0; i < squarings; i++) value = roundToBits(value.times(value), working, direction);
  return roundToBits(value, bits, direction);
}

function nearOne(working: number): Bounds {
  return { lo: Dyadic.ONE, hi: Dyadic.of((1n << BigInt(working)) + 4n, -working) };
}

/**
 * sum t^n / n! for 0 < t <= 2^-4 in units of 2^-working. With T_0 exact, u = floor(t) and
 * T_n = floor(floor(T_{n-1} u) / n), the true term of u exceeds T_n by e_n <= e_{n-1} / 16 + 2 <= 2.2
 * units. The loop ends at T_N = 0, so the terms from N on sum to at most 2.2 * 16/15 < 3. Replacing t by u
 * loses at most exp(t) < 2 units. In all exp(t) lies in [S, S + 3 N + 5]. Exported for its test: elsewhere the guard bits hide it.
 */
export function expSeries(t: Dyadic, working: number): Bounds {
  const u = floorToUnits(t, working);
  const shift = BigInt(working);
  let term = 1n << shift;
  let sum = term;
  let n = 0n;
  while (term !== 0n) {
    n += 1n;
    term = ((term * u) >> shift) / n;
    sum += term;
  }
  return { lo: Dyadic.of(sum, -working), hi: Dyadic.of(sum + 3n * n + 5n, -working) };
}

/** A bound of the natural logarithm of y > 0, to an absolute error near 2^-bits. */
export function log(y: Dyadic, bits: number, direction: Direction): Dyadic {
  if (y.sign <= 0) throw new RangeError('log needs a positive number');
  // y = 2^k m with m in [3/4, 3/2): log y = k log 2 + 2 artanh((m - 1) / (m + 1)), |.| <= 1/5.
  const half = y.scaled(-y.top);
  const k = half.compare(Dyadic.of(3n, -2)) < 0 ? y.top - 1 : y.top;
  const m = y.scaled(-k);
  const working = bits + bitLength(BigInt(k)) + 16;
  const fraction = artanhSeries(m.minus(Dyadic.ONE), m.plus(Dyadic.ONE), working);
  const ln2 = artanhSeries(Dyadic.ONE, Dyadic.of(3n), working);
  const factor = Dyadic.of(2n * BigInt(k));
  const lowSide = (direction === 'down') === k >= 0 ? ln2.lo : ln2.hi;
  return lowSide.times(factor).plus((direction === 'down' ? fraction.lo : fraction.hi).scaled(1));
}

/**
 * artanh(q) = sum q^(2n+1) / (2n+1), |q| = a/b <= 1/3, in units of 2^-working. With Q = floor(|q|),
 * P_n = floor(P_{n-1} floor(Q^2)) each power is short by less than 2 units, each term by less than 3, and the
 * tail after the first P_N = 0 sums to less than 3; so artanh |q| lies in [S, S + 3 N + 4].
 */
function artanhSeries(numerator: Dyadic, denominator: Dyadic, working: number): Bounds {
  const quotient = divideToward(numerator.abs(), denominator, working + 8, 'down');
  const q = floorToUnits(quotient, working);
  const shift = BigInt(working);
  const square = (q * q) >> shift;
  let power = q;
  let sum = 0n;
  let terms = 0n;
  while (power !== 0n) {
    sum += power / (2n * terms + 1n);
    power = (power * square) >> shift;
    terms += 1n;
  }
  const lo = Dyadic.of(sum, -working);
  const hi = numerator.sign === 0 ? Dyadic.ZERO : Dyadic.of(sum + 3n * terms + 4n, -working);
  return numerator.sign < 0 ? { lo: hi.negate(), hi: lo.negate() } : { lo, hi };
}

/** floor(x 2^working) for x >= 0. */
function floorToUnits(x: Dyadic, working: number): bigint {
  const shift = x.exponent + working;
  return shift >= 0 ? x.mantissa << BigInt(shift) : x.mantissa >> BigInt(-shift);
}

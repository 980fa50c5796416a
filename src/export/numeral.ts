/** Exact numbers as text: every dyadic number has a finite decimal expansion, and is a fraction over a power of two. */
import type { Dyadic } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';

/** The finite decimal expansion, digit for digit: -0.5, 20.5, 6.0 (dReal would read 6 as a 32-bit integer). */
export function decimal(value: Dyadic): string {
  const { mantissa, exponent } = value.normalised();
  if (exponent >= 0) return `${mantissa << BigInt(exponent)}.0`;
  const places = -exponent;
  const sign = mantissa < 0n ? '-' : '';
  const digits = String((mantissa < 0n ? -mantissa : mantissa) * 5n ** BigInt(places)).padStart(places + 1, '0');
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** As SMT-LIB has rational constants of sort Real: 3.0, (/ 1.0 4.0), (- 3.0). */
export function fraction(value: Dyadic): string {
  const { mantissa, exponent } = value.normalised();
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const text = exponent >= 0 ? `${magnitude << BigInt(exponent)}.0` : `(/ ${magnitude}.0 ${1n << BigInt(-exponent)}.0)`;
  return mantissa < 0n ? `(- ${text})` : text;
}

/** The number where it is a double, else the interval of the two doubles round it. Shortest numerals that read back as these doubles. */
export function doubles(value: Dyadic): string {
  const [lo, hi] = [toDouble(value, 'down'), toDouble(value, 'up')];
  return lo === hi ? String(lo) : `[${lo},${hi}]`;
}

/** Binary floating-point formats no wider than a double: every value of one is a double, so that rounding to it is exact work on doubles. */
import { powerOfTwo } from '../exact/rounding.js';

export interface FloatFormat {
  readonly name: 'fp16' | 'bf16' | 'fp32';
  /** Of storage. */
  readonly bits: number;
  /** Bits of the significand, the hidden one included: a rounding is off by at most 2^-precision of the result, to nearest. */
  readonly precision: number;
  /** The exponent of the least normal number; the subnormals below it are spaced 2^(leastExponent - precision + 1). */
  readonly leastExponent: number;
  readonly largest: number;
}

/** IEEE 754 binary16. */
export const FP16: FloatFormat = { name: 'fp16', bits: 16, precision: 11, leastExponent: -14, largest: 65504 };
/** The upper half of a binary32. */
export const BF16: FloatFormat = { name: 'bf16', bits: 16, precision: 8, leastExponent: -126, largest: 255 * 2 ** 120 };
/** IEEE 754 binary32. */
export const FP32: FloatFormat = { name: 'fp32', bits: 32, precision: 24, leastExponent: -126, largest: (2 - 2 ** -23) * 2 ** 127 };

export const FLOAT_FORMATS: readonly FloatFormat[] = [FP16, BF16, FP32];

/** To nearest, ties to even; the infinity of its sign from half a spacing above `largest` on. */
export function roundToFloat(x: number, format: FloatFormat): number {
  const quantum = spacing(x, format);
  const rounded = halfEven(x / quantum) * quantum;
  return Math.abs(rounded) > format.largest ? Math.sign(x) * Infinity : rounded;
}

/** The largest value <= x and the least >= x, infinities included; both are x where the format has it. */
export function floatsAround(x: number, format: FloatFormat): [number, number] {
  const { largest } = format;
  if (x > largest) return [largest, Infinity];
  if (x < -largest) return [-Infinity, -largest];
  const quantum = spacing(x, format);
  const units = x / quantum;
  return [Math.floor(units) * quantum, Math.ceil(units) * quantum];
}

export function isFloat(x: number, format: FloatFormat): boolean {
  return Math.abs(x) <= format.largest && Number.isInteger(x / spacing(x, format));
}

const view = new DataView(new ArrayBuffer(8));

/** The distance of the format's values in the binade of x: a power of two, by which doubles of that size are divided exactly. */
export function spacing(x: number, { precision, leastExponent }: FloatFormat): number {
  view.setFloat64(0, x);
  const exponent = ((view.getUint16(0) >> 4) & 0x7ff) - 1023; // a subnormal double is below every format's least exponent
  return powerOfTwo(Math.max(exponent, leastExponent) - precision + 1);
}

/** The nearest whole number, ties to even, as IEEE 754's roundToIntegralTiesToEven. */
export function halfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor; // exact: beyond 2^52 there is none
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

/** What a number format can hold, and what becomes of a number that is put into it. */
import { ParaboundError } from '../errors.js';
import { floatsAround, halfEven, roundToFloat, type FloatFormat } from './float.js';
import type { Scheme } from './words.js';

export interface Grid {
  /** What the framework makes of p. */
  nearest(p: number): number;
  /** The grid's values next to p, [the largest <= p, the least >= p]; beyond the grid's end, that end twice. */
  around(p: number): readonly [number, number];
  /** The distance of the values, where it is one. */
  readonly scale?: number;
  readonly zeroPoint?: number;
}

/** Parameters are held as binary32 before they are cast. Nothing saturates: what is too large is refused. */
export function floatGrid(format: FloatFormat, where: string): Grid {
  const finite = (p: number, value: number): number => {
    if (Number.isFinite(value)) return value;
    throw new ParaboundError('QUANTIZATION_INVALID', `${p} overflows ${format.name}`, where, `a size of at most ${format.largest}`);
  };
  return {
    nearest: (p) => finite(p, roundToFloat(Math.fround(p), format)),
    around: (p) => {
      const [lower, upper] = floatsAround(p, format);
      return [finite(p, lower), finite(p, upper)];
    },
  };
}

/**
 * scale * q for whole q from `least` to `most`: exact doubles, for `scale` has 24 bits at most and q no more than 29. `toUnits` is
 * p / scale as it is computed before it is rounded to the nearest whole number, ties to even; it is off by less than half a unit.
 */
function uniformGrid(scale: number, least: number, most: number, toUnits: (p: number) => number): Omit<Grid, 'zeroPoint'> & { scale: number } {
  const clamp = (units: number): number => Math.min(Math.max(units, least), most);
  return {
    scale,
    nearest: (p) => clamp(halfEven(toUnits(p))) * scale + 0,
    around: (p) => {
      if (p <= least * scale) return [least * scale, least * scale];
      if (p >= most * scale) return [most * scale, most * scale];
      // The quotient is rounded, but not onto a whole number k that it is below: a double below k * scale, itself a double, is so by 2^-53 of it
      // or more, and what rounds to k is nearer. Nor below a k that it has reached, for rounding is monotone.
      const floor = Math.floor(p / scale);
      return [clamp(floor) * scale + 0, clamp(floor * scale === p ? floor : floor + 1) * scale + 0];
    },
  };
}

/** Two's complement with `integer` bits and `fraction` bits beside the sign: steps of 2^-fraction from -2^integer, saturating. */
export function fixedGrid(integer: number, fraction: number): Grid {
  const scale = 2 ** -fraction, limit = 2 ** (integer + fraction);
  return uniformGrid(scale, -limit, limit - 1, (p) => p / scale);
}

/**
 * Integers of `bits` bits with a scale and a zero point that `values` fill, real = scale * (q - zeroPoint): ONNX Runtime's
 * `compute_scale_zp` (quant_utils.py) on binary32 values. Symmetric: q from -(2^(bits-1) - 1), zero point 0, scale =
 * max|values| / (2^(bits-1) - 1), as TensorFlow Lite's specification has it for weights too. Affine: q from -2^(bits-1), and the range is
 * widened to contain 0, which is on the grid because the zero point is whole. What is quantised is ONNX's QuantizeLinear,
 * saturate(round(x / scale) + zeroPoint) in binary32, ties to even.
 */
export function integerGrid(values: Float64Array, bits: number, scheme: Scheme, where: string): Grid {
  const most = 2 ** (bits - 1) - 1;
  const least = scheme === 'symmetric' ? -most : -most - 1;
  const { scale, zeroPoint } = scaleAndZeroPoint(values, least, most, scheme, where);
  // x / scale in binary32: a quotient of two of them that is rounded to a double first is the same (53 >= 2 * 24 + 2 bits).
  const grid = uniformGrid(scale, least - zeroPoint, most - zeroPoint, (p) => Math.fround(Math.fround(p) / scale));
  // Nothing but zeros, to binary32's least normal number: the framework's scale of 1 says nothing of distances.
  if (values.every((value) => Math.abs(value) < TINY)) return { ...grid, zeroPoint, around: (p) => [Math.min(p, 0), Math.max(p, 0)] };
  return { ...grid, zeroPoint };
}

/** The least normal number of binary32. */
const TINY = 2 ** -126;

/** ONNX Runtime's `compute_scale_zp(min(values), max(values), least, most, symmetric)`. */
export function scaleAndZeroPoint(values: ArrayLike<number>, least: number, most: number, scheme: Scheme, where: string): { scale: number; zeroPoint: number } {
  let low = 0, high = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Math.fround(values[i]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  // The range is a binary32, but for a symmetric one: twice its half is exact in a double.
  const range = scheme === 'symmetric' ? 2 * Math.max(-low, high) : Math.fround(high - low);
  if (!Number.isFinite(range)) throw new ParaboundError('QUANTIZATION_INVALID', `values from ${low} to ${high}`, where, 'a range that 32-bit floats can hold');
  const scale = range / (most - least);
  if (scale < TINY) return { scale: 1, zeroPoint: 0 };
  const zeroPoint = halfEven(scheme === 'symmetric' ? (least + most) / 2 : least - low / scale);
  return { scale: Math.fround(scale), zeroPoint: Math.min(Math.max(zeroPoint, least), most) };
}

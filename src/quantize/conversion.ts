/** What becomes of a value between two layers of a device: the activation as it is computed, rounded at its place, read by the next layer. */
import { ParaboundError } from '../errors.js';
import type { Activation } from '../network/model.js';
import { isRounded, isWithin, mayFlush, underflow, unitRoundoff, type Device } from './device.js';
import type { FloatFormat } from './float.js';
import type { Format } from './format.js';
import { fixedGrid, integerGrid, type Grid } from './grid.js';

/** The value that is read is h (1 + d) + e for the exact h, |d| <= relative, |e| <= absolute. */
export interface Conversion {
  readonly relative: number;
  readonly absolute: number;
  readonly grid: Grid | null;
  /** What was proved of the values that are rounded here. */
  readonly range: readonly [number, number];
}

/** For x >= 0 that some four roundings led to: no less than the exact value. */
export const up = (x: number): number => x * (1 + 2 ** -50) + Number.MIN_VALUE;

/**
 * At place `at` (0 the input, else behind layer at - 1, whose activation is `activation`), where h lies in [low, high].
 *
 * @throws ParaboundError QUANTIZATION_INVALID where a value may overflow
 */
export function conversionAt(device: Device, at: number, activation: Activation, low: number, high: number, where: string): Conversion {
  const { arithmetic, ulps } = device;
  let relative = 0, absolute = 0;
  const round = (by: number, least: number): void => {
    relative = up(relative + by + relative * by);
    absolute = up(absolute * (1 + by) + least);
  };
  const size = Math.max(-low, high, 0);
  const fits = (format: FloatFormat): void => {
    const most = up(size * (1 + relative) + absolute);
    if (most > format.largest) throw overflow(most, format, where);
  };
  // One unit in the last place is at most 2u of a normal value, and the spacing of subnormals of any other.
  if (at > 0 && arithmetic !== null && isRounded(activation)) round(2 * ulps * unitRoundoff(arithmetic), ulps * 2 * underflow(arithmetic));
  const point = device.points[at];
  const range = [low - up(size * relative + absolute), high + up(size * relative + absolute)] as const;
  let held = at > 0 ? arithmetic : null; // the format that has the value by now
  let grid: Grid | null = null;
  const format = point?.format;
  if (format?.kind === 'float') {
    const { float } = format;
    if (held === null || !isWithin(held, float)) {
      fits(float);
      round(unitRoundoff(float), underflow(float));
      held = float;
    }
    if (mayFlush(float)) absolute = up(absolute + underflow(float));
  } else if (format !== undefined) {
    const made = gridOfRange(format, point?.range ?? range, where);
    grid = made.grid;
    absolute = up(absolute + made.error(range));
    held = null;
  }
  if (arithmetic !== null) {
    fits(arithmetic);
    if (held === null || !isWithin(held, arithmetic)) round(unitRoundoff(arithmetic), underflow(arithmetic));
    if (mayFlush(arithmetic)) absolute = up(absolute + underflow(arithmetic)); // subnormals may be read as zero
  }
  return { relative, absolute, grid, range };
}

/** A grid, and what rounding to it is off by for values of a range. */
function gridOfRange(format: Exclude<Format, { kind: 'none' | 'float' }>, range: readonly [number, number], where: string): { grid: Grid; error: (values: readonly [number, number]) => number } {
  if (format.kind === 'fixed') {
    const grid = fixedGrid(format.integer, format.fraction);
    const ends = [-(2 ** format.integer), 2 ** format.integer - grid.scale!] as const;
    return { grid, error: (values) => up(grid.scale! * (0.5 + 2 ** -20) + beyond(values, ends)) };
  }
  const grid = integerGrid(Float64Array.of(range[0], range[1]), format.bits, 'affine', where);
  // The quotient is computed in 32-bit floats, with a scale of 32 bits: 2^bits units are off by some 2^-22 each.
  const slack = 2 ** (format.bits - 21);
  const contains0 = [Math.min(range[0], 0), Math.max(range[1], 0)] as const;
  const vanishes = Math.max(-contains0[0], contains0[1]) < 2 ** -126;
  return { grid, error: (values) => (vanishes ? Math.max(-values[0], values[1], 0) : up(grid.scale! * (0.5 + slack) + beyond(values, contains0))) };
}

/** How far values may lie beyond the ends at which they saturate. */
function beyond([low, high]: readonly [number, number], [least, most]: readonly [number, number]): number {
  return up(Math.max(0, high - most, least - low));
}

export function overflow(most: number, format: FloatFormat | null, where: string): ParaboundError {
  const what = `values up to ${most.toPrecision(4)} are not ruled out${format === null ? '' : `, ${format.name} overflows`}`;
  return new ParaboundError('QUANTIZATION_INVALID', what, where, `a size of at most ${format?.largest ?? '2^1000'}: a smaller domain${format === null ? '' : ', or a wider format'}`);
}

/** A device that evaluates the network: in which format it multiplies and adds, and what it rounds between layers. */
import type { Activation } from '../network/model.js';
import type { FloatFormat } from './float.js';
import type { Grid } from './grid.js';
import type { Point } from './points.js';

export interface Device {
  /** Null: real arithmetic. */
  readonly arithmetic: FloatFormat | null;
  /** What values are rounded to, at the input and behind each hidden layer; null: to nothing but the arithmetic's format. */
  readonly points: readonly (Point | null)[];
  /** How far a sigmoid or tanh of the device is off, in units in the last place of the arithmetic's format. */
  readonly ulps: number;
}

/** The grids of integer and fixed-point places, which the ranges there decide; null elsewhere. */
export type Grids = readonly (Grid | null)[];

/** u: a rounding to nearest is off by at most this part of the exact value, where that is normal. */
export function unitRoundoff({ precision }: FloatFormat): number {
  return 2 ** -precision;
}

/** May small numbers become zero? Processors and compilers do so with 32-bit floats and bfloat16; nothing would be left of fp16. */
export function mayFlush({ name }: FloatFormat): boolean {
  return name !== 'fp16';
}

/** What a rounding is off by, beside u, where the exact value is below the normal numbers. */
export function underflow(format: FloatFormat): number {
  return 2 ** (mayFlush(format) ? format.leastExponent : format.leastExponent - format.precision);
}

/** Is every value of `inner` one of `outer`? */
export function isWithin(inner: FloatFormat, outer: FloatFormat): boolean {
  return inner.precision <= outer.precision && inner.largest <= outer.largest && inner.leastExponent - inner.precision >= outer.leastExponent - outer.precision;
}

/** Relu only takes the larger of two numbers. */
export function isRounded(activation: Activation): boolean {
  return activation !== 'linear' && activation !== 'relu';
}

/**
 * Enclosures of exp, sigmoid, tanh and their slopes at one double. The mathematics library of JavaScript promises no accuracy, so
 * exp is computed here, with an error bound that is proved in docs/certificates.md.
 */
import { down, powerOfTwo, up } from './rounding.js';

export type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh' | 'softmax';

/** ln 2 in two parts: the first has 32 bits, so that k times it is exact; together they miss ln 2 by less than 2^-86. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** |error| of `near` is at most this part of the result. */
const ERROR = 64 * Number.EPSILON;

const POWERS = Float64Array.from({ length: 2045 }, (_, i) => powerOfTwo(i - 1022));

/** Near exp(x), to a part ERROR, for |x| <= 700. */
function near(x: number): number {
  const k = Math.round(x / Math.LN2);
  const t = x - k * LN2_HIGH - k * LN2_LOW; // |t| < 0.35
  let sum = 1;
  for (let i = 16; i > 0; i--) sum = 1 + (t / i) * sum;
  return sum * POWERS[k + 1022];
}

export function expUp(x: number): number {
  if (x > 700) return Infinity;
  if (x < -700) return 1e-304;
  const value = near(x);
  return up(value + value * ERROR);
}

export function expDown(x: number): number {
  if (x < -700) return 0;
  if (x > 700) return 1e304;
  const value = near(x);
  return down(value - value * ERROR);
}

/** sigmoid(x) = 1 / (1 + exp(-x)), within [0, 1]. */
export function sigmoidUp(x: number): number {
  if (x >= 0) return Math.min(1, up(1 / down(1 + expDown(-x))));
  const e = expUp(x); // e / (1 + e) increases in e
  return Math.min(1, up(e / down(1 + e)));
}

export function sigmoidDown(x: number): number {
  if (x >= 0) return Math.max(0, down(1 / up(1 + expUp(-x))));
  const e = expDown(x);
  return Math.max(0, down(e / up(1 + e)));
}

/** tanh(x) = 2 sigmoid(2 x) - 1, odd. */
export function tanhUp(x: number): number {
  return x < 0 ? -tanhDown(-x) : Math.min(1, up(2 * sigmoidUp(2 * x) - 1));
}

export function tanhDown(x: number): number {
  return x < 0 ? -tanhUp(-x) : Math.max(0, down(2 * sigmoidDown(2 * x) - 1));
}

/** An increasing odd function up to a shift, whose slope is even and falls with |t|. All bounds hold over the reals. */
export interface Smooth {
  up(t: number): number;
  down(t: number): number;
  /** Of the slope at t. */
  slopeUp(t: number): number;
  slopeDown(t: number): number;
  /** The second derivative is -slope(t) * bend(t); bend increases and is odd. */
  bendUp(t: number): number;
  bendDown(t: number): number;
}

export const SIGMOID: Smooth = {
  up: sigmoidUp,
  down: sigmoidDown,
  slopeUp: (t) => Math.min(0.25, up(sigmoidUp(t) * sigmoidUp(-t))),
  slopeDown: (t) => down(sigmoidDown(t) * sigmoidDown(-t)),
  bendUp: (t) => tanhUp(t / 2 + Number.MIN_VALUE),
  bendDown: (t) => tanhDown(t / 2 - Number.MIN_VALUE),
};

/** tanh(t) = 2 sigmoid(2 t) - 1. */
export const TANH: Smooth = {
  up: tanhUp,
  down: tanhDown,
  slopeUp: (t) => Math.min(1, up(4 * SIGMOID.slopeUp(2 * t))),
  slopeDown: (t) => down(4 * SIGMOID.slopeDown(2 * t)),
  bendUp: (t) => 2 * tanhUp(t),
  bendDown: (t) => 2 * tanhDown(t),
};

/** At least, and at most, the x with f(x) = y. The mathematics library guesses; the enclosures of f decide. */
function inverse(guess: number, reached: (x: number) => boolean, direction: 1 | -1): number {
  let x = guess, step = Math.max(Math.abs(guess), 1) * Number.EPSILON;
  for (let i = 0; i < 60 && !reached(x); i++, step *= 2) x += direction * step;
  return reached(x) ? x : direction * Infinity;
}

/** Of y in (0, 1): sigmoid(logit(y)) = y. */
export const logitUp = (y: number): number => inverse(Math.log(y / (1 - y)), (x) => sigmoidDown(x) >= y, 1);
export const logitDown = (y: number): number => inverse(Math.log(y / (1 - y)), (x) => sigmoidUp(x) <= y, -1);
/** Of y in (-1, 1). */
export const atanhUp = (y: number): number => inverse(Math.atanh(y), (x) => tanhDown(x) >= y, 1);
export const atanhDown = (y: number): number => inverse(Math.atanh(y), (x) => tanhUp(x) <= y, -1);
/** Of y > 0. */
export const logUp = (y: number): number => inverse(Math.log(y), (x) => expDown(x) >= y, 1);
export const logDown = (y: number): number => inverse(Math.log(y), (x) => expUp(x) <= y, -1);

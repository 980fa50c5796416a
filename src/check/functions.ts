/**
 * Enclosures of exp, sigmoid, tanh and their slopes at one double. The mathematics library of JavaScript promises no accuracy, so
 * exp is computed here, with an error bound that is proved in docs/certificates.md.
 */
import { down, powerOfTwo, up } from './rounding.js';

export const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'tanh', 'softmax'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** ln 2 in two parts: the first has 32 bits, so that k times it is exact; together they miss ln 2 by less than 2^-86. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** |error| of `near` is at most this part of the result. */
const ERROR = 64 * Number.EPSILON;

/** Near exp(x), to a part ERROR, for |x| <= 700. */
function near(x: number): number {
  const k = Math.round(x / Math.LN2);
  const t = x - k * LN2_HIGH - k * LN2_LOW; // |t| < 0.35
  let sum = 1;
  for (let i = 16; i > 0; i--) sum = 1 + (t / i) * sum;
  return sum * powerOfTwo(k);
}

export function expUp(x: number): number {
  if (Math.abs(x) > 700) return x > 0 ? Infinity : 1e-304;
  const value = near(x);
  return up(value + value * ERROR);
}

export function expDown(x: number): number {
  if (Math.abs(x) > 700) return x > 0 ? 1e304 : 0;
  const value = near(x);
  return down(value - value * ERROR);
}

/** sigmoid(x) = 1 / (1 + exp(-x)), within [0, 1]. */
const sigmoidUp = (x: number): number => Math.min(1, up(1 / down(1 + expDown(-x))));
const sigmoidDown = (x: number): number => Math.max(0, down(1 / up(1 + expUp(-x))));

/** f(t) = k sigmoid(k t) + 1 - k: sigmoid for k = 1, tanh for k = 2. All bounds hold over the reals. */
function smooth(k: 1 | 2) {
  const upper = (t: number): number => Math.min(1, up(k * sigmoidUp(k * t) + (1 - k)));
  const lower = (t: number): number => Math.max(1 - k, down(k * sigmoidDown(k * t) + (1 - k)));
  return {
    up: upper,
    down: lower,
    /** Of the slope at t, which is even and falls with |t|. */
    slopeUp: (t: number): number => Math.min(k * k * 0.25, up(k * k * up(sigmoidUp(k * t) * sigmoidUp(-k * t)))),
    slopeDown: (t: number): number => down(k * k * down(sigmoidDown(k * t) * sigmoidDown(-k * t))),
    /** The second derivative is -slope(t) * bend(t); bend(t) = k tanh(k t / 2) increases and is odd. */
    bendUp: (t: number): number => k * up(2 * sigmoidUp(k * t) - 1),
    bendDown: (t: number): number => k * down(2 * sigmoidDown(k * t) - 1),
    /** Encloses the t with f(t) = y; infinite where no t has it. The mathematics library guesses; the enclosures of f decide. */
    inverse: (y: number): [number, number] => {
      if (y <= 1 - k || y >= 1) return y >= 1 ? [Infinity, Infinity] : [-Infinity, -Infinity];
      if (y === 1 - k / 2) return [0, 0];
      const part = (y + (k - 1)) / k, guess = Math.log(part / (1 - part)) / k;
      return [walk(guess, (t) => upper(t) <= y, -1), walk(guess, (t) => lower(t) >= y, 1)];
    },
  };
}

export type Smooth = ReturnType<typeof smooth>;
export const SIGMOID = smooth(1), TANH = smooth(2), SMOOTH: { readonly [activation in Activation]?: Smooth } = { sigmoid: SIGMOID, tanh: TANH };

function walk(guess: number, reached: (t: number) => boolean, direction: 1 | -1): number {
  let t = guess, step = Math.max(Math.abs(guess), 1) * Number.EPSILON;
  for (let i = 0; i < 60 && !reached(t); i++, step *= 2) t += direction * step;
  return reached(t) ? t : direction * Infinity;
}

/**
 * Enclosures of the activation functions and of logit. Activation codes are those of the native
 * engine. relu and linear are exact; sigmoid, tanh and softmax are enclosed to `bits` bits.
 */
import { Dyadic, max, min } from './dyadic.js';
import { exp, log } from './exponential.js';
import { add, type Enclosure, enclosure, increasing, ONE, relu, subtract } from './real.js';
import { addToward, type Direction, divideToward } from './rounding.js';

export const LINEAR = 0;
export const RELU = 1;
export const SIGMOID = 2;
export const TANH = 3;
export const SOFTMAX = 4;

const opposite = (direction: Direction): Direction => (direction === 'down' ? 'up' : 'down');

/** A bound of 1 / (1 + exp(-x)), relative error near 2^-bits on both tails. Exact at 0. */
export function sigmoidBound(x: Dyadic, bits: number, direction: Direction): Dyadic {
  const working = bits + 8;
  if (x.sign === 0) return Dyadic.HALF;
  if (x.sign > 0) {
    // 1 / (1 + u) with u = exp(-x), decreasing in u.
    const u = exp(x.negate(), working, opposite(direction));
    return divideToward(Dyadic.ONE, addToward(Dyadic.ONE, u, working, opposite(direction)), bits, direction);
  }
  // u / (1 + u) with u = exp(x), increasing in u.
  const u = exp(x, working, direction);
  if (u.sign === 0) return Dyadic.ZERO;
  // For bounds, 1 + u is rounded against the direction; 1 stands for it where u is far below.
  return divideToward(u, addToward(Dyadic.ONE, u, working, opposite(direction)), bits, direction);
}

/** A bound of tanh(x); odd, exact at 0. */
export function tanhBound(x: Dyadic, bits: number, direction: Direction): Dyadic {
  if (x.sign === 0) return Dyadic.ZERO;
  if (x.sign < 0) return tanhBound(x.negate(), bits, opposite(direction)).negate();
  if (2 * x.top < -bits) {
    // x - x^3/3 <= tanh x <= x for x >= 0 (alternating series).
    if (direction === 'up') return x;
    return x.minus(divideToward(x.times(x).times(x), Dyadic.of(3n), bits, 'up'));
  }
  // (1 - u) / (1 + u) with u = exp(-2x), decreasing in u; 1 - u loses -top(x) bits.
  const working = bits + 8 + Math.max(0, -x.top);
  const u = exp(x.scaled(1).negate(), working, opposite(direction));
  const numerator = addToward(Dyadic.ONE, u.negate(), working, direction);
  return divideToward(numerator, addToward(Dyadic.ONE, u, working, opposite(direction)), bits, direction);
}

/** Encloses log(l / (1 - l)) for a number l strictly between 0 and 1; exactly 0 at 1/2. */
export function logit(level: Dyadic, bits: number): Enclosure {
  if (level.equals(Dyadic.HALF)) return enclosure(Dyadic.ZERO, Dyadic.ZERO);
  const rest = Dyadic.ONE.minus(level);
  const bound = (direction: Direction): Dyadic =>
    log(level, bits, direction).minus(log(rest, bits, opposite(direction)));
  return enclosure(bound('down'), bound('up'));
}

/** Encloses atanh(l) = log((1 + l) / (1 - l)) / 2 for -1 < l < 1. */
export function artanh(level: Dyadic, bits: number): Enclosure {
  const bound = (direction: Direction): Dyadic =>
    log(Dyadic.ONE.plus(level), bits, direction)
      .minus(log(Dyadic.ONE.minus(level), bits, opposite(direction)))
      .scaled(-1);
  return enclosure(bound('down'), bound('up'));
}

/**
 * Softmax of enclosed logits. With e_i = exp(z_i - M) for any M, f_j = e_j / (e_j + sum of the others)
 * increases with e_j and decreases with the others. M = the largest lower end keeps arguments small;
 * each f_j is also at most 1.
 */
function softmax(logits: readonly Enclosure[], bits: number): Enclosure[] {
  const working = bits + 8;
  const shift = logits.map((z) => z.lo).reduce(max);
  const shifted = logits.map((z) => subtract(z, enclosure(shift, shift), working));
  // Wide enclosures alone reach so far above: the largest of points is shifted to 0.
  if (shifted.some((z) => z.hi.sign > 0 && z.hi.top > 30)) return logits.map(() => enclosure(Dyadic.ZERO, Dyadic.ONE));
  const exps = shifted.map((z) => increasing(z, (x, direction) => exp(x, working, direction)));
  return exps.map((own, j) => {
    const others = exps.filter((_, i) => i !== j).reduce((sum, e) => add(sum, e, working), enclosure(Dyadic.ZERO, Dyadic.ZERO));
    const lower = share(own.lo, others.hi, bits, 'down');
    const upper = share(own.hi, others.lo, bits, 'up');
    return enclosure(lower, min(upper, Dyadic.ONE));
  });
}

/** A bound of own / (own + others) for own, others >= 0. */
function share(own: Dyadic, others: Dyadic, bits: number, direction: Direction): Dyadic {
  if (own.sign === 0) return Dyadic.ZERO;
  return divideToward(own, addToward(own, others, bits + 8, opposite(direction)), bits, direction);
}

/** One layer's activation, applied to its enclosed pre-activations. */
export function activate(code: number, z: readonly Enclosure[], bits: number): Enclosure[] {
  switch (code) {
    case LINEAR:
      return [...z];
    case RELU:
      return z.map(relu);
    case SIGMOID:
      return z.map((a) => increasing(a, (x, direction) => sigmoidBound(x, bits, direction)));
    case TANH:
      return z.map((a) => increasing(a, (x, direction) => tanhBound(x, bits, direction)));
    case SOFTMAX:
      return z.length === 1 ? [ONE] : softmax(z, bits);
    default:
      throw new RangeError(`unknown activation code ${String(code)}`);
  }
}

/** True where the activation of a dyadic number is a dyadic number. */
export function isExact(code: number): boolean {
  return code === LINEAR || code === RELU;
}

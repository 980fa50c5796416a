/**
 * sigmoid and tanh as linear constraints. On a piece [a, b] on which the derivative lies in [m, M], the mean value theorem gives
 *
 *   s(a) + m (z - a) <= s(z) <= s(a) + M (z - a),    s(b) - M (b - z) <= s(z) <= s(b) - m (b - z),
 *
 * with s(a), s(b) enclosed to BITS bits. The slack is at most (M - m) (b - a) / 2, of second order in the width: a piece is cut where
 * Z3 puts a z whose value is not that of s (solve.ts), until it is the truth that decides.
 */
import { activate, SIGMOID, TANH } from '../exact/activations.js';
import { Dyadic, max, min } from '../exact/dyadic.js';
import { contains, type Enclosure, point } from '../exact/real.js';
import { type Direction, roundToBits } from '../exact/rounding.js';
import { all, compare, implies, minus, number, sum, times, type Term } from './term.js';

export type SmoothCode = typeof SIGMOID | typeof TANH;

/** Of the values at the ends of pieces: far below what doubles tell apart. */
export const BITS = 192;
/** Of what stands in the text: rounded outward once more. */
const TEXT_BITS = 128;
const LEAST_TOP = -1200;

export function valueAt(code: SmoothCode, z: Dyadic): Enclosure {
  return activate(code, [point(z)], BITS)[0];
}

/** Encloses the derivative over [lo, hi]: s(1 - s), or 1 - t^2, largest where |z| is least, least where |z| is largest. */
export function slopes(code: SmoothCode, lo: Dyadic, hi: Dyadic): Enclosure {
  const nearest = lo.sign > 0 ? lo : hi.sign < 0 ? hi : Dyadic.ZERO;
  const farthest = max(lo.abs(), hi.abs());
  return { lo: max(slopeAt(code, farthest).lo, Dyadic.ZERO), hi: slopeAt(code, nearest).hi };
}

/** The derivative is even: |z| serves, and there s lies in [1/2, 1], t in [0, 1], where both formulas fall. */
function slopeAt(code: SmoothCode, z: Dyadic): Enclosure {
  const { lo, hi } = valueAt(code, z.abs());
  const least = max(lo, code === SIGMOID ? Dyadic.HALF : Dyadic.ZERO);
  const from = (value: Dyadic): Dyadic => code === SIGMOID
    ? value.times(Dyadic.ONE.minus(value))
    : Dyadic.ONE.minus(value.times(value));
  return { lo: from(hi), hi: from(least) };
}

/** What holds of h = s(z) for z in [cuts[0], cuts[last]]; cuts ascend. */
export function smoothConstraint(code: SmoothCode, z: Term, h: Term, cuts: readonly Dyadic[]): Term {
  if (cuts.length === 1) return between(h, valueAt(code, cuts[0]));
  return all(cuts.slice(1).map((b, i) => {
    const a = cuts[i];
    const [atA, atB] = [valueAt(code, a), valueAt(code, b)];
    const { lo: least, hi: most } = slopes(code, a, b);
    const fromA = minus(z, number(a));
    const toB = minus(number(b), z);
    const inside = all([
      ...(i === 0 ? [] : [compare('>=', z, number(a))]),
      ...(i === cuts.length - 2 ? [] : [compare('<=', z, number(b))]),
    ]);
    return implies(inside, all([
      compare('>=', h, sum([down(atA.lo), times(shortened(least, 'down'), fromA)])),
      compare('<=', h, sum([up(atA.hi), times(shortened(most, 'up'), fromA)])),
      compare('>=', h, minus(down(atB.lo), times(shortened(most, 'up'), toB) ?? '0.0')),
      compare('<=', h, minus(up(atB.hi), times(shortened(least, 'down'), toB) ?? '0.0')),
    ]));
  }));
}

/** s(z) - s(z0) = slope (z - z0) with a slope of the derivative's range over the hull of both. */
export function changeConstraint(code: SmoothCode, z: Term, z0: Term, h: Term, h0: Term, hull: Enclosure): Term {
  const { lo, hi } = slopes(code, hull.lo, hull.hi);
  const [least, most] = [shortened(lo, 'down'), shortened(hi, 'up')];
  const [dz, dh] = [minus(z, z0), minus(h, h0)];
  const product = (slope: Dyadic): Term => times(slope, dz) ?? '0.0';
  return `(ite ${compare('>=', dz, '0.0')} ${all([compare('>=', dh, product(least)), compare('<=', dh, product(most))])} ${
    all([compare('<=', dh, product(least)), compare('>=', dh, product(most))])})`;
}

export function between(term: Term, { lo, hi }: Enclosure): Term {
  return all([compare('>=', term, down(lo)), compare('<=', term, up(hi))]);
}

/** The values over [lo, hi]. */
export function range(code: SmoothCode, { lo, hi }: Enclosure): Enclosure {
  return { lo: valueAt(code, lo).lo, hi: valueAt(code, hi).hi };
}

/** Could h be s(z), as far as BITS tell? */
export function isValue(code: SmoothCode, z: Dyadic, h: Dyadic): boolean {
  return contains(valueAt(code, z), h);
}

/** A cut inside the pieces; the same cuts where it is there already. */
export function withCut(cuts: readonly Dyadic[], cut: Dyadic): readonly Dyadic[] {
  const at = min(max(cut, cuts[0]), cuts[cuts.length - 1]);
  if (cuts.some((each) => each.equals(at))) return cuts;
  return [...cuts, at].toSorted((a, b) => a.compare(b));
}

/**
 * The value with few digits, <= it ('down') or >= it ('up'). Of what is below every double only the side is kept: the tails of
 * sigmoid have exponents that would fill the text.
 */
export function shortened(value: Dyadic, direction: Direction): Dyadic {
  if (value.sign !== 0 && value.top < LEAST_TOP) return value.sign > 0 === (direction === 'up') ? Dyadic.of(BigInt(value.sign), LEAST_TOP) : Dyadic.ZERO;
  return roundToBits(value, TEXT_BITS, direction);
}

const down = (value: Dyadic): Term => number(shortened(value, 'down'));
const up = (value: Dyadic): Term => number(shortened(value, 'up'));

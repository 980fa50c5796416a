/** The checker's rounding and functions against exact dyadic numbers of many digits. */
import { describe, expect, it } from 'vitest';
import { expDown, expUp, SIGMOID, type Smooth, TANH } from '../../../src/check/functions.js';
import { down, gamma, powerOfTwo, tiny, up } from '../../../src/check/rounding.js';
import { artanh, logit, sigmoidBound, tanhBound } from '../../../src/exact/activations.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { exp } from '../../../src/exact/exponential.js';
import type { Enclosure } from '../../../src/exact/real.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { isAbove, isBelow } from '../../support/checking.js';
import { random } from '../../support/random.js';
import { compare, ofDouble, over } from '../../support/rational.js';

const BITS = 140;
const r = random(41);

/** Arguments of every size, and those where a range ends: of k ln 2, of exp, of the doubles. */
const arguments_ = [
  0, -0, 1, -1, 0.5, 36.7, 37.5, -36.7, -37.5, 699.9999, 700, -700, -699.9999, nextUp(700), nextDown(-700), 708, 710, -708, -745, -746, 1e4, -1e4, 1e300, -1e300,
  Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, 1e-17, -1e-17, 1e-9,
  ...Array.from({ length: 300 }, () => r.between(-720, 720)),
  ...Array.from({ length: 300 }, () => r.normal() * 3),
  // where exp was seen to be furthest off
  -0.3357003753762509, -0.31415147401844895, -0.3037649644330644, -0.3036436577111465, -0.3359348846656965, -0.34718698924942354, -0.28238635833147413, -0.28197602338547534, -0.28176283153318604,
  // where exp is reduced to the ends of its series, and where it is 1 and a little
  ...Array.from({ length: 300 }, () => (r.below(1400) - 700 + 0.5) * Math.LN2 * (1 + (r.below(5) - 2) * 2 ** -52)).filter((x) => Math.abs(x) < 720),
  ...Array.from({ length: 100 }, () => r.anyDouble()).filter((x) => Math.abs(x) < 1e6),
];

type Bound = (x: Dyadic, bits: number, direction: 'down' | 'up') => Dyadic;
const enclose = (of: Bound, x: Dyadic, bits = BITS): Enclosure => ({ lo: of(x, bits, 'down'), hi: of(x, bits, 'up') });
const at = (x: number): Dyadic => Dyadic.fromDouble(x);

function contained(below: (x: number) => number, above: (x: number) => number, of: (x: number) => Enclosure, xs: readonly number[] = arguments_): void {
  for (const x of xs) {
    const value = of(x);
    expect([x, isBelow(below(x), value) && !Number.isNaN(below(x))]).toEqual([x, true]);
    expect([x, isAbove(above(x), value) && !Number.isNaN(above(x))]).toEqual([x, true]);
  }
}

describe('up and down', () => {
  it('are on either side of what an operation rounds', () => {
    const operations = {
      plus: (a: number, b: number) => [a + b, at(a).plus(at(b))] as const,
      minus: (a: number, b: number) => [a - b, at(a).minus(at(b))] as const,
      times: (a: number, b: number) => [a * b, at(a).times(at(b))] as const,
    };
    for (let n = 0; n < 4000; n++) {
      const [a, b] = n % 2 === 0 ? [r.anyDouble(), r.anyDouble()] : [r.normal() * 2 ** (r.below(40) - 20), r.normal()];
      for (const operation of Object.values(operations)) {
        const [rounded, exact] = operation(a, b);
        if (!Number.isFinite(rounded)) continue;
        expect([a, b, isBelow(down(rounded), { lo: exact, hi: exact }), isAbove(up(rounded), { lo: exact, hi: exact })]).toEqual([a, b, true, true]);
      }
      const quotient = a / b;
      if (!Number.isFinite(quotient) || Math.abs(a) > 1e200 || Math.abs(b) > 1e200 || Math.abs(b) < 1e-200) continue;
      const exact = over(ofDouble(a), ofDouble(b));
      expect(compare(ofDouble(down(quotient)), exact)).toBeLessThanOrEqual(0);
      if (up(quotient) < Infinity) expect(compare(ofDouble(up(quotient)), exact)).toBeGreaterThanOrEqual(0);
    }
  });

  it('leave the double that they are given, whatever its size', () => {
    for (const x of [0, -0, Number.MIN_VALUE, 2 ** -1022, 1e-300, 1, 1 + Number.EPSILON, 2 - Number.EPSILON, 2, 1e300, ...Array.from({ length: 2000 }, () => r.anyDouble())].flatMap((v) => [v, -v])) {
      expect(up(x)).toBeGreaterThanOrEqual(nextUp(x));
      expect(down(x)).toBeLessThanOrEqual(nextDown(x));
      expect(up(x)).toBeLessThanOrEqual(x + 4 * (nextUp(Math.abs(x)) - Math.abs(x)));
    }
  });

  it('keep what is no finite number from proving anything', () => {
    expect([up(NaN), down(NaN)]).toEqual([NaN, NaN]);
    expect([up(Infinity), down(-Infinity)]).toEqual([Infinity, -Infinity]);
    expect([up(-Infinity), down(Infinity)]).toEqual([NaN, NaN]);
  });
});

describe('charges for sums', () => {
  it('cover sums in plain doubles, cancelling or underflowing', () => {
    for (let n = 0; n < 3000; n++) {
      const terms = 1 + r.below(40), scale = r.pick([1, 2 ** 40, 1e-160, 1e-162]);
      let sum = 0, sizes = 0, exact = Dyadic.ZERO;
      for (let i = 0; i < terms; i++) {
        const [a, b] = [r.normal() * scale, i % 2 === 1 && r.uniform() < 0.5 ? -sum / scale : r.normal() * scale];
        sum += a * b;
        sizes += Math.abs(a * b);
        exact = exact.plus(at(a).times(at(b)));
      }
      const miss = at(sizes * gamma(terms) + tiny(terms));
      expect(exact.minus(at(sum)).abs().compare(miss)).toBeLessThanOrEqual(0);
    }
  });

  it('have powers of two that are exact', () => {
    for (const k of [-1022, -1021, -53, -1, 0, 1, 52, 1023]) expect(at(powerOfTwo(k)).equals(Dyadic.of(1n, k))).toBe(true);
  });
});

describe('exp, sigmoid and tanh', () => {
  it('are enclosed', () => {
    contained(expDown, expUp, (x) => enclose(exp, at(x)), arguments_.filter((x) => x < 1e6));
    contained(SIGMOID.down, SIGMOID.up, (x) => enclose(sigmoidBound, at(x)));
    contained(TANH.down, TANH.up, (x) => enclose(tanhBound, at(x)));
  });

  it('are enclosed narrowly: to a part 2^-44 of exp and of either tail, and to as much of 1 tanh', () => {
    for (const x of arguments_) {
      const most = 2 ** -44;
      if (Math.abs(x) <= 700) expect(expUp(x) - expDown(x)).toBeLessThanOrEqual(most * expUp(x) + 1e-320);
      if (x > -700) expect(SIGMOID.up(x) - SIGMOID.down(x)).toBeLessThanOrEqual(most * SIGMOID.up(x) + 1e-303);
      expect(TANH.up(x) - TANH.down(x)).toBeLessThanOrEqual(most);
    }
  });

  it('are found to four roundings, of which the bound allows for fifteen times as many', () => {
    for (const x of arguments_.filter((v) => Math.abs(v) < 699)) {
      const { lo } = enclose(exp, at(x)), value = toDouble(lo, 'down');
      expect(Math.abs(toDouble(at(expUp(x)).plus(at(expDown(x))).scaled(-1).minus(lo), 'up'))).toBeLessThanOrEqual(4 * Number.EPSILON * value);
      expect([expUp(x) - value, value - expDown(x)].map((width) => width > 60 * Number.EPSILON * value)).toEqual([true, true]);
    }
  });

  it('are within their ranges, infinite arguments or not', () => {
    for (const x of [...arguments_, Infinity, -Infinity]) {
      expect([expDown(x) >= 0, SIGMOID.down(x) >= 0, SIGMOID.up(x) <= 1, TANH.down(x) >= -1, TANH.up(x) <= 1]).toEqual([true, true, true, true, true]);
    }
    expect([SIGMOID.up(-Infinity) < 1e-303, SIGMOID.down(Infinity) > 1 - 1e-15, TANH.up(-Infinity) < -1 + 1e-13, TANH.down(Infinity) > 1 - 1e-13]).toEqual([true, true, true, true]);
  });

  it('are no number where their argument is none', () => {
    for (const f of [expUp, expDown, SIGMOID.up, SIGMOID.down, TANH.up, TANH.down]) expect(f(NaN)).toBeNaN();
    for (const f of [SIGMOID, TANH]) expect([f.slopeUp(NaN), f.slopeDown(NaN), f.bendUp(NaN), f.bendDown(NaN)]).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('slopes and bends', () => {
  const one = Dyadic.ONE;
  const both = (value: Enclosure, of: (v: Dyadic) => Dyadic): Enclosure => {
    const [a, b] = [of(value.lo), of(value.hi)];
    return a.compare(b) <= 0 ? { lo: a, hi: b } : { lo: b, hi: a };
  };
  const slopes: [string, Smooth, (x: Dyadic) => Enclosure, (x: Dyadic) => Enclosure][] = [
    // s(t) s(-t), and 1 - tanh^2 = 4 s(2 t) s(-2 t): by products of the tails, which keep their digits
    ['sigmoid', SIGMOID, (x) => product(enclose(sigmoidBound, x), enclose(sigmoidBound, x.negate()), 0), (x) => enclose(tanhBound, x.scaled(-1))],
    ['tanh', TANH, (x) => product(enclose(sigmoidBound, x.scaled(1)), enclose(sigmoidBound, x.scaled(1).negate()), 2), (x) => both(enclose(tanhBound, x), (v) => v.scaled(1))],
  ];
  const product = (a: Enclosure, b: Enclosure, power: number): Enclosure => ({ lo: a.lo.times(b.lo).scaled(power), hi: a.hi.times(b.hi).scaled(power) });

  it.each(slopes)('of %s are enclosed', (_, f, slope, bend) => {
    contained((x) => f.slopeDown(x), (x) => f.slopeUp(x), (x) => slope(at(x)), arguments_.filter((x) => Math.abs(x) < 1e5));
    contained((x) => f.bendDown(x), (x) => f.bendUp(x), (x) => bend(at(x)), arguments_.filter((x) => Math.abs(x) < 1e5));
  });

  it.each(slopes)('of %s are the derivatives', (_, f) => {
    for (const t of [-3, -0.7, 0, 0.2, 1.5, 6]) {
      const h = 1e-4, first = (f.up(t + h) - f.up(t - h)) / (2 * h), second = (f.slopeUp(t + h) - f.slopeUp(t - h)) / (2 * h);
      expect(f.slopeUp(t)).toBeCloseTo(first, 7);
      expect(f.slopeDown(t)).toBeCloseTo(first, 7);
      expect(-f.slopeUp(t) * f.bendUp(t)).toBeCloseTo(second, 7);
    }
    expect(one.compare(at(TANH.slopeUp(0)))).toBe(0);
  });
});

describe('inverses', () => {
  const ends = ({ inverse }: Smooth) => [(y: number): number => inverse(y)[0], (y: number): number => inverse(y)[1]] as const;
  const parts = [0.5, 0.25, 0.9, 1e-9, 1e-300, 1 - 2 ** -53, Number.MIN_VALUE, 0.5 + 2 ** -53, ...Array.from({ length: 200 }, () => r.uniform()), ...Array.from({ length: 50 }, () => 2 ** -(r.uniform() * 900))];

  it('are enclosed', () => {
    contained(...ends(SIGMOID), (y) => logit(at(y), BITS), parts);
    contained(...ends(TANH), (y) => artanh(at(y), BITS + 1100), [...parts, ...parts.map((y) => -y)]);
  });

  it('are enclosed narrowly', () => {
    for (const y of parts.filter((part) => part > 1e-6 && part < 1 - 1e-6)) {
      for (const { inverse } of [SIGMOID, TANH]) expect(inverse(y)[1] - inverse(y)[0]).toBeLessThan(1e-7);
    }
  });

  it('are infinite where no double is known to do', () => {
    for (const { inverse } of [SIGMOID, TANH]) expect(inverse(NaN)).toEqual([-Infinity, Infinity]);
  });
});

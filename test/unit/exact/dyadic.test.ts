import { describe, expect, it } from 'vitest';
import { bitLength, Dyadic } from '../../../src/exact/dyadic.js';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { addToward, divideToward, powerOfTwo, roundToBits, toDouble } from '../../../src/exact/rounding.js';
import { random } from '../../support/random.js';
import { compare, minus, ofDouble, ofDyadic, over, plus, times } from '../../support/rational.js';

const MAX = Number.MAX_VALUE;
const TINY = Number.MIN_VALUE;
const edges = [0, 1, -1, 0.5, 3, 1 / 3, -0.1, TINY, -TINY, 2 * TINY, 2 ** -1022, 2 ** -1022 - TINY, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, MAX, -MAX, 2 ** 1023, 1e-300, 1e300];

function samples(seed: number, count: number): number[] {
  const r = random(seed);
  return [...edges, ...Array.from({ length: count }, () => (r.uniform() < 0.5 ? r.anyDouble() : r.normal()))];
}

describe('Dyadic', () => {
  it('is exactly the double it is made from', () => {
    for (const v of samples(1, 300)) {
      const d = Dyadic.fromDouble(v);
      expect(compare(ofDyadic(d), ofDouble(v))).toBe(0);
      expect(Object.is(toDouble(d, 'nearest'), v === 0 ? 0 : v)).toBe(true);
      expect(v === 0 || (d.mantissa & 1n) === 1n || Number.isSafeInteger(v)).toBe(true);
    }
  });

  it('refuses NaN and infinities', () => {
    for (const v of [NaN, Infinity, -Infinity]) expect(() => Dyadic.fromDouble(v)).toThrow(RangeError);
  });

  it('adds, subtracts, multiplies and compares as fractions do', () => {
    const [as, bs] = [samples(2, 150), samples(3, 150).reverse()];
    for (const [i, a] of as.entries()) {
      for (const b of [bs[i], a, -a, nextUp(a)]) {
        if (!Number.isFinite(b)) continue;
        const [da, db, ra, rb] = [Dyadic.fromDouble(a), Dyadic.fromDouble(b), ofDouble(a), ofDouble(b)];
        expect(compare(ofDyadic(da.plus(db)), plus(ra, rb))).toBe(0);
        expect(compare(ofDyadic(da.minus(db)), minus(ra, rb))).toBe(0);
        expect(compare(ofDyadic(da.times(db)), times(ra, rb))).toBe(0);
        expect(da.compare(db)).toBe(compare(ra, rb));
        expect(da.times(db).compare(da)).toBe(compare(times(ra, rb), ra));
      }
    }
  });

  it('normalises without changing the value', () => {
    const d = Dyadic.of(-(12n << 200n), -5);
    expect(d.normalised()).toEqual(Dyadic.of(-3n, 197));
    expect(d.normalised().equals(d)).toBe(true);
    expect(Dyadic.of(0n, 77)).toBe(Dyadic.ZERO);
  });

  it('counts bits at and beside powers of two', () => {
    for (const k of [1, 2, 31, 32, 52, 53, 54, 63, 64, 100, 1023, 1024, 1025, 3001, 5000]) {
      expect(bitLength((1n << BigInt(k)) - 1n)).toBe(k);
      expect(bitLength(1n << BigInt(k))).toBe(k + 1);
      expect(bitLength(-((1n << BigInt(k)) + 1n))).toBe(k + 1);
    }
    expect(bitLength(0n)).toBe(0);
  });
});

describe('toDouble', () => {
  const check = (d: Dyadic): void => {
    const [down, up, near] = [toDouble(d, 'down'), toDouble(d, 'up'), toDouble(d, 'nearest')];
    const below = (v: number): boolean => v === -Infinity || (v !== Infinity && Dyadic.fromDouble(v).compare(d) <= 0);
    const above = (v: number): boolean => v === Infinity || (v !== -Infinity && Dyadic.fromDouble(v).compare(d) >= 0);
    expect(below(down) && above(up)).toBe(true);
    // Tight: the next double inward breaks the inequality, or the value is a double.
    expect(down === up ? below(down) && above(down) : nextUp(down) === up).toBe(true);
    expect([down, up]).toContain(near);
    if (Number.isFinite(down) && Number.isFinite(up)) {
      const twice = d.scaled(1).compare(Dyadic.fromDouble(down).plus(Dyadic.fromDouble(up)));
      if (twice !== 0) expect(near).toBe(twice > 0 ? up : down);
    }
  };

  it('is tight in every direction on random sums and products', () => {
    const [as, bs] = [samples(4, 300), samples(5, 300).reverse()];
    for (const [i, a] of as.entries()) {
      const [da, db] = [Dyadic.fromDouble(a), Dyadic.fromDouble(bs[i])];
      for (const d of [da.plus(db), da.times(db), da.minus(db.scaled(-60)), da.scaled(-1), da.scaled(-1060)]) check(d);
    }
  });

  it('agrees with the hardware to nearest', () => {
    const [as, bs] = [samples(6, 300), samples(7, 300).reverse()];
    for (const [i, a] of as.entries()) {
      const [da, db] = [Dyadic.fromDouble(a), Dyadic.fromDouble(bs[i])];
      expect(toDouble(da.plus(db), 'nearest')).toBe(a + bs[i]);
      expect(toDouble(da.times(db), 'nearest') + 0).toBe(a * bs[i] + 0);
    }
  });

  it('rounds ties to even, into subnormals and into overflow', () => {
    const half = Dyadic.of(1n, -1075);
    expect([toDouble(half, 'down'), toDouble(half, 'nearest'), toDouble(half, 'up')]).toEqual([0, 0, TINY]);
    expect(toDouble(Dyadic.of(3n, -1075), 'nearest')).toBe(2 * TINY);
    expect(toDouble(Dyadic.of(-1n, -90000), 'down')).toBe(-TINY);
    expect(toDouble(Dyadic.of(-1n, -90000), 'up')).toBe(0);
    const beyond = Dyadic.of(1n, 1024);
    expect([toDouble(beyond, 'down'), toDouble(beyond, 'nearest'), toDouble(beyond, 'up')]).toEqual([MAX, Infinity, Infinity]);
    const edge = Dyadic.fromDouble(MAX).plus(Dyadic.of(1n, 970));
    expect(toDouble(edge, 'nearest')).toBe(Infinity);
    expect(toDouble(edge.minus(Dyadic.of(1n, 0)), 'nearest')).toBe(MAX);
    expect(toDouble(edge.negate(), 'down')).toBe(-Infinity);
    expect(toDouble(edge.negate(), 'up')).toBe(-MAX);
    expect(toDouble(Dyadic.of((1n << 53n) + 1n), 'nearest')).toBe(2 ** 53);
    expect(toDouble(Dyadic.of((1n << 53n) + 3n), 'nearest')).toBe(2 ** 53 + 4);
    // A carry out of the top of a subnormal lands on the least normal double.
    check(Dyadic.fromDouble(2 ** -1022).minus(Dyadic.of(1n, -1076)));
  });

  it('has exact powers of two', () => {
    expect(powerOfTwo(-1074)).toBe(TINY);
    expect(powerOfTwo(-1023)).toBe(2 ** -1022 / 2);
    expect(powerOfTwo(1023)).toBe(2 ** 1023);
    expect(powerOfTwo(0)).toBe(1);
  });
});

describe('nextUp, nextDown', () => {
  it('step to the neighbouring double, through zero and at the ends', () => {
    expect(nextUp(0)).toBe(TINY);
    expect(nextDown(0)).toBe(-TINY);
    expect(nextUp(-TINY) + 0).toBe(0);
    expect(nextUp(1)).toBe(1 + 2 ** -52);
    expect(nextDown(1)).toBe(1 - 2 ** -53);
    expect(nextUp(MAX)).toBe(Infinity);
    expect(nextUp(-Infinity)).toBe(-MAX);
  });
});

describe('rounding to bits', () => {
  it('bounds values and quotients from the side asked for, within one unit', () => {
    const [as, bs] = [samples(8, 200), samples(9, 200).reverse()];
    for (const [i, a] of as.entries()) {
      const b = Math.abs(bs[i]) || 1;
      const [da, db] = [Dyadic.fromDouble(a).times(Dyadic.fromDouble(as[as.length - 1 - i] || 3)), Dyadic.fromDouble(b)];
      for (const bits of [1, 7, 53, 200]) {
        const quotient = over(ofDyadic(da), ofDouble(b));
        const unit = (d: Dyadic): Dyadic => Dyadic.of(1n, d.top - bits);
        for (const [exact, lo, hi] of [
          [ofDyadic(da), roundToBits(da, bits, 'down'), roundToBits(da, bits, 'up')],
          [quotient, divideToward(da, db, bits, 'down'), divideToward(da, db, bits, 'up')],
        ] as const) {
          expect(compare(ofDyadic(lo), exact)).not.toBe(1);
          expect(compare(ofDyadic(hi), exact)).not.toBe(-1);
          expect(bitLength(lo.mantissa)).toBeLessThanOrEqual(bits + 1);
          expect(hi.minus(lo).compare(unit(lo.abs().compare(hi.abs()) > 0 ? lo : hi).scaled(1))).not.toBe(1);
        }
      }
    }
  });

  it('adds across any gap of exponents without aligning it', () => {
    const tail = Dyadic.of(1n, -(2 ** 30));
    const one = Dyadic.ONE;
    for (const [t, sign] of [[tail, 1], [tail.negate(), -1]] as const) {
      const [lo, hi] = [addToward(one, t, 64, 'down'), addToward(t, one, 64, 'up')];
      expect(lo.compare(one)).toBe(Math.min(sign, 0));
      expect(hi.compare(one)).toBe(Math.max(sign, 0));
      expect(Math.abs(lo.exponent) + Math.abs(hi.exponent)).toBeLessThan(10000);
    }
    expect(addToward(Dyadic.ZERO, tail, 64, 'down')).toBe(tail);
  });
});

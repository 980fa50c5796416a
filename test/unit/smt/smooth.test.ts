/** The enclosures of sigmoid and tanh that Z3 is given, in exact arithmetic and without Z3. */
import { describe, expect, it } from 'vitest';
import { SIGMOID, TANH } from '../../../src/exact/activations.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { range, shortened, slopes, valueAt, withCut } from '../../../src/smt/smooth.js';
import { random } from '../../support/random.js';

const of = (value: number): Dyadic => Dyadic.fromDouble(value);
const scales = [1e-3, 0.3, 1, 1, 3, 10, 100];

describe.each([['sigmoid', SIGMOID], ['tanh', TANH]] as const)('%s', (_, code) => {
  it('has slopes that enclose every secant', () => {
    const r = random(7);
    for (let i = 0; i < 1500; i++) {
      const scale = r.pick(scales);
      const [lo, a, b, hi] = Array.from({ length: 4 }, () => scale * r.normal() + (i % 3 === 0 ? scale : 0)).sort((x, y) => x - y).map(of);
      const { lo: least, hi: most } = slopes(code, lo, hi);
      const [atA, atB, run] = [valueAt(code, a), valueAt(code, b), b.minus(a)];
      // The values are known to 192 bits: what they allow must meet what the slopes do.
      expect(atB.lo.minus(atA.hi).compare(most.times(run)), `${toDouble(lo, 'nearest')}`).toBeLessThanOrEqual(0);
      expect(atB.hi.minus(atA.lo).compare(least.times(run))).toBeGreaterThanOrEqual(0);
      expect(least.sign).toBeGreaterThanOrEqual(0);
    }
  });
  it('has slopes that are no wider than they have to be', () => {
    const top = code === SIGMOID ? 0.25 : 1;
    expect(slopes(code, of(-1), of(2)).hi.equals(of(top))).toBe(true);
    expect(toDouble(slopes(code, of(1), of(2)).hi, 'nearest')).toBeLessThan(0.8 * top);
    expect(slopes(code, of(-2), of(1)).lo.equals(slopes(code, of(-1), of(2)).lo)).toBe(true);
  });
  it('has a range from end to end', () => {
    const { lo, hi } = range(code, { lo: of(-3), hi: of(2) });
    expect([lo.equals(valueAt(code, of(-3)).lo), hi.equals(valueAt(code, of(2)).hi)]).toEqual([true, true]);
  });
});

describe('text', () => {
  it('is rounded outward, and keeps only the side of what is below every double', () => {
    const third = Dyadic.of(BigInt(`0b${'10'.repeat(150)}1`), -302);
    expect(shortened(third, 'down').compare(third)).toBe(-1);
    expect(shortened(third, 'up').compare(third)).toBe(1);
    for (const sign of [1n, -1n]) {
      const tiny = Dyadic.of(sign, -5000);
      expect(shortened(tiny, 'down').compare(tiny)).toBe(-1);
      expect(shortened(tiny, 'up').compare(tiny)).toBe(1);
      expect(Math.abs(shortened(tiny, 'up').exponent)).toBeLessThan(2000);
    }
    expect(shortened(of(0.75), 'down').equals(of(0.75))).toBe(true);
  });
  it('cuts ascend, lie within, and are made once', () => {
    const cuts = [of(-1), of(1)];
    expect(withCut(cuts, of(0.5)).map((cut) => toDouble(cut, 'nearest'))).toEqual([-1, 0.5, 1]);
    for (const same of [-1, 1, 5]) expect(withCut(cuts, of(same))).toBe(cuts);
  });
});

import { describe, expect, it } from 'vitest';
import { RegionFrontier } from '../../../src/region/frontier.js';
import { restAbove, restBelow, Volume } from '../../../src/region/volume.js';
import { random } from '../../support/random.js';
import { compare, minus, ofDouble, over, plus, rational, times } from '../../support/rational.js';

describe('parts of a domain', () => {
  it('are enclosed: against exact fractions', () => {
    const r = random(9);
    for (let n = 0; n < 200; n++) {
      const inputs = 1 + r.below(5);
      const domain = Float64Array.from({ length: 2 * inputs }, (_, i) => (i % 2 === 0 ? r.between(-3, 0) : r.between(0.1, 4)));
      const volume = new Volume(domain);
      let sum = 0;
      let exact = rational(0n);
      const count = 1 + r.below(40);
      for (let k = 0; k < count; k++) {
        const ends = domain.map((end, i) => (i % 2 === 0 ? end + r.uniform() * 0.05 : end * r.between(0.6, 1)));
        sum += volume.of(ends);
        let part = rational(1n);
        const width = (of: Float64Array, j: number) => minus(ofDouble(of[2 * j + 1]), ofDouble(of[2 * j]));
        for (let j = 0; j < inputs; j++) part = times(part, over(width(ends, j), width(domain, j)));
        exact = plus(exact, part);
      }
      const { lower, upper } = volume.enclose(sum, count);
      expect(compare(ofDouble(lower), exact)).toBeLessThanOrEqual(0);
      if (upper < 1) expect(compare(exact, ofDouble(upper))).toBeLessThanOrEqual(0);
      expect(upper - sum).toBeLessThan(1e-12);
    }
  });
  it('inputs that do not vary have no part in them; wide ones do not overflow', () => {
    const volume = new Volume(Float64Array.of(1, 1, 0, 4, -1.5e308, 1.5e308));
    expect(volume.free).toEqual([1, 2]);
    expect(volume.of([1, 1, 1, 2, 0, 1.5e308])).toBe(0.125);
  });
  it('what is left of 1 is rounded outward', () => {
    expect(restAbove(0.1)).toBeGreaterThan(0.9 - 1e-16);
    expect(restBelow(0.1)).toBeLessThanOrEqual(0.9);
    expect([restAbove(1), restBelow(1), restBelow(0.7, 0.7)]).toEqual([Number.MIN_VALUE, 0, 0]);
  });
});

describe('open boxes', () => {
  it('come out the largest first, to a factor of two, and all of them', () => {
    const r = random(2);
    const frontier = new RegionFrontier();
    for (let i = 0; i < 500; i++) frontier.push({ ends: Float64Array.of(i, i), part: i === 7 ? 0 : Math.exp(-6 * r.uniform()) });
    expect([...frontier.all()]).toHaveLength(500);
    let last = 1;
    const seen = new Set<number>();
    while (frontier.size > 0) {
      for (const { ends, part } of frontier.take(20)) {
        expect(part).toBeLessThanOrEqual(2 * last);
        last = Math.min(last, part);
        seen.add(ends[0]);
      }
    }
    expect(seen.size).toBe(500);
    frontier.push({ ends: Float64Array.of(0, 1), part: 0.9 });
    expect(frontier.take(5)).toHaveLength(1);
    expect(frontier.take(5)).toEqual([]);
  });
});

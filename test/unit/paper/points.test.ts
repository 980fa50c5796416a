import { describe, expect, it } from 'vitest';
import { randomInputs } from '../../../src/paper/points.js';

const domain = [6.3, 20.5, 2, 3.9];

describe('the random inputs of a figure', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(randomInputs(domain, 20, 7)).toEqual(randomInputs(domain, 20, 7));
    expect(randomInputs(domain, 20, 8)).not.toEqual(randomInputs(domain, 20, 7));
  });

  it('lie in the domain and fill it evenly', () => {
    const points = randomInputs(domain, 4000, 1);
    for (const i of [0, 1]) {
      const [lower, upper] = domain.slice(2 * i);
      const parts = points.map((x) => (x[i] - lower) / (upper - lower));
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...parts)).toBeLessThanOrEqual(1);
      for (let tenth = 0; tenth < 10; tenth++) {
        const count = parts.filter((part) => Math.floor(10 * part) === tenth).length;
        expect(Math.abs(count - 400)).toBeLessThan(100); // five standard deviations
      }
    }
  });

  it('do not pass the upper end by rounding', () => {
    const next = 1 + Number.EPSILON;
    for (const [x] of randomInputs([1, next], 200, 3)) expect([1, next]).toContain(x);
    for (const [x] of randomInputs([2, 2], 5, 3)) expect(x).toBe(2);
  });
});

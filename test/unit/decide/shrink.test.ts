import { describe, expect, it } from 'vitest';
import { deviation } from '../../../src/decide/shrink.js';
import { nextDown } from '../../../src/exact/bounds.js';
import { isInsideBox } from '../../../src/exact/witness.js';
import { random } from '../../support/random.js';

describe('the least delta whose box has a parameter vector', () => {
  const draw = random(3);
  const cases = Array.from({ length: 400 }, () => {
    const center = Float64Array.from({ length: 5 }, () => draw.pick([0, 1e-300, 1, draw.normal(), draw.normal() * 1e8, 5e-324]));
    const size = 10 ** draw.between(-18, 2);
    return { center, parameters: center.map((c) => c + size * draw.normal() * (c === 0 ? 0 : Math.min(1, Math.abs(c)))) };
  });
  it('is exact for +-delta: the vector is inside, and with one double less it is not', () => {
    for (const { center, parameters } of cases) {
      const inside = (delta: number): boolean => isInsideBox(parameters, { kind: 'radius', center, radius: center.map(() => delta) });
      const delta = deviation(parameters, center, false);
      expect(inside(delta)).toBe(true);
      if (delta > 0) expect(inside(nextDown(delta))).toBe(false);
    }
  });
  it('contains the vector for +-delta*|p|, and is no more than a rounding too large', () => {
    for (const { center, parameters } of cases) {
      const inside = (ratio: number): boolean => isInsideBox(parameters, { kind: 'relative', center, ratio, mask: center.map(() => 1) });
      const ratio = deviation(parameters, center, true);
      expect(inside(ratio)).toBe(true);
      if (ratio > 1e-300) expect(inside(ratio * (1 - 4e-16))).toBe(false);
    }
  });
  it('rounds a ratio up that is above a double by next to nothing', () => {
    const modulus = 1n << 53n;
    for (let n = 0; n < 20; n++) {
      const c = (1n << 52n) + 2n * BigInt(draw.below(2 ** 31)) + 1n;
      let inverse = c; // Newton's iteration, modulo 2^53
      for (let i = 0; i < 6; i++) inverse = BigInt.asUintN(53, inverse * (2n - c * inverse));
      const d = modulus - inverse;
      const moved = (c * d + 1n) / modulus;
      expect(moved * modulus).toBe(c * d + 1n); // moved / c = d / 2^53 + 1 / (c * 2^53)
      const [center, parameters] = [Float64Array.of(Number(c)), Float64Array.of(Number(c - moved))];
      const ratio = deviation(parameters, center, true);
      expect(isInsideBox(parameters, { kind: 'relative', center, ratio, mask: [1] })).toBe(true);
      expect(ratio).toBeGreaterThan(Number(d) / 2 ** 53);
    }
  });
});

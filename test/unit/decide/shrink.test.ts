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
});

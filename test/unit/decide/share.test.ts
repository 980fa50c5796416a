import { describe, expect, it } from 'vitest';
import { savingOf, shareOf } from '../../../src/decide/share.js';
import { random } from '../../support/random.js';
import { Dyadic } from '../../../src/exact/dyadic.js';

const exact = (x: number): Dyadic => Dyadic.fromDouble(x);

describe('shares of enclosures', () => {
  it('enclose the ratio of whatever is enclosed, to the last bit', () => {
    const draw = random(2);
    for (let n = 0; n < 2000; n++) {
      const [a, b] = [draw.between(0, 1), draw.between(1e-9, 1)];
      const [part, total] = [{ lower: a, upper: a }, { lower: b, upper: b }];
      const { lower, upper } = shareOf(part, total, false)!;
      // lower <= a / b <= upper, without a division.
      expect(exact(lower).times(exact(b)).compare(exact(a))).toBeLessThanOrEqual(0);
      expect(exact(upper).times(exact(b)).compare(exact(a))).toBeGreaterThanOrEqual(0);
      expect(upper - lower).toBeLessThan(1e-15 * Math.max(1, upper));
      // lower <= 1 - a / b <= upper.
      const saving = savingOf(part, total, false)!;
      const rest = exact(b).minus(exact(a));
      expect(exact(saving.lower).times(exact(b)).compare(rest)).toBeLessThanOrEqual(0);
      expect(exact(saving.upper).times(exact(b)).compare(rest)).toBeGreaterThanOrEqual(0);
    }
  });
  it('take the far ends of wide enclosures', () => {
    const share = shareOf({ lower: 0.1, upper: 0.2 }, { lower: 0.4, upper: 0.5 }, true)!;
    expect(share.lower).toBeCloseTo(0.2, 14);
    expect(share.upper).toBeCloseTo(0.5, 14);
    const saving = savingOf({ lower: 0.1, upper: 0.2 }, { lower: 0.4, upper: 0.5 }, true)!;
    expect(saving.lower).toBeCloseTo(0.5, 14);
    expect(saving.upper).toBeCloseTo(0.8, 14);
  });
  it('know nothing where nothing is attained or proved, and are none where nothing moves', () => {
    expect(shareOf({ lower: 0, upper: 1 }, { lower: 0, upper: 1 }, false)).toEqual({ lower: 0, upper: Infinity });
    expect(shareOf({ lower: 0, upper: 1 }, { lower: 0, upper: 1 }, true)).toEqual({ lower: 0, upper: 1 });
    expect(shareOf({ lower: 0, upper: Infinity }, { lower: 0.1, upper: Infinity }, true)).toEqual({ lower: 0, upper: 1 });
    expect(shareOf({ lower: 0.1, upper: Infinity }, { lower: 0.1, upper: Infinity }, false)).toEqual({ lower: 0, upper: Infinity });
    expect(shareOf({ lower: 0, upper: 0 }, { lower: 0, upper: 0 }, true)).toBe(null);
    expect(savingOf({ lower: 0, upper: 0 }, { lower: 0.1, upper: 0.2 }, true)).toEqual({ lower: 1, upper: 1 });
    expect(savingOf({ lower: 0.3, upper: 0.4 }, { lower: 0.1, upper: 0.2 }, false)!.upper).toBeLessThan(0); // a copy's changes cancel
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerText, upperText } from '../../../src/paper/decimal.js';
import { Dyadic } from '../../../src/exact/dyadic.js';

/** text * 10^digits against x * 10^digits, over the integers. */
function compareExactly(text: string, x: number, digits: number): number {
  const units = Dyadic.of(BigInt(text.replace('.', '')));
  return units.compare(Dyadic.fromDouble(x).times(Dyadic.of(10n ** BigInt(digits))));
}

describe('decimal text of a bound', () => {
  it('never crosses the number, and is within a unit of the last digit (against exact dyadics)', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 17 }), (x, digits) => {
      const [lower, upper] = [lowerText(x, digits), upperText(x, digits)];
      expect(compareExactly(lower, x, digits)).toBeLessThanOrEqual(0);
      expect(compareExactly(upper, x, digits)).toBeGreaterThanOrEqual(0);
      const width = BigInt(upper.replace('.', '')) - BigInt(lower.replace('.', ''));
      expect(width === 0n || width === 1n).toBe(true);
    }));
  });

  it('is exact where the number is', () => {
    expect([lowerText(0.5), upperText(0.5)]).toEqual(['0.500000000', '0.500000000']);
    expect([lowerText(0), upperText(0)]).toEqual(['0.000000000', '0.000000000']);
    expect([lowerText(-0.75, 1), upperText(-0.75, 1)]).toEqual(['-0.8', '-0.7']);
  });

  it('does not round to nearest', () => {
    expect(lowerText(0.9999999999)).toBe('0.999999999');
    expect(upperText(0.1000000000001)).toBe('0.100000001');
    expect(upperText(Number.MIN_VALUE)).toBe('0.000000001');
  });
});

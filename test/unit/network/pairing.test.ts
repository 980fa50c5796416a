import { describe, expect, it } from 'vitest';
import { pairInOrder } from '../../../src/network/pairing.js';
import { random } from '../../support/random.js';

const rows = (...values: number[][]): Float64Array[] => values.map((row) => Float64Array.from(row));

/** The least sum over every increasing way to place `few` in `many`. */
function leastSum(few: Float64Array[], many: Float64Array[], from = 0): number {
  if (few.length === 0) return 0;
  let least = Infinity;
  for (let at = from; at <= many.length - few.length; at++) {
    least = Math.min(least, sumOf([few[0]], many, [at]) + leastSum(few.slice(1), many, at + 1));
  }
  return least;
}
function sumOf(few: Float64Array[], many: Float64Array[], places: number[]): number {
  return places.reduce((sum, place, i) => sum + few[i].reduce((part, value, j) => part + Math.abs(value - many[place][j]), 0), 0);
}

describe('units are paired', () => {
  it('in order, as near to each other as can be', () => {
    const r = random(1);
    for (let n = 0; n < 200; n++) {
      const [short, long, width] = [r.below(4), 4 + r.below(3), 1 + r.below(3)];
      const made = (count: number) => Array.from({ length: count }, () => Float64Array.from({ length: width }, () => r.below(7)));
      const [few, many] = [made(short), made(long)];
      const places = pairInOrder(few, many);
      expect(places.length).toBe(short);
      expect(places.every((place, i) => place < long && (i === 0 || place > places[i - 1]))).toBe(true);
      expect(sumOf(few, many, places)).toBe(leastSum(few, many));
    }
  });
  it('across units that are missing, and with the first of two that are the same', () => {
    expect(pairInOrder(rows([1], [3], [5]), rows([1], [2], [3], [4], [5]))).toEqual([0, 2, 4]);
    expect(pairInOrder(rows([1], [2]), rows([1], [1], [2]))).toEqual([0, 2]);
  });
  it('by their number where there are as many, however they differ', () => {
    expect(pairInOrder(rows([1], [2]), rows([2], [1]))).toEqual([0, 1]);
  });
  it('somehow where sums overflow, or are too many', () => {
    const huge = [Number.MAX_VALUE, Number.MAX_VALUE];
    const places = pairInOrder(rows(huge, huge), rows(huge.map((x) => -x), huge, huge.map((x) => -x), huge));
    expect(places).toHaveLength(2);
    expect(places[0]).toBeLessThan(places[1]);
    const [few, many] = [4000, 8000].map((count) => Array.from({ length: count }, (_, i) => Float64Array.of(i)));
    expect(pairInOrder(few, many)).toEqual(few.map((_, i) => i));
  });
  it('of long rows by some of their entries', () => {
    // 500 x 501 pairs of 1000 entries are more than are compared: every third is.
    const many = Array.from({ length: 1000 }, (_, i) => new Float64Array(1000).fill(i));
    const few = many.filter((_, i) => i % 2 === 1);
    expect(pairInOrder(few, many)).toEqual(few.map((_, i) => 2 * i + 1));
  });
});

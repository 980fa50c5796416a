/**
 * Outward rounding in software. JavaScript rounds every operation to the nearest double, so its exact result is at most half a unit
 * in the last place away, or half the least double where it underflows. `up` and `down` step over that distance: for x = fl(a op b),
 * down(x) <= a op b <= up(x). A result that is no number, or beyond the doubles, stays so; every comparison with it then fails.
 */

/** At least one unit in the last place of x, relative to x; and more than the least double. */
const STEP = Number.EPSILON;
const LEAST = 2 * Number.MIN_VALUE;

export function up(x: number): number {
  return x + (Math.abs(x) * STEP + LEAST);
}

export function down(x: number): number {
  return x - (Math.abs(x) * STEP + LEAST);
}

/**
 * What a sum of at most `terms` products, added in any order, may be away from the exact one, for each unit of the sum of their
 * magnitudes: Higham, Accuracy and Stability of Numerical Algorithms, Lemma 3.1 and Eq. 3.5, doubled to cover that the magnitudes are
 * summed with roundings of their own. Underflow adds `terms` times the least double, which `tiny` bounds.
 */
export function gamma(terms: number): number {
  return (terms + 2) * Number.EPSILON;
}

export function tiny(terms: number): number {
  return (terms + 2) * 16 * Number.MIN_VALUE;
}

/** 2^-1022 to 2^1023, by their bits: no library of powers is trusted. */
const POWERS = new Float64Array(BigInt64Array.from({ length: 2046 }, (_, i) => BigInt(i + 1) << 52n).buffer);
export const powerOfTwo = (k: number): number => POWERS[k + 1022];

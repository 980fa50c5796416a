/**
 * What a model does to its inputs before the first layer: x' = (min(max(x, lower), upper) - mean) / range, over the reals, one
 * entry an input. Every number is an exact double; a limit may be infinite, a range is positive.
 */
export interface Normalisation {
  readonly mean: Float64Array;
  readonly range: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export const NORMALISATION_FIELDS = ['mean', 'range', 'lower', 'upper'] as const;

export function isIdentity({ mean, range, lower, upper }: Normalisation): boolean {
  return isUnscaled({ mean, range }) && lower.every((value) => value === -Infinity) && upper.every((value) => value === Infinity);
}

/** x' = x for every x within the limits. */
export function isUnscaled({ mean, range }: Pick<Normalisation, 'mean' | 'range'>): boolean {
  return mean.every((value) => value === 0) && range.every((value) => value === 1);
}

/**
 * Where two normalisations differ on a domain (lo0, hi0, ...): the first such input, and the field. Limits outside the domain
 * clamp nothing in it and do not count. Null: they do the same to every input of the domain.
 */
export function normalisationDifference(a: Normalisation | null, b: Normalisation | null, domain: Float64Array): { input: number; field: keyof Normalisation } | null {
  for (let j = 0; 2 * j < domain.length; j++) {
    const [lo, hi] = domain.subarray(2 * j, 2 * j + 2);
    const inside = (of: Normalisation | null): number[] => (of === null ? [0, 1, lo, hi] : [of.mean[j], of.range[j], Math.max(of.lower[j], lo), Math.min(of.upper[j], hi)]);
    const other = inside(b);
    const at = inside(a).findIndex((value, i) => value !== other[i]);
    if (at >= 0) return { input: j, field: NORMALISATION_FIELDS[at] };
  }
  return null;
}

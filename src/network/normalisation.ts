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

export function sameNormalisation(a: Normalisation | null, b: Normalisation | null): boolean {
  if (a === null || b === null) return a === b;
  return NORMALISATION_FIELDS.every((field) => a[field].length === b[field].length && a[field].every((value, i) => value === b[field][i]));
}

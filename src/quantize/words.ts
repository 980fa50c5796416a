/** The words of its options: docs/quantize.md. */
export const SCHEMES = ['symmetric', 'affine'] as const;
export type Scheme = (typeof SCHEMES)[number];

export const GRANULARITIES = ['tensor', 'channel'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

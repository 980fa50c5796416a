/** The words of its options: docs/quantize.md. */
export const SCHEMES = ['symmetric', 'affine'] as const;
export type Scheme = (typeof SCHEMES)[number];

export const ARITHMETICS = ['real', 'fp32', 'bf16', 'fp16'] as const;

export const GRANULARITIES = ['tensor', 'channel'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

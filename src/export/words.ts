/** The words that the options of an export take. */
export const PROPERTIES = ['epsilon', 'sigma', 'label'] as const;
export const TARGETS = ['dreal', 'rational', 'cvc5'] as const;
export const FORMS = ['plain', 'absolute', 'product', 'logit', 'equation', 'deviation', 'hyperbolic'] as const;
export const ENCODINGS = ['parameters', 'neurons'] as const;
export const DIRECTIONS = ['both', 'up', 'down'] as const;
export const CONCLUSIVE = ['unsat', 'sat'] as const;
export const RELUS = ['max', 'ite'] as const;

export type Property = (typeof PROPERTIES)[number];
export type Form = (typeof FORMS)[number];
export type Direction = (typeof DIRECTIONS)[number];
/** `ibex` is written by export minibex alone. */
export type Target = (typeof TARGETS)[number] | 'ibex';

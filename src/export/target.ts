/** What each reader of exports can be given. */
import type { Target } from './words.js';

export interface Abilities {
  /** exp, and what is written with it. */
  readonly exp: boolean;
  /** log, tanh, sinh and cosh as well, so that a level's logit need not be enclosed by rationals. */
  readonly log: boolean;
  /** A product of two unknowns costs no more than a sum: intervals do not care. Else a neuron's noise is kept linear. */
  readonly products: boolean;
}

export const ABILITIES: Record<Target, Abilities> = {
  dreal: { exp: true, log: true, products: true },
  rational: { exp: false, log: false, products: false },
  cvc5: { exp: true, log: false, products: false },
  ibex: { exp: true, log: true, products: true },
};

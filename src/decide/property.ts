import { ParaboundError } from '../errors.js';
import type { Model } from '../network/model.js';
import { verifyEpsilon } from '../query/epsilon.js';
import type { VerifyResult } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { verifyLabel, verifySigma } from '../query/sigma.js';
import { checkOption, optionNamed } from '../options.js';

/** What must hold of every candidate: Defs. 1 to 5. Exactly one of the three is named. */
export interface PropertyOptions {
  /** Outputs move by this at most. */
  epsilon?: number;
  /** Inputs with this margin or more keep their label. */
  sigma?: number;
  /** Every input keeps its label. */
  label?: boolean;
}

export interface Property {
  readonly kind: 'epsilon' | 'sigma' | 'label';
  /** Null for `label`. */
  readonly threshold: number | null;
}

export const KINDS = ['epsilon', 'sigma', 'label'] as const;

export function propertyOf(options: PropertyOptions): Property {
  for (const kind of KINDS) if (options[kind] !== undefined) checkOption(optionNamed(kind), options[kind], kind);
  const named = KINDS.filter((kind) => options[kind] !== undefined && options[kind] !== false);
  if (named.length === 0) throw new ParaboundError('OPTION_REQUIRED', 'no property', 'the search', 'one of --epsilon, --sigma, --label');
  if (named.length > 1) throw new ParaboundError('OPTION_CONFLICT', `${named.map((kind) => `--${kind}`).join(' and ')} exclude each other`, 'the property', 'one of them');
  const [kind] = named;
  return { kind, threshold: kind === 'label' ? null : options[kind]! };
}

/** Decides the property for one box of parameters. */
export function decide(model: Model, { kind, threshold }: Property, options: QueryOptions): Promise<VerifyResult> {
  switch (kind) {
    case 'epsilon':
      return verifyEpsilon(model, { ...options, epsilon: threshold! });
    case 'sigma':
      return verifySigma(model, { ...options, sigma: threshold! });
    case 'label':
      return verifyLabel(model, options);
  }
}

/** `the outputs move by 0.05 at most`: what a proved candidate has. */
export function propertyText({ kind, threshold }: Property): string {
  switch (kind) {
    case 'epsilon':
      return `the outputs move by ${threshold} at most`;
    case 'sigma':
      return `every input with a margin of ${threshold} or more keeps its label`;
    case 'label':
      return 'every input keeps its label';
  }
}

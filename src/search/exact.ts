import { label } from '../exact/label.js';
import type { NativeWitness } from './native.js';
import type { SearchRequest } from './request.js';

/** Beyond this many parameters exact arithmetic would hold up the event loop. */
const MOST_PARAMETERS = 20_000;

/**
 * Does the label really flip at a candidate that interval arithmetic could not decide? Exact rationals, and enclosures of
 * growing precision where there are exponentials. The candidate's value, an enclosure's lower end, is proved already.
 */
export function flipsExactly({ network, objective, unpadded }: SearchRequest, candidate: NativeWitness): boolean {
  if (objective.query === 'epsilon' || network.parameters.length > MOST_PARAMETERS) return false;
  const { level, decision } = objective;
  const rule = { level, decision };
  const nominal = unpadded?.nominal ?? network;
  const before = label(nominal, nominal.parameters, candidate.input, rule);
  if (before !== objective.label) return false;
  if (objective.query === 'reach') return true;
  const after = label(unpadded?.perturbed ?? network, unpadded?.parameters(candidate.parameters) ?? candidate.parameters, candidate.input, rule);
  if (after === undefined || after === before) return false;
  candidate.label = after;
  return true;
}

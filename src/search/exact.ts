import { flips, label } from '../exact/label.js';
import type { NativeWitness } from './native.js';
import type { SearchRequest } from './request.js';

/** Beyond this many parameters exact arithmetic would hold up the event loop. */
const MOST_PARAMETERS = 20_000;

/**
 * Does the label really flip at a candidate that interval arithmetic could not decide? Exact rationals, and enclosures of
 * growing precision where there are exponentials. The candidate's value, an enclosure's lower end, is proved already.
 */
export function flipsExactly({ network, objective }: SearchRequest, candidate: NativeWitness): boolean {
  if (objective.query === 'epsilon' || network.parameters.length > MOST_PARAMETERS) return false;
  const { level, decision } = objective;
  const rule = { level, decision };
  const nominal = label(network, network.parameters, candidate.input, rule);
  if (nominal !== objective.label) return false;
  if (objective.query === 'reach') return true;
  if (flips(network, network.parameters, candidate.parameters, candidate.input, rule) !== true) return false;
  const given = label(network, candidate.parameters, candidate.input, rule);
  if (given !== undefined) candidate.label = given;
  return true;
}

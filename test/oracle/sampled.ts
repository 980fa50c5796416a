/** Attained lower bounds of epsilon for any network, by climbing in doubles and evaluating what was found exactly. */
import { isInsideBox, isInsideDomain, type ExactBox } from '../../src/exact/membership.js';
import { difference, type Measure } from '../../src/exact/witness.js';
import { climb, differenceScore } from '../support/attack.js';
import type { FlatNetwork, Random } from '../support/random.js';

export interface Sample {
  /** Rounded down; 0 where nothing inside the boxes was found. */
  readonly value: number;
  readonly x: Float64Array;
  readonly p: Float64Array;
}

/** The best of `climbs` climbs; global over the domain, local where its sides are points. */
export function sampledEpsilon(
  r: Random, network: FlatNetwork, box: ExactBox, domain: Float64Array, outputs: readonly number[], measure: Measure, climbs: number,
): Sample {
  const score = differenceScore(network, outputs, measure);
  let best: Sample | undefined;
  for (let i = 0; i < climbs; i++) {
    const { x, p } = climb(r, box, domain, score);
    const inside = isInsideBox(p, box) && isInsideDomain(x, domain);
    const value = inside ? difference({ shape: network, nominal: network.parameters, parameters: p, x, outputs, measure }).lower : 0;
    if (best === undefined || value > best.value) best = { value, x, p };
  }
  if (best === undefined) throw new RangeError('at least one climb');
  return best;
}

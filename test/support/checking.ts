/** The checker's view of a random case, and exact arithmetic to hold its bounds against. */
import { boxedLayers, type BoxedLayer, type Shape } from '../../src/check/network.js';
import { endsOf, type ParameterBox } from '../../src/check/box.js';
import { Prover, type Claim } from '../../src/check/claims.js';
import { Dyadic } from '../../src/exact/dyadic.js';
import type { Enclosure } from '../../src/exact/real.js';
import type { Case } from './cases.js';
import { activationNames, type FlatNetwork } from './random.js';

export const shapesOf = (network: FlatNetwork): Shape[] =>
  network.layers.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation: activationNames[activation] }));

export function boxed(network: FlatNetwork, box: ParameterBox): BoxedLayer[] {
  const { lower, upper } = endsOf(box);
  return boxedLayers(shapesOf(network), network.parameters, lower, upper);
}

/** One layer from rows of weights; delta is the radius of every parameter. */
export function layer(activation: Shape['activation'], weights: readonly (readonly number[])[], bias: readonly number[], delta = 0): BoxedLayer {
  const network = { inputs: weights[0].length, outputs: weights.length, activation };
  const parameters = Float64Array.from([...weights.flat(), ...bias]);
  const { lower, upper } = endsOf({ kind: 'radius', center: parameters, radius: parameters.map(() => delta) });
  return boxedLayers([network], parameters, lower, upper)[0];
}

/** What `upper` claims of the quantity of the case. */
export function claimOf({ objective }: Case, upper: number): Claim {
  switch (objective.query) {
    case 'epsilon': return { property: 'epsilon', measure: objective.measure, outputs: objective.outputs, upper };
    case 'sigma': return { property: 'sigma', measure: objective.measure, label: objective.label, upper };
    default: return { property: 'label', label: objective.label };
  }
}

export function proverOf(given: Case, upper: number): Prover {
  const { network, box, objective } = given;
  const rule = objective.query === 'epsilon' ? { level: 0.5, smallest: false } : { level: objective.level, smallest: objective.decision === 'min' };
  return new Prover(boxed(network, box), claimOf(given, upper), rule);
}

export const lowerOf = (domain: ArrayLike<number>): Float64Array => Float64Array.from({ length: domain.length / 2 }, (_, j) => domain[2 * j]);
export const upperOf = (domain: ArrayLike<number>): Float64Array => Float64Array.from({ length: domain.length / 2 }, (_, j) => domain[2 * j + 1]);

/** Is the double `bound`, infinite or no number at all, at least that? False only where it is certainly not. */
export function isAbove(bound: number, value: Enclosure): boolean {
  if (Number.isNaN(bound) || bound === Infinity) return true;
  return bound !== -Infinity && Dyadic.fromDouble(bound).compare(value.lo) >= 0;
}

export function isBelow(bound: number, value: Enclosure): boolean {
  if (Number.isNaN(bound) || bound === -Infinity) return true;
  return bound !== Infinity && Dyadic.fromDouble(bound).compare(value.hi) <= 0;
}

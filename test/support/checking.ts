/** The checker's view of a random case, and exact arithmetic to hold its bounds against. */
import { boxedLayers, type Box, type BoxedLayer, type Shape } from '../../src/check/network.js';
import { readBox } from '../../src/check/statement.js';
import type { BoxSpec } from '../../src/search/native.js';
import { Prover, type Claim } from '../../src/check/claims.js';
import { Dyadic } from '../../src/exact/dyadic.js';
import type { Enclosure } from '../../src/exact/real.js';
import type { Case } from './cases.js';
import { activationNames, type FlatNetwork } from './random.js';

export const shapesOf = (network: FlatNetwork): Shape[] =>
  network.layers.map(({ inputs, outputs, activation }) => ({ inputs, outputs, activation: activationNames[activation] }));

/** The box as a certificate has it. */
export const boxOf = (box: BoxSpec, nominal: Float64Array): Box =>
  readBox(Object.fromEntries(Object.entries(box).map(([name, value]: [string, unknown]) => [name, typeof value === 'object' ? Array.from(value as Float64Array) : value])), nominal);

export function boxed(network: FlatNetwork, box: BoxSpec): BoxedLayer[] {
  return boxedLayers(shapesOf(network), network.parameters, boxOf(box, network.parameters));
}

/** One layer from rows of weights; delta is the radius of every parameter. */
export function layer(activation: Shape['activation'], weights: readonly (readonly number[])[], bias: readonly number[], delta = 0): BoxedLayer {
  const network = { inputs: weights[0].length, outputs: weights.length, activation };
  const parameters = Float64Array.from([...weights.flat(), ...bias]);
  return boxedLayers([network], parameters, boxOf({ kind: 'radius', center: parameters, radius: parameters.map(() => delta) }, parameters))[0];
}

/** The layer with biases that are shifted, and that move by a radius: any doubles, one a row. */
export function biased(of: BoxedLayer, { shift, radius }: { shift?: ArrayLike<number>; radius?: ArrayLike<number> }): BoxedLayer {
  const columns = of.inputs + 1;
  const put = (own: Float64Array | null, values: ArrayLike<number> | undefined): Float64Array | null =>
    (values === undefined ? own : Float64Array.from({ length: of.outputs * columns }, (_, k) => (k % columns === of.inputs ? values[Math.floor(k / columns)] : own?.[k] ?? 0)));
  return { ...of, shift: put(of.shift, shift), radius: put(of.radius, radius) };
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

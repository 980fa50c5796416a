import { Dyadic, max } from '../exact/dyadic.js';
import { divideToward, toDouble } from '../exact/rounding.js';
import { difference, differenceAbove, label, margin, type DifferenceQuery } from '../exact/witness.js';
import type { Query } from '../query/query.js';
import type { Witness } from '../query/result.js';
import type { Property } from './property.js';

/** Exact evaluations cost in proportion to the parameters; of a network with a million, one. */
const MOST_EVALUATED = 400_000;
const MOST_HALVINGS = 24;

/** A violated property's witness, and the least delta whose box has it. */
export interface Violation {
  readonly witness: Witness;
  readonly delta: number;
}

/**
 * Follows a witness back towards the centre of the box, at its own input, as long as it violates the property, decided in
 * exact arithmetic. The violation found is one at every delta from its own on: boxes are nested.
 */
export function shrink(query: Query, property: Property, witness: Witness, relative: boolean, gap: number): Violation {
  const { model, box: { of } } = query;
  const center = of.parameters;
  const far = Float64Array.from(witness.parameters ?? center);
  const at = (t: number): Float64Array => (t === 1 ? far : far.map((p, i) => center[i] + t * (p - center[i])));
  const violates = predicate(query, property, witness);
  let [holds, breaks] = [0, 1];
  const halvings = Math.min(MOST_HALVINGS, Math.ceil(MOST_EVALUATED / (model.parameters.length + center.length)));
  for (let n = 0; n < halvings && breaks - holds > (gap / 8) * breaks; n++) {
    // A difference grows about as fast as the parameters move: the first guess.
    const guess = n === 0 && property.kind === 'epsilon' && witness.value > 0 ? (1 + gap / 16) * (property.threshold! / witness.value) : NaN;
    const t = guess > holds && guess < breaks ? guess : (holds + breaks) / 2;
    if (violates(at(t))) breaks = t;
    else holds = t;
  }
  const parameters = at(breaks);
  return { witness: breaks === 1 ? witness : described(query, property, witness, parameters), delta: deviation(parameters, center, relative) };
}

/** Decided exactly; false also where 4096 bits do not tell. */
function predicate(query: Query, property: Property, witness: Witness): (parameters: Float64Array) => boolean {
  const { box: { of }, rule } = query;
  // The margin is the nominal network's at the input, which does not change here: only the flip has to be seen again.
  if (property.kind !== 'epsilon') {
    const { nominalLabel } = witness;
    return (parameters) => {
      const now = label(of.spec, parameters, witness.input, rule);
      return nominalLabel !== null && now !== undefined && now !== nominalLabel;
    };
  }
  return (parameters) => differenceAbove(asked(query, witness, parameters), property.threshold!) === true;
}

function asked({ model, box: { of }, outputs, measure }: Query, { input }: Witness, parameters: Float64Array): DifferenceQuery {
  return { shape: model.spec, perturbed: of.spec, nominal: model.parameters, parameters, x: input, outputs, measure };
}

function described(query: Query, property: Property, witness: Witness, parameters: Float64Array): Witness {
  const { model, box: { of }, rule, measure } = query;
  const moved = { ...witness, parameters: Array.from(parameters), label: label(of.spec, parameters, witness.input, rule) ?? null };
  if (property.kind === 'epsilon') {
    const { lower, output } = difference(asked(query, witness, parameters));
    return { ...moved, value: lower, output };
  }
  return { ...moved, value: Math.max(0, margin(model.spec, model.parameters, witness.input, rule, property.kind === 'label' ? 'confidence' : measure).lower) };
}

/** The least double D with |p - center| <= D (relative: <= D * |center|) for every parameter. */
export function deviation(parameters: Float64Array, center: Float64Array, relative: boolean): number {
  let most = Dyadic.ZERO;
  parameters.forEach((p, i) => {
    if (p === center[i]) return;
    const moved = Dyadic.fromDouble(p).minus(Dyadic.fromDouble(center[i])).abs();
    // Of zero nothing but zero is within any ratio: such a parameter does not move in a relative box.
    most = max(most, relative ? divideToward(moved, Dyadic.fromDouble(center[i]).abs(), 60, 'up') : moved);
  });
  return toDouble(most, 'up');
}

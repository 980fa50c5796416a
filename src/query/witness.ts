import type { Decision, Model } from '../network/model.js';
import type { NativeWitness } from '../search/native.js';
import type { Query } from './query.js';
import type { Witness } from './result.js';

/** How outputs become labels. */
export interface Rule {
  readonly level: number;
  readonly decision: Decision;
}

/**
 * A proved witness as results carry it. The search proves the value, and that the labels differ where that is the question.
 * Labels that it leaves open (-1, both for epsilon) or knows by plain arithmetic alone (the new one of three or more) are
 * decided here in exact arithmetic, and are null where 4096 bits do not tell (an output within 10^-1000 of the level).
 */
export async function present(query: Query, found: NativeWitness | null): Promise<{ witness?: Witness | null }> {
  if (query.options.witness === 'none') return {};
  if (found === null) return { witness: null };
  const { model, rule, box } = query;
  const guessed = model.outputCount > 2;
  const { sums } = found;
  const label = sums !== undefined ? (found.label < 0 ? null : found.label) : await labelAt(box.of, found.parameters, found.input, rule, guessed ? -1 : found.label);
  return {
    witness: {
      input: Array.from(found.input),
      parameters: box.isCopy ? null : Array.from(found.parameters),
      value: found.value,
      output: found.output,
      nominalLabel: await labelAt(model, model.parameters, found.input, rule, found.nominalLabel),
      label,
      ...(sums === undefined ? {} : { sums }),
    },
  };
}

async function labelAt(model: Model, parameters: Float64Array, input: Float64Array, rule: Rule, proved: number): Promise<number | null> {
  if (proved >= 0) return proved;
  const { label } = await import('../exact/witness.js');
  return label(model.spec, parameters, input, rule) ?? null;
}

/** Is the difference at the witness above `epsilon`, where its rounded-down value does not say? Decided exactly. */
export async function exceeds(query: Query, found: NativeWitness | null, epsilon: number): Promise<boolean> {
  // A value is rounded down: a little below epsilon it may still be above.
  if (found === null || found.value < epsilon * (1 - 1e-12)) return false;
  if (found.value > epsilon) return true;
  if (found.sums !== undefined) return false; // a run of a device, whose parameters alone do not have the difference
  const { differenceAbove } = await import('../exact/witness.js');
  const { model, box, outputs, measure } = query;
  return differenceAbove({ shape: model.spec, perturbed: box.of.spec, nominal: model.parameters, parameters: found.parameters, x: found.input, outputs, measure }, epsilon) === true;
}

/** Is the margin at a flip at least `sigma`? Its value is rounded down, so that a tie needs exact arithmetic. */
export async function reaches(query: Query, found: NativeWitness | null, sigma: number): Promise<boolean> {
  if (found === null || found.value < sigma * (1 - 1e-12)) return false;
  if (found.value >= sigma) return true;
  const { margin } = await import('../exact/witness.js');
  const { model, rule, measure } = query;
  return margin(model.spec, model.parameters, found.input, rule, measure).lower >= sigma;
}

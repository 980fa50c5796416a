import type { Model } from '../network/model.js';
import { evaluate, type EvaluateOptions, type Evaluation } from '../query/evaluate.js';
import type { Query } from '../query/query.js';
import type { Witness } from '../query/result.js';
import type { Replay } from './results.js';

/** Exact arithmetic on whole numbers takes about a microsecond a parameter, more behind an exponential: beyond this it is left to `parabound eval`. */
const MOST_PARAMETERS = 200_000;

/** What both networks answer at a witness, without the engine that found it; null where there is no witness, or it is a device's run. */
export function replay(model: Model, witness: Witness | null | undefined, { options: { against, level, decision, units }, box, runs }: Query): Replay | null {
  if (witness === null || witness === undefined || runs !== null || model.parameters.length > MOST_PARAMETERS) return null;
  const options: EvaluateOptions = {
    at: witness.input,
    parameters: witness.parameters ?? box.of.parameters,
    ...(against === undefined ? {} : { against }), ...(level === undefined ? {} : { level }),
    ...(decision === undefined ? {} : { decision }), ...(units === undefined ? {} : { units }),
  };
  const { nominal, perturbed } = evaluate(model, options);
  return perturbed === null ? null : { before: side(nominal), after: side(perturbed) };
}

function side({ outputs, label }: Evaluation): Replay['before'] {
  return { outputs, label };
}

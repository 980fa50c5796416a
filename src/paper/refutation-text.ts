import type { Bounds, EvaluationResult } from '../query/evaluate.js';
import { lowerText } from './decimal.js';
import type { Refutation } from './findings.js';

/** A refutation and the point that makes it, evaluated in exact arithmetic without the engine that found it. */
export interface RefutationText {
  claim: string;
  /** Name and value. */
  facts: [string, string][];
}

/** @param file where the witness is written, to replay it */
export function refutationText({ network, quantity, delta, printed, bound }: Refutation, point: EvaluationResult, inputs: string[], file: string): RefutationText {
  const { input, parameters } = bound.witness!;
  const measured = quantity === 'epsilon' ? point.difference! : point.nominal.margin;
  return {
    claim: `${network.title}, delta ${delta}: the printed ${quantity} ${printed} is not a maximum, because this point attains more.`,
    facts: [
      ['x', `${input.join(', ')}  (${inputs.join(', ')})`],
      ['p', `${(parameters ?? []).join(', ')}  (each within ${delta} of p0)`],
      ['f_p0(x)', digits(point.nominal.outputs[0])],
      ['f_p(x)', digits(point.perturbed!.outputs[0])],
      [quantity === 'epsilon' ? '|f_p0(x) - f_p(x)|' : '|f_p0(x) - l|', `${digits(measured)} > ${printed}`],
      ['replay', `parabound eval ${network.model} --parameters ${file}   (both files are in the output directory)`],
    ],
  };
}

/** The decimals that the exact value surely begins with: those in which its two bounds agree, at most 15. */
function digits({ lower, upper }: Bounds): string {
  let count = 15;
  while (count > 1 && lowerText(lower, count) !== lowerText(upper, count)) count--;
  return `${lowerText(lower, count)}...`;
}

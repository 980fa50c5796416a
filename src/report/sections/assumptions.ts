import { EXACTNESS } from '../../network/exactness.js';
import { rich, type Rich, type Section } from '../content.js';
import type { ReportResults } from '../results.js';
import { arithmeticWords, boxWords } from '../words.js';

/** Under what the numbers hold, and what they do not say. */
export function assumptionsSection(results: ReportResults): Section {
  const { subject, question } = results;
  const { exactness, normalised } = subject;
  const items: Rich[] = [
    [`Arithmetic: ${arithmeticWords(results)}`],
    rich`Parameters: ${boxWords(question.box)} Ends of intervals are exact, not rounded.${question.box.kind === 'copy' || question.box.kind === 'nominal' ? '' : ' Combinations that no rounding scheme would make are included, so a particular one may do better.'}`,
    [question.at === undefined
      ? 'Inputs: all real numbers in the ranges, not only those in a data set. Some combinations may never occur in practice. Inputs outside the ranges are not covered.'
      : 'Inputs: this one alone. Nothing is said of any other, however near.'],
    ...(normalised ? [[`Normalisation: the model's own scaling of its inputs is part of the network, exactly as its file has it; queries are in ${question.units} units.`]] : []),
    ...(results.device !== undefined ? [] : [[`Exactness: ${EXACTNESS[exactness]}.`]]),
    ['Not judged: whether the network is right, fair or accurate to begin with. Only what the change does to it.'],
  ];
  return { id: 'assumptions', title: 'What was assumed', blocks: [{ kind: 'list', items }] };
}

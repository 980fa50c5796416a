import type { EpsilonResult } from '../../query/result.js';
import { paragraph, rich, type Block, type Rich, type Section } from '../content.js';
import type { ReportResults } from '../results.js';
import { className, ends, everywhere, marginWords, MOST_SHOWN, outputName, STATUS } from '../words.js';
import { leftWords } from './verdict.js';
import { witnessBlocks } from './witness.js';

/** How far outputs move: Eqs. 11 and 12. */
export function epsilonSection(results: ReportResults): Section | null {
  const { epsilon, question, replays, subject } = results;
  if (epsilon === null) return null;
  const { least, most } = ends(epsilon, undefined, question.epsilon);
  const blocks: Block[] = [
    paragraph(rich`The largest difference between what the two networks give, over ${everywhere(question)} and every change that is allowed. It is called epsilon (\u03b5).`),
    { kind: 'table', caption: [`Epsilon${question.measure === 'logit' ? ', of outputs before their last activation' : ''}: at least what is attained, at most what is proved.`], head: [['Quantity'], ['At least'], ['At most'], ['Search']],
      rows: [[['\u03b5'], [least], [most], [STATUS[epsilon.status]]]], numeric: [1, 2] },
    ...looseness(results, epsilon),
    ...witnessBlocks(results, epsilon.witness, replays.epsilon, rich`Where ${outputName(subject, epsilon.witness?.output ?? 0)} moves that far`),
  ];
  return { id: 'epsilon', title: 'How far outputs move', blocks };
}

/** Where the two ends are apart, why, and what that means. */
function looseness({ subject, device }: ReportResults, { lower, upper, status }: Pick<EpsilonResult, 'lower' | 'upper' | 'status'>): Block[] {
  if (!(upper > 1.1 * lower)) return [];
  const why = device !== undefined ? 'How a device rounds is known within limits alone: the proof covers all of them, and a run may not reach them.'
    : status === 'complete' ? 'They are as near as was asked for.'
    : subject.exactness === 'bounded' ? 'With two hidden layers or more the proof may stay above what can happen.'
    : status === 'stalled' ? 'No further split of the inputs brings them nearer.' : 'More time would bring them nearer.';
  return [paragraph([`The two ends are apart: what can really happen is at least the first and at most the second. ${why} For a decision that has to be safe, the second number counts.`])];
}

/** Which margins are safe: Eq. 13, class by class. */
export function sigmaSection(results: ReportResults): Section | null {
  const { sigma, subject: { labels }, question, replays } = results;
  if (sigma === null) return null;
  const shown = sigma.classes.length > MOST_SHOWN ? [...sigma.classes].sort((a, b) => b.upper - a.upper).slice(0, MOST_SHOWN) : sigma.classes;
  const rest = sigma.classes.length - shown.length;
  const row = (each: (typeof shown)[number]): Rich[] => {
    const { least, most } = ends(each, undefined, question.sigma);
    const says = each.reachable === false ? 'no input has this label' : each.flips === false ? 'nothing flips' : each.flips === null ? `no flip was found; ${STATUS[each.status]}` : STATUS[each.status];
    return [className(labels, each.label), [least], [most], [says]];
  };
  const worst = sigma.classes.reduce((a, b) => (b.lower > a.lower ? b : a));
  return {
    id: 'sigma', title: question.at === undefined ? 'Which margins are safe' : 'The margin of the input',
    blocks: [
      paragraph(rich`The margin of an input is ${marginWords(results)}, by the network as it is stored. ${question.at !== undefined
        ? 'Sigma (\u03c3) of one input is its own margin where a change that is allowed flips its label, and 0 where none does; it says nothing of other inputs.'
        : 'For the inputs of each label, sigma (\u03c3) is the largest margin at which a change that is allowed still flips the label: inputs with a larger margin are safe.'}`),
      { kind: 'table', caption: [`Sigma, by the label that an input has before the change: at least what is attained, at most what is proved.${rest > 0 ? ` The ${MOST_SHOWN} largest; ${rest} more are in the page's JSON.` : ''}`],
        head: [['Label'], ['At least'], ['At most'], ['Search']], rows: shown.map(row), numeric: [1, 2] },
      ...witnessBlocks(results, worst.witness, replays.sigma[sigma.classes.indexOf(worst)] ?? null, [question.at === undefined ? 'The flip with the largest margin' : 'The flip']),
    ],
  };
}

/** Do labels stay: Defs. 3 and 4. */
export function labelSection(results: ReportResults): Section | null {
  const { label, question, replays } = results;
  if (label === null) return null;
  const text: Record<typeof label.verdict, Rich> = {
    robust: rich`${question.at === undefined ? 'Every input keeps its label' : 'The input keeps its label'}, whatever change is made among those that are allowed. The search left no box of inputs open.`,
    violated: ['No: here is one input, and one set of parameters among those that are allowed, that change it.'],
    unknown: leftWords(label),
  };
  return { id: 'label', title: question.at === undefined ? 'Do labels stay' : 'Does the label stay', blocks: [paragraph(text[label.verdict]), ...witnessBlocks(results, label.witness, replays.label, ['A label that changes'])] };
}

import type { SigmaResult, VerifyResult } from '../../query/result.js';
import type { RegionResult } from '../../region/result.js';
import { rich, type Rich, type Section, type State, type Verdict } from '../content.js';
import type { ReportResults } from '../results.js';
import { percent } from '../rounding.js';
import { className, ends, everywhere, MOST_SHOWN, STATUS } from '../words.js';

const STATES: Record<VerifyResult['verdict'], State> = { robust: 'proved', violated: 'refuted', unknown: 'open' };

/** Digits that a sentence holds; the tables have more. */
const SENTENCE = 4;

/** The answers in a sentence each. A property that was asked about comes first. */
export function verdictSection(results: ReportResults): Section {
  const { label, epsilon, sigma, claims } = results;
  const items = [
    claims.epsilon === null ? null : epsilonClaim(results, claims.epsilon),
    claims.sigma === null ? null : sigmaClaim(results, claims.sigma),
    label === null ? null : labelVerdict(results, label),
    epsilon === null ? null : epsilonVerdict(results),
    // Of one input sigma is its own margin, and speaks of no other: whether it flips is said already.
    sigma === null || results.question.at !== undefined ? null : sigmaVerdict(results, sigma),
  ].filter((item) => item !== null);
  return { id: 'verdict', title: 'The verdict', blocks: [{ kind: 'verdicts', items }] };
}

function labelVerdict(results: ReportResults, result: VerifyResult): Verdict {
  const { question, subject: { labels } } = results;
  const one = question.at !== undefined;
  switch (result.verdict) {
    case 'robust':
      return { state: 'proved', text: [one ? 'The input keeps its label.' : 'Every input keeps its label.'], detail: [`No change that is allowed gives ${everywhere(question)} another one.`] };
    case 'violated': {
      const { witness } = result;
      const change: Rich = witness === null || witness === undefined ? ['A concrete case was found.'] : rich`One case goes from ${className(labels, witness.nominalLabel)} to ${className(labels, witness.label)}; its input and parameters are below.`;
      return { state: 'refuted', text: [one ? 'The input can change its label.' : 'Some inputs can change their label.'], detail: [...change, ...safePart(results.region)] };
    }
    case 'unknown':
      return { state: 'open', text: [one ? 'Whether the input keeps its label is not decided.' : 'Whether every input keeps its label is not decided.'], detail: leftWords(result) };
  }
}

/** How much of the domain was proved safe all the same. */
function safePart(region: RegionResult | null): Rich {
  return region === null || region.safe.lower <= 0 ? [] : [` At least ${percent(region.safe.lower, 3, 'down')}% of the domain, by volume, is proved safe.`];
}

/** Why nothing was decided, and how much of the domain is left. */
export function leftWords({ status, remaining }: VerifyResult): Rich {
  const share = remaining.volumeFraction > 0 ? ` What is left covers at most ${percent(remaining.volumeFraction, 3, 'up')}% of the domain; the rest is proved.` : '';
  return [`No counterexample was found, and no proof: ${STATUS[status]}.${share}`];
}

function epsilonVerdict({ epsilon, question }: ReportResults): Verdict {
  const { least, most } = ends(epsilon!, SENTENCE, question.epsilon);
  const where = question.at === undefined ? '' : ' at this input';
  if (epsilon!.upper === Infinity) return { state: 'open', text: [`No bound on how far outputs move${where} was proved.`], detail: [`A move of at least ${least} is attained; ${STATUS[epsilon!.status]}.`] };
  if (epsilon!.upper === 0) return { state: 'proved', text: [`No output moves at all${where}.`] };
  const wide = epsilon!.upper > 1.1 * epsilon!.lower ? ' The truth lies between the two.' : '';
  return { state: 'bounded', text: rich`No output moves by more than ${{ strong: most }}${where}.`, detail: [`A move of at least ${least} is attained.${wide}`] };
}

function sigmaVerdict({ subject, question }: ReportResults, { classes }: SigmaResult): Verdict {
  const worst = classes.reduce((a, b) => (b.upper > a.upper ? b : a));
  if (classes.every(({ flips }) => flips === false)) return { state: 'proved', text: ['No margin is too small: nothing flips.'] };
  if (worst.upper === Infinity) return { state: 'open', text: ['From which margin on labels are safe is not known.'], detail: [`${STATUS[worst.status]}.`] };
  const each = classes.filter(({ reachable }) => reachable !== false);
  const list = each.slice(0, MOST_SHOWN).map((one, i): Rich => rich`${i === 0 ? '' : ', '}${className(subject.labels, one.label)} ${ends(one, SENTENCE, question.sigma).most}`).flat();
  return { state: 'bounded', text: rich`Every input with a margin above ${{ strong: ends(worst, SENTENCE, question.sigma).most }} keeps its label.`, detail: ['By class: ', ...list, each.length > MOST_SHOWN ? ` and ${each.length - MOST_SHOWN} more.` : '.'] };
}

function epsilonClaim({ question }: ReportResults, result: VerifyResult): Verdict {
  const { least, most } = ends(result.bound!, SENTENCE, question.epsilon);
  const state = STATES[result.verdict];
  const threshold = question.epsilon!;
  if (state === 'proved') return { state, text: rich`No output moves by more than ${{ strong: String(threshold) }}.`, detail: [`Proved for ${everywhere(question)}.`] };
  if (state === 'refuted') return { state, text: rich`Outputs can move by more than ${{ strong: String(threshold) }}.`, detail: [`A move of at least ${least} is attained.`] };
  return { state, text: rich`Whether outputs can move by more than ${{ strong: String(threshold) }} is not decided.`, detail: [`At least ${least} is attained, ${result.bound!.upper === Infinity ? 'and no upper bound was proved' : `at most ${most} is possible`}; ${STATUS[result.status]}.`] };
}

function sigmaClaim({ question }: ReportResults, result: VerifyResult): Verdict {
  const state = STATES[result.verdict];
  const threshold = { strong: String(question.sigma!) };
  const one = question.at !== undefined;
  if (state === 'proved') return { state, text: one ? rich`The input keeps its label, or its margin is below ${threshold}.` : rich`Every input with a margin of ${threshold} or more keeps its label.` };
  if (state === 'refuted') {
    const { least } = ends(result.bound!, SENTENCE, question.sigma);
    return one ? { state, text: rich`The input has a margin of ${threshold} or more and can change its label.`, detail: [`Its margin is at least ${least}.`] }
      : { state, text: rich`Some input with a margin of ${threshold} or more can change its label.`, detail: [`One with a margin of at least ${least} does.`] };
  }
  return { state, text: one ? rich`Whether the input, should its margin be ${threshold} or more, keeps its label is not decided.` : rich`Whether every input with a margin of ${threshold} or more keeps its label is not decided.`, detail: leftWords(result) };
}

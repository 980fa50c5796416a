/** What stands at the head of an export: what is asked, of what, and what each answer means. */
import { basename } from 'node:path';
import { shapeText } from '../network/layout.js';
import { version } from '../version.js';
import type { Asked, Question } from './question.js';
import { comment } from './smtlib.js';

export function headOf(question: Question, asked: Asked, prefix: string): string[] {
  const { query: { model, box, region, units, rule }, target } = question;
  const named = (label: string, text: string): string => `${prefix} ${label.padEnd(9)}${comment(text)}`;
  const network = (of: typeof model): string => `${basename(of.source)}, ${shapeText(of.layers)} (${of.layers.map(({ activation }) => activation).join(', ')}), sha256 ${of.hash}`;
  const inputs = Array.from({ length: model.inputCount }, (_, j) => {
    const [lo, hi] = region.domain.subarray(2 * j, 2 * j + 2);
    return `x${j + 1}${model.inputNames[j] === null ? '' : ` (${model.inputNames[j]})`} ${lo === hi ? `= ${lo}` : `in [${lo}, ${hi}]`}`;
  });
  const labels = question.own.property === 'epsilon' ? [] : [model.outputCount === 1 ? `1 if f > ${rule.level}, else 0` : `the index of the ${rule.decision === 'max' ? 'largest' : 'smallest'} output, the lowest on a tie`];
  return [
    `${prefix} written by parabound ${version} for ${READERS[target]}`,
    named('asked', `${asked.words}${question.query.region.local ? ', at the one x' : ', for x in the domain'} and p in the box${asked.objective === null ? '?' : ''}`),
    ...labels.map((text) => named('label', text)),
    ...answers(question, asked).map((text, i) => named(i === 0 ? 'answers' : '', text)),
    named('network', network(model)),
    ...(box.of === model ? [] : [named('copy', network(box.of))]),
    ...inputs.map((text, i) => named(i === 0 ? 'inputs' : '', text)),
    ...(units === null ? [] : [named('units', units === 'physical' ? 'x is in physical units: the clamp and the scale of the network are part of the problem' : 'x is what the first layer reads, after the clamp and the scale of the network')]),
    named('unknowns', unknowns(question)),
    named('numbers', target === 'ibex' ? 'doubles; the ends of intervals are moved outward to one, other numbers stand between two' : 'exact: none is rounded'),
  ];
}

const READERS: Record<Question['target'], string> = {
  dreal: 'dReal 4 (SMT-LIB 2, with its min, max, abs and exp)',
  rational: 'Z3, cvc5 and others (SMT-LIB 2, exact rationals)',
  cvc5: 'cvc5 (SMT-LIB 2, exact rationals and its exp)',
  ibex: 'ibexopt (Minibex)',
};

function answers({ exactness, target, own }: Question, { objective }: Asked): string[] {
  const model = target === 'dreal' ? [] : ['models: z3 -model FILE, cvc5 --dump-models FILE'];
  if (objective !== null) {
    const of = `the optimum is of ${objective.about}`;
    if (target === 'ibex') return [`${of}; ibexopt minimises, so it is of the objective's negative where that has a minus`, 'the bound that it proves is one on the question: constraints are closed and ends moved outward, never inward'];
    if (target === 'dreal') return [`${of}; what dReal returns is near it, to its precision, on either side: it proves no bound (see (check-sat) beside a threshold for that)`, ...infeasible(own.property)];
    return [of, 'maximize and minimize are an extension that Z3 has', ...(exactness.relaxed ? [relaxed(exactness.conclusive)] : []), ...infeasible(own.property), ...model];
  }
  const unsat = 'unsat: no, the property holds';
  if (target === 'dreal') return [unsat, 'delta-sat: perhaps; some point nearly violates it, and need not do so: evaluate it exactly (parabound eval)'];
  if (!exactness.relaxed) return ['the encoding is exact', unsat, 'sat: yes, the property is violated', ...model];
  return [relaxed(exactness.conclusive), ...(exactness.conclusive === 'unsat' ? [unsat, 'sat: perhaps'] : ['unsat: perhaps not', 'sat: yes, the property is violated']), ...model];
}

function relaxed(conclusive: 'unsat' | 'sat'): string {
  return `the encoding is relaxed: a threshold that is no rational is enclosed with 256 bits and moved to the ${conclusive === 'unsat' ? 'outer end, so that unsat holds of the question' : 'inner end, so that sat holds of the question'}`;
}

function infeasible(property: Question['own']['property']): string[] {
  return property === 'epsilon' ? [] : ['unsat: no label of this class changes, sigma is 0'];
}

function unknowns({ variables, form, abilities }: Question): string {
  if (form === 'deviation' || form === 'hyperbolic') return 'w and b are changes of the parameters: w1_0_2 of the weight of layer 1 from 2 to 0, b1_0 of the bias';
  if (variables.some(({ name }) => /^[rt]\d/.test(name))) {
    return `one a neuron, for all the weights and the bias that lead into it, which is exact: ${abilities.products ? 't R with t in [-1, 1] and R the most that they can add' : 'r with |r| <= the most that they can add'}`;
  }
  return `w1_0_2 is the weight of layer 1 from 2 to 0, b1_0 the bias; what cannot move is a number`;
}

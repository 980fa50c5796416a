/** An input whose label some parameters change, with a margin of sigma or more, or with the largest margin (Eq. 13). */
import { ParaboundError } from '../errors.js';
import { Dyadic } from '../exact/dyadic.js';
import { define } from './network.js';
import { noForm, type Asked, type Question } from './question.js';
import { all, any, apply, compare, FALSE, minus, number, TRUE, type Formula, type Relation, type Term } from './term.js';
import { above, beside, crossing, shifted, type Edge, type Threshold } from './threshold.js';

export function askMargin(question: Question): Asked {
  const { own, query, form } = question;
  const { model, measure } = query;
  if (form !== 'plain' && form !== 'logit') throw noForm(question, `--property ${own.property}`, '--form plain or logit');
  if (own.class !== undefined && own.class >= model.classCount) {
    throw new ParaboundError('OPTION_INVALID', String(own.class), '--class', `classes of ${model.source}, 0 to ${model.classCount - 1}`);
  }
  const classes = own.class === undefined ? Array.from({ length: model.classCount }, (_, c) => c) : [own.class];
  const named = own.class === undefined ? '' : ` of class ${own.class}`;
  if (own.property === 'label') {
    return { assertions: conjuncts(any(classes.map((c) => all(flip(question, c))))), objective: null, words: `is there an x${named} and a p with another label for f_p(x) than for f_p0(x)` };
  }
  const margin = model.outputCount > 1 ? `top minus second of ${measure === 'logit' ? 'z' : 'f'}_p0(x)` : measure === 'logit' ? '|z_p0(x) - logit(level)|' : '|f_p0(x) - level|';
  if (own.sigma !== undefined) {
    const sigma = Dyadic.fromDouble(own.sigma);
    const violation = any(classes.map((c) => all([...flip(question, c), marginAtLeast(question, c, sigma)])));
    return { assertions: conjuncts(violation), objective: null, words: `is there an x${named} with ${margin} >= ${own.sigma} and a p with another label for f_p(x)` };
  }
  if (own.class === undefined) throw new ParaboundError('OPTION_REQUIRED', '--class is missing', '--property sigma without --sigma', '--class C, the nominal class: sigma is one a class');
  return {
    assertions: conjuncts(all(flip(question, own.class))),
    objective: { sense: 'maximize', ...largestMargin(question, own.class) },
    words: `the largest ${margin} of an x${named} for which some p gives f_p(x) another label`,
  };
}

/** Apart, as a solver's preprocessing likes them. */
function conjuncts(formula: Formula): Formula[] {
  return formula.op === 'and' && formula.of.length > 0 ? [...formula.of] : [formula];
}

/** The label of f_p0 is c, and that of f_p is not. */
function flip(question: Question, c: number): Formula[] {
  const { sides, query } = question;
  if (query.model.outputCount === 1) return [labelled(question, sides.before, c), labelled(question, sides.after, 1 - c)];
  const others = otherThan(query.model.outputCount, c);
  return [all(others.map((j) => beats(question, sides.before, c, j))), any(others.map((j) => beats(question, sides.after, j, c)))];
}

/** One output: label 1 is f > level. */
function labelled(question: Question, of: readonly Term[], label: number): Formula {
  return onLevel(question, of, label === 1 ? '>' : '<=', Dyadic.fromDouble(question.query.rule.level));
}

/** f beside v: as it is, or carried back to the logit. */
function onLevel(question: Question, of: readonly Term[], relation: Exclude<Relation, '='>, v: Dyadic): Formula {
  const { sides, form, query: { model }, exactness } = question;
  if (form === 'plain' || model.outputActivation === 'relu') return compare(sides.output(of, 0), relation, number(v));
  return beside(of[0], relation, levelOf(question, v), exactness);
}

function levelOf({ query, abilities }: Question, v: Dyadic): Threshold | Edge {
  return crossing(query.model.outputActivation, v, abilities.log);
}

/** k outputs: a before b, the lower index winning a tie. Activations increase, so logits decide; relu alone makes ties of its own. */
function beats(question: Question, of: readonly Term[], a: number, b: number): Formula {
  const { query: { model, rule }, sides } = question;
  const value = (i: number): Term => (model.outputActivation === 'relu' ? sides.output(of, i) : of[i]);
  const [first, second] = rule.decision === 'max' ? [a, b] : [b, a];
  return compare(value(first), a < b ? '>=' : '>', value(second));
}

function marginAtLeast(question: Question, c: number, sigma: Dyadic): Formula {
  if (sigma.sign === 0) return TRUE;
  const { query: { model, measure, rule }, sides, exactness } = question;
  if (model.outputCount > 1) return all(otherThan(model.outputCount, c).map((j) => compare(lead(question, c, j), '>=', number(sigma))));
  const level = Dyadic.fromDouble(rule.level);
  const [relation, by] = c === 1 ? ['>=' as const, sigma] : ['<=' as const, sigma.negate()];
  if (measure === 'confidence') return onLevel(question, sides.before, relation, level.plus(by));
  const at = levelOf(question, level);
  return at === 'below' || at === 'above' ? FALSE : beside(sides.before[0], relation, shifted(at, by), exactness);
}

function largestMargin(question: Question, c: number): { term: Term; about: string } {
  const { query: { model, measure, rule }, sides, form } = question;
  if (model.outputCount > 1) {
    const leads = otherThan(model.outputCount, c).map((j) => define(question.definitions, `m${j}`, lead(question, c, j)));
    return { term: leads.reduce((least, term, i) => define(question.definitions, `s${i}`, apply('min', least, term))), about: 'sigma' };
  }
  const from = (term: Term): Term => (c === 1 ? term : apply('negate', term));
  const level = Dyadic.fromDouble(rule.level);
  if (measure === 'confidence' && (form === 'plain' || model.outputActivation === 'relu' || model.outputActivation === 'linear')) {
    return { term: from(minus(sides.output(sides.before, 0), number(level))), about: 'sigma' };
  }
  const at = levelOf(question, level);
  if (at === 'below' || at === 'above') return { term: from(sides.before[0]), about: 'z of f_p0' };
  if (measure === 'logit') {
    const margin = above(sides.before[0], at);
    if (margin !== null) return { term: from(margin), about: 'sigma' };
  }
  return { term: from(sides.before[0]), about: `${c === 1 ? '' : 'minus '}z of f_p0; sigma is ${measure === 'logit' ? '|z - logit(level)|' : '|f - level|'} there` };
}

/** By how much f_p0 (or its logit) puts c before j. */
function lead({ query: { measure, rule }, sides }: Question, c: number, j: number): Term {
  const value = (i: number): Term => (measure === 'logit' ? sides.before[i] : sides.output(sides.before, i));
  return rule.decision === 'max' ? minus(value(c), value(j)) : minus(value(j), value(c));
}

function otherThan(count: number, c: number): number[] {
  return Array.from({ length: count }, (_, j) => j).filter((j) => j !== c);
}

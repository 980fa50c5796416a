/** |f_p0(x) - f_p(x)| > epsilon, or the largest such difference, in each of the forms. */
import { sigmoidBound } from '../exact/activations.js';
import { Dyadic } from '../exact/dyadic.js';
import { trace } from '../exact/evaluate.js';
import { add, increasing, point, type Enclosure } from '../exact/real.js';
import { define } from './network.js';
import { noForm, type Asked, type Question } from './question.js';
import { all, any, apply, compare, minus, name, number, sum, times, type Formula, type Term } from './term.js';
import { beside, crossingOf, THRESHOLD_BITS } from './threshold.js';

export function askEpsilon(question: Question): Asked {
  const { own, query, form, direction } = question;
  const measured = query.measure === 'logit' ? 'z' : 'f';
  const sides = { both: `|${measured}_p0(x) - ${measured}_p(x)|`, up: `${measured}_p(x) - ${measured}_p0(x)`, down: `${measured}_p0(x) - ${measured}_p(x)` };
  const counted = query.outputs.length < query.model.outputCount ? `, outputs ${query.outputs.join(', ')}` : '';
  const quantity = `${sides[direction]}${query.model.outputCount > 1 ? ' over the outputs' : ''}${counted}`;
  if (query.outputs.length > 1 && (form === 'logit' || form === 'product' || form === 'hyperbolic')) throw noForm(question, `${query.outputs.length} outputs`, 'one output, --outputs I');
  if (own.epsilon === undefined) return { ...largest(question), words: `the largest ${quantity}` };
  const epsilon = Dyadic.fromDouble(own.epsilon);
  const violation = any(query.outputs.map((o) => exceeds(question, o, epsilon)));
  return { assertions: [violation], objective: null, words: `is there an x and a p with ${quantity} > ${own.epsilon}` };
}

/** f_p - f_p0 at output o, or (down) f_p0 - f_p; under a name, for some readers need it more than once. */
function change(question: Question, o: number, direction: 'up' | 'down'): Term {
  const { sides, query, form, definitions } = question;
  const as = `${direction === 'up' ? 'd' : 'e'}${o}`;
  if (definitions.some((each) => each.name === as)) return name(as);
  const [of, from] = direction === 'up' ? [sides.after, sides.before] : [sides.before, sides.after];
  if (query.measure === 'confidence') return define(definitions, as, minus(sides.output(of, o), sides.output(from, o)));
  if (form !== 'deviation') return define(definitions, as, minus(of[o], from[o]));
  return direction === 'up' ? sides.changes[o] : apply('negate', sides.changes[o]);
}

function exceeds(question: Question, o: number, epsilon: Dyadic): Formula {
  const { form, direction, query } = question;
  if (form === 'logit' && query.measure === 'confidence') return exceedsOnLogit(question, o, epsilon);
  if (form === 'product') return exceedsByProduct(question, o, epsilon);
  if (form === 'hyperbolic') return exceedsHyperbolic(question, o, epsilon);
  if (form === 'equation') throw noForm(question, '--epsilon', 'no --epsilon: the form has a variable for it');
  const bound = number(epsilon);
  if ((form === 'absolute' || form === 'deviation') && direction === 'both') return compare(apply('abs', change(question, o, 'down')), '>', bound);
  const up = compare(change(question, o, 'up'), '>', bound);
  const down = compare(change(question, o, 'down'), '>', bound);
  return direction === 'up' ? up : direction === 'down' ? down : any([up, down]);
}

/** f0 + epsilon < f is (f0 + epsilon)(1 + exp(-z)) < 1: no quotient of what is searched for. */
function exceedsByProduct(question: Question, o: number, epsilon: Dyadic): Formula {
  const { sides, direction } = question;
  onlySigmoid(question);
  const f0 = sides.output(sides.before, o);
  const rest = sum([number(1), apply('exp', apply('negate', sides.after[o]))]);
  const up = compare(times(sum([f0, number(epsilon)]), rest), '<', number(1));
  const down = compare(times(minus(f0, number(epsilon)), rest), '>', number(1));
  return direction === 'up' ? up : direction === 'down' ? down : any([up, down]);
}

/** sigmoid(a) - sigmoid(b) = sinh((a - b) / 2) / (2 cosh(a / 2) cosh(b / 2)). */
function exceedsHyperbolic(question: Question, o: number, epsilon: Dyadic): Formula {
  const { numerator, denominator } = hyperbolic(question, o);
  return compare(numerator, '>', times(number(epsilon.scaled(1)), denominator));
}

function hyperbolic(question: Question, o: number): { numerator: Term; denominator: Term } {
  const { sides, direction } = question;
  onlySigmoid(question);
  if (direction !== 'both') throw noForm(question, `--direction ${direction}`, '--direction both');
  const half = (term: Term): Term => apply('/', term, number(2));
  return {
    numerator: apply('sinh', half(apply('abs', sides.changes[o]))),
    denominator: times(apply('cosh', half(sides.before[o])), apply('cosh', half(sides.after[o]))),
  };
}

/**
 * z against log((f0 + epsilon) / (1 - (f0 + epsilon))). Over a domain the logarithm is partial, and is only asserted beside what
 * makes it defined, never in an alternative: one direction a file. At one input f0 is a number.
 */
function exceedsOnLogit(question: Question, o: number, epsilon: Dyadic): Formula {
  const { direction, query, abilities, sides, exactness } = question;
  onlySigmoid(question);
  const local = localConfidence(question, o);
  if (local !== null && !abilities.log) {
    const z = sides.after[o];
    const up = beside(z, '>', crossingOf(add(local, point(epsilon))), exactness);
    const down = beside(z, '<', crossingOf(add(local, point(epsilon.negate()))), exactness);
    return direction === 'up' ? up : direction === 'down' ? down : any([up, down]);
  }
  if (!abilities.log) throw noForm(question, `--target ${question.target}`, 'one input with --at, or --form plain');
  if (direction === 'both') throw noForm(question, '--direction both', `--direction up or down, as logarithms are partial (${query.region.local ? 'or --target rational' : 'a file each'})`);
  const f0 = sides.output(sides.before, o);
  const e = number(epsilon);
  if (direction === 'up') {
    const top = sum([f0, e]);
    return all([compare(top, '<', number(1)), compare(sides.after[o], '>', apply('log', apply('/', top, minus(number(1), top))))]);
  }
  const low = minus(f0, e);
  return all([compare(low, '>', number(0)), compare(sides.after[o], '<', apply('log', apply('/', low, minus(sum([number(1), e]), f0))))]);
}

/** f_p0 at the one input, enclosed; null over a domain, and where it is not known well enough to be of use. */
function localConfidence({ query }: Question, o: number): Enclosure | null {
  if (!query.region.local) return null;
  const { model, region } = query;
  const x = region.domain.filter((_, i) => i % 2 === 0);
  const { logits } = trace(model.spec, model.parameters, x, THRESHOLD_BITS);
  return increasing(logits[o], (z, direction) => sigmoidBound(z, THRESHOLD_BITS, direction));
}

function largest(question: Question): Pick<Asked, 'assertions' | 'objective'> {
  const { form, direction, query, sides, variables } = question;
  const maximum = (term: Term, about: string): Pick<Asked, 'assertions' | 'objective'> => ({ assertions: [], objective: { sense: 'maximize', term, about } });
  switch (form) {
    case 'product':
      throw noForm(question, 'no --epsilon', '--epsilon E: the form compares');
    case 'logit': {
      if (query.measure === 'logit') break;
      onlySigmoid(question);
      if (!query.region.local) throw noForm(question, 'no --at', 'one input with --at: over a domain the largest z is not where the largest difference is');
      if (direction === 'both') throw noForm(question, '--direction both', '--direction up or down: the larger of the two is epsilon');
      const sense = direction === 'up' ? 'maximize' : 'minimize';
      return { assertions: [], objective: { sense, term: sides.after[query.outputs[0]], about: `z of f_p; epsilon is |sigmoid(z) - f_p0(x)| there` } };
    }
    case 'hyperbolic': {
      const { numerator, denominator } = hyperbolic(question, query.outputs[0]);
      return maximum(apply('/', numerator, times(number(2), denominator)), 'epsilon');
    }
    case 'equation': {
      variables.push({ name: 'eps', bounds: { lo: Dyadic.ZERO, hi: unit(question) }, about: 'the difference' });
      return { assertions: [compare(name('eps'), '=', difference(question))], objective: { sense: 'minimize', term: apply('negate', name('eps')), about: 'minus epsilon' } };
    }
    case 'plain': case 'absolute': case 'deviation': break;
  }
  return maximum(difference(question), 'epsilon');
}

/** The largest over the outputs that count, in the direction asked for. */
function difference(question: Question): Term {
  const { query, direction, definitions } = question;
  const each = query.outputs.map((o) => {
    return direction === 'both' ? apply('abs', change(question, o, 'down')) : change(question, o, direction);
  });
  return each.reduce((largestYet, term, i) => define(definitions, `m${i}`, apply('max', largestYet, term)));
}

/** What no difference exceeds: the variable of the equation form has to have bounds. */
function unit(question: Question): Dyadic {
  const { outputActivation } = question.query.model;
  if (question.query.measure === 'confidence' && (outputActivation === 'sigmoid' || outputActivation === 'softmax')) return Dyadic.ONE;
  throw noForm(question, `${question.query.measure}s of a ${outputActivation} output`, 'differences of at most 1: sigmoid or softmax confidences');
}

function onlySigmoid(question: Question): void {
  const { query: { measure, model } } = question;
  if (measure === 'logit' || model.outputActivation !== 'sigmoid') {
    throw noForm(question, measure === 'logit' ? '--output logit' : `a ${model.outputActivation} output`, 'confidences of a sigmoid output');
  }
}

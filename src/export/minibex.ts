/**
 * Minibex text for ibexopt, which minimises under closed inequalities. Alternatives become the larger of two slacks, and strict
 * inequalities closed ones: the constraints get no fewer solutions, so a bound that holds of this problem holds of the question.
 */
import { ParaboundError } from '../errors.js';
import { Dyadic } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';
import { inlined, sizeOf, type Problem } from './problem.js';
import { doubles } from './numeral.js';
import { apply, isJunction, minus, number, type Formula, type Term } from './term.js';

/** Each term is written out where it is used: a layer multiplies the text by its width. */
const LARGEST = 1_000_000;

export function minibex({ variables, definitions, assertions, objective }: Problem): string[] {
  const write = inlined(definitions);
  // A parser of decimals rounds them, so every numeral is that of a double; the ends of intervals are moved outward to one.
  const lines = ['variables', ...variables.map(({ name, bounds }) => `  ${name} in [${toDouble(bounds!.lo, 'down')},${toDouble(bounds!.hi, 'up')}];`)];
  const goal = write(objective!.term);
  const slacks = assertions.map((formula) => write(slack(formula)));
  const size = [goal, ...slacks].reduce((total, term) => total + sizeOf(term), 0);
  if (size > LARGEST) throw new ParaboundError('OPTION_INVALID', `${size.toPrecision(2)} operations when written out`, 'export minibex', `at most ${LARGEST}: a network of fewer layers, or export smt2, which has definitions`);
  lines.push('minimize', `  ${text(objective!.sense === 'minimize' ? goal : apply('negate', goal))};`);
  if (assertions.length > 0) {
    lines.push('constraints', ...slacks.map((term) => `  ${text(term)} >= 0;`));
    lines.push('end');
  }
  return lines;
}

/** At least 0 wherever the formula holds. */
function slack(formula: Formula): Term {
  if (isJunction(formula)) {
    if (formula.of.length === 0) return number(formula.op === 'and' ? Dyadic.ONE : Dyadic.ONE.negate());
    return formula.of.map(slack).reduce((one, other) => apply(formula.op === 'and' ? 'min' : 'max', one, other));
  }
  const [a, b] = formula.of;
  if (formula.op === '=') return apply('negate', apply('abs', minus(a, b)));
  return formula.op === '>' || formula.op === '>=' ? minus(a, b) : minus(b, a);
}

function text(term: Term): string {
  if (term.op === 'number') {
    const numeral = doubles(term.value);
    return numeral.startsWith('-') ? `(${numeral})` : numeral;
  }
  if (term.op === 'name') return term.name;
  const parts = term.of.map(text);
  switch (term.op) {
    case '+': case '-': case '*': case '/':
      return `(${parts.join(term.op)})`;
    case 'negate': return `(-${parts[0]})`;
    case 'relu': return `max(0,${parts[0]})`;
    case 'log': return `ln(${parts[0]})`;
    default: return `${term.op}(${parts.join(',')})`;
  }
}

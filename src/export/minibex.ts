/**
 * Minibex text for ibexopt, which minimises under closed inequalities. Alternatives become the larger of two slacks, and strict
 * inequalities closed ones: the constraints get no fewer solutions, so a bound that holds of this problem holds of the question.
 */
import { Dyadic } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';
import { inlined, type Problem } from './problem.js';
import { doubles } from './numeral.js';
import { apply, isJunction, minus, number, type Formula, type Term } from './term.js';

export function minibex({ variables, definitions, assertions, objective }: Problem): string[] {
  const write = inlined(definitions);
  // A parser of decimals rounds them, so every numeral is that of a double; the ends of intervals are moved outward to one.
  const lines = ['variables', ...variables.map(({ name, bounds }) => `  ${name} in [${toDouble(bounds!.lo, 'down')},${toDouble(bounds!.hi, 'up')}];`)];
  const goal = write(objective!.term);
  lines.push('minimize', `  ${text(objective!.sense === 'minimize' ? goal : apply('negate', goal))};`);
  if (assertions.length > 0) {
    lines.push('constraints', ...assertions.map((formula) => `  ${text(write(slack(formula)))} >= 0;`));
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

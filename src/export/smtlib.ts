/** SMT-LIB 2 text. dReal is given decimals and its own min, max and abs; others fractions and `ite`, which is all that the standard has. */
import { ParaboundError } from '../errors.js';
import { inlined, sizeOf, type Problem } from './problem.js';
import { decimal, fraction } from './numeral.js';
import type { Target } from './words.js';
import { isJunction, type Formula, type Term } from './term.js';

/** Beyond this a term is not written out where it is used, but defined once: dReal takes both, and reads them as the same. */
const LONGEST_INLINE = 5000;

interface Style {
  readonly decimals: boolean;
  readonly relu: 'max' | 'ite';
}

export interface SmtlibOptions {
  readonly target: Exclude<Target, 'ibex'>;
  readonly logic: string;
  readonly relu: 'max' | 'ite';
}

export function smtlib(problem: Problem, { target, logic, relu }: SmtlibOptions): string[] {
  const style: Style = { decimals: target === 'dreal', relu };
  const { variables, definitions, assertions, objective } = problem;
  const lines = [`(set-logic ${logic})`];
  const numeral = style.decimals ? decimal : fraction;
  for (const { name, bounds, about } of variables) {
    lines.push(`(declare-fun ${name} () Real)${about === undefined ? '' : ` ; ${comment(about)}`}`);
    if (bounds === null) continue;
    lines.push(`(assert (<= ${numeral(bounds.lo)} ${name}))`, `(assert (<= ${name} ${numeral(bounds.hi)}))`);
  }
  const write = inlined(definitions);
  const formulas = assertions.map((formula) => within(formula, write));
  const goal = objective === null ? null : write(objective.term);
  const size = [...formulas.flatMap(termsOf), ...(goal === null ? [] : [goal])].reduce((total, term) => total + sizeOf(term), 0);
  const inline = style.decimals && size <= LONGEST_INLINE;
  if (!inline) for (const { name, term } of definitions) lines.push(`(define-fun ${name} () Real ${termText(term, style)})`);
  for (const formula of inline ? formulas : assertions) lines.push(`(assert ${formulaText(formula, style)})`);
  if (objective !== null) {
    const text = termText(inline ? goal! : objective.term, style);
    // Z3 prints an optimum beside its term: a name, then.
    if (style.decimals) lines.push(`(${objective.sense} ${text})`);
    else lines.push('(declare-fun optimum () Real)', `(assert (= optimum ${text}))`, `(${objective.sense} optimum)`);
  }
  lines.push('(check-sat)');
  if (target === 'dreal') lines.push('(get-model)'); // others fail at it after unsat, and print models when told to on the command line
  else if (objective !== null) lines.push('(get-objectives)');
  lines.push('(exit)');
  return lines;
}

/** One line, and none of what a lexer may not know. */
export function comment(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '?');
}

function termText(term: Term, style: Style): string {
  const text = (of: Term): string => termText(of, style);
  if (term.op === 'number') return style.decimals ? decimal(term.value) : fraction(term.value);
  if (term.op === 'name') return term.name;
  const parts = term.of.map(text);
  const zero = style.decimals ? '0' : '0.0';
  switch (term.op) {
    case 'negate':
      return `(- ${parts[0]})`;
    case 'relu':
      return style.relu === 'max' ? `(max ${zero} ${parts[0]})` : `(ite (>= ${parts[0]} ${zero}) ${parts[0]} ${zero})`;
    case 'abs':
      return style.decimals ? `(abs ${parts[0]})` : `(ite (>= ${parts[0]} ${zero}) ${parts[0]} (- ${parts[0]}))`;
    case 'max':
    case 'min':
      return style.decimals ? `(${term.op} ${parts.join(' ')})` : `(ite (${term.op === 'max' ? '>=' : '<='} ${parts[0]} ${parts[1]}) ${parts[0]} ${parts[1]})`;
    default:
      return `(${term.op} ${parts.join(' ')})`;
  }
}

function formulaText(formula: Formula, style: Style): string {
  if (!isJunction(formula)) return `(${formula.op} ${formula.of.map((term) => termText(term, style)).join(' ')})`;
  if (formula.of.length === 0) return formula.op === 'and' ? 'true' : 'false';
  return `(${formula.op} ${formula.of.map((each) => formulaText(each, style)).join(' ')})`;
}

function within(formula: Formula, write: (term: Term) => Term): Formula {
  if (isJunction(formula)) return { op: formula.op, of: formula.of.map((each) => within(each, write)) };
  return { op: formula.op, of: [write(formula.of[0]), write(formula.of[1])] };
}

function termsOf(formula: Formula): readonly Term[] {
  return isJunction(formula) ? formula.of.flatMap(termsOf) : formula.of;
}

/** The logic that names what the problem uses, or an error that says why the reader has none. */
export function logicOf(degree: 'constant' | 'linear' | 'polynomial' | 'transcendental', target: Target, optimises: boolean): string {
  if (target === 'dreal' || target === 'ibex') return 'QF_NRA';
  if (degree === 'transcendental') {
    if (target === 'cvc5') return 'QF_NRAT';
    throw new ParaboundError('OPTION_INVALID', 'the question needs exp', '--target rational',
      'labels, sigma on one output, one input, --output logit, and linear or relu hidden layers; else --target dreal or cvc5');
  }
  if (optimises && target === 'cvc5') {
    throw new ParaboundError('OPTION_INVALID', 'an optimum', '--target cvc5', 'a threshold to compare with, --epsilon or --sigma: cvc5 does not optimise');
  }
  if (optimises && degree === 'polynomial') {
    throw new ParaboundError('OPTION_INVALID', 'an optimum of a product of unknowns', '--target rational', '--encoding neurons, or a threshold to compare with, --epsilon or --sigma');
  }
  return degree === 'polynomial' ? 'QF_NRA' : 'QF_LRA';
}

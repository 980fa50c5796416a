/** A question as variables, definitions and assertions: what the writers of SMT-LIB and Minibex print. */
import type { Dyadic } from '../exact/dyadic.js';
import { FUNCTIONS, isJunction, type Formula, type Term } from './term.js';

/** A real number in a closed interval, or (no bounds) any real number that the assertions allow. */
export interface Variable {
  readonly name: string;
  readonly bounds: { readonly lo: Dyadic; readonly hi: Dyadic } | null;
  /** What it stands for. */
  readonly about?: string;
}

export interface Definition {
  readonly name: string;
  readonly term: Term;
}

export interface Problem {
  readonly variables: readonly Variable[];
  /** Each uses only those before it. */
  readonly definitions: readonly Definition[];
  readonly assertions: readonly Formula[];
  readonly objective: { readonly sense: 'maximize' | 'minimize'; readonly term: Term } | null;
}

/** Of a term or a formula as a function of the variables: what decides the logic. */
export type Degree = 'constant' | 'linear' | 'polynomial' | 'transcendental';

const DEGREES: readonly Degree[] = ['constant', 'linear', 'polynomial', 'transcendental'];

/** Of all that is asserted and optimised. Piecewise linear counts as linear: that is what QF_LRA decides with `ite`. */
export function degreeOf({ definitions, assertions, objective }: Problem): Degree {
  const known = new Map<string, Degree>();
  const worst = (degrees: readonly Degree[]): Degree => DEGREES[Math.max(0, ...degrees.map((degree) => DEGREES.indexOf(degree)))];
  const ofTerm = (term: Term): Degree => {
    if (term.op === 'number') return 'constant';
    if (term.op === 'name') return known.get(term.name) ?? 'linear';
    const parts = term.of.map(ofTerm);
    const degree = worst(parts);
    if (FUNCTIONS.includes(term.op)) return 'transcendental'; // of a number too: its value is no rational
    if (degree !== 'linear') return degree;
    if (term.op === '*') return parts.filter((part) => part !== 'constant').length > 1 ? 'polynomial' : 'linear';
    return term.op === '/' && parts[1] !== 'constant' ? 'polynomial' : 'linear';
  };
  const ofFormula = (formula: Formula): Degree => worst(isJunction(formula) ? formula.of.map(ofFormula) : formula.of.map(ofTerm));
  for (const { name, term } of definitions) known.set(name, ofTerm(term));
  return worst([...assertions.map(ofFormula), ...(objective === null ? [] : [ofTerm(objective.term)])]);
}

/** The term with every definition written out. Its text may be exponentially longer; its nodes are shared. */
export function inlined(definitions: readonly Definition[]): (term: Term) => Term {
  const known = new Map<string, Term>();
  const write = (term: Term): Term => {
    if (term.op === 'number') return term;
    if (term.op === 'name') return known.get(term.name) ?? term;
    return { op: term.op, of: term.of.map(write) };
  };
  for (const { name, term } of definitions) known.set(name, write(term));
  return write;
}

/** How many numbers, names and operators it is written with. */
export function sizeOf(term: Term, known = new Map<Term, number>()): number {
  if (term.op === 'number' || term.op === 'name') return 1;
  let size = known.get(term);
  if (size === undefined) known.set(term, (size = 1 + term.of.reduce((total, each) => total + sizeOf(each, known), 0)));
  return size;
}

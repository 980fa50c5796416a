/**
 * Terms and formulas over the reals, as every target of an export can be given them. Nothing here is rounded: numbers are
 * dyadic, and a name stands for a variable or for a definition (problem.ts).
 */
import { Dyadic } from '../exact/dyadic.js';

export type Function = 'exp' | 'log' | 'tanh' | 'sinh' | 'cosh';
export type Operator = '+' | '-' | 'negate' | '*' | '/' | 'abs' | 'max' | 'min' | 'relu' | Function;

export type Term =
  | { readonly op: 'number'; readonly value: Dyadic }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: Operator; readonly of: readonly Term[] };

export type Relation = '<' | '<=' | '>' | '>=' | '=';

/** `and` of nothing is true, `or` of nothing is false. */
export type Formula = Comparison | Junction;

export interface Comparison {
  readonly op: Relation;
  readonly of: readonly [Term, Term];
}

export interface Junction {
  readonly op: 'and' | 'or';
  readonly of: readonly Formula[];
}

export function isJunction(formula: Formula): formula is Junction {
  return formula.op === 'and' || formula.op === 'or';
}

export const TRUE: Formula = { op: 'and', of: [] };
export const FALSE: Formula = { op: 'or', of: [] };

export const FUNCTIONS: readonly string[] = ['exp', 'log', 'tanh', 'sinh', 'cosh'] satisfies readonly Function[];

export function number(value: number | Dyadic): Term {
  return { op: 'number', value: typeof value === 'number' ? Dyadic.fromDouble(value) : value };
}

export function name(of: string): Term {
  return { op: 'name', name: of };
}

export function apply(op: Operator, ...of: Term[]): Term {
  return { op, of };
}

export function sum(terms: readonly Term[]): Term {
  return terms.length === 0 ? number(0) : terms.length === 1 ? terms[0] : { op: '+', of: terms };
}

export function minus(a: Term, b: Term): Term {
  return apply('-', a, b);
}

export function times(a: Term, b: Term): Term {
  return apply('*', a, b);
}

export function compare(a: Term, op: Relation, b: Term): Formula {
  return { op, of: [a, b] };
}

export function all(of: readonly Formula[]): Formula {
  return junction('and', of);
}

export function any(of: readonly Formula[]): Formula {
  return junction('or', of);
}

export function isTrue(formula: Formula): boolean {
  return formula.op === 'and' && formula.of.length === 0;
}

export function isFalse(formula: Formula): boolean {
  return formula.op === 'or' && formula.of.length === 0;
}

/** Alone where it is alone; what is known to be true or false is left out, or decides. */
function junction(op: 'and' | 'or', of: readonly Formula[]): Formula {
  const [decides, idle] = op === 'and' ? [isFalse, isTrue] : [isTrue, isFalse];
  const decisive = of.find(decides);
  if (decisive !== undefined) return decisive;
  const rest = of.filter((each) => !idle(each));
  return rest.length === 1 ? rest[0] : { op, of: rest };
}

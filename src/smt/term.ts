/** Terms of SMT-LIB 2 over the reals, as text. Every number is an exact dyadic rational. */
import { Dyadic } from '../exact/dyadic.js';

export type Term = string;

export const TRUE: Term = 'true';
export const FALSE: Term = 'false';

/** `3.0`, `(- 3.0)`, `(/ 3.0 8.0)`: SMT-LIB has no negative numerals. */
export function number(value: Dyadic): Term {
  if (value.sign === 0) return '0.0';
  const { mantissa, exponent } = value.normalised();
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const text = exponent >= 0 ? `${magnitude << BigInt(exponent)}.0` : `(/ ${magnitude}.0 ${1n << BigInt(-exponent)}.0)`;
  return mantissa < 0n ? `(- ${text})` : text;
}

/** A term times a number; null is zero, in sums left out. */
export function times(factor: Dyadic, term: Term): Term | null {
  if (factor.sign === 0) return null;
  if (factor.equals(Dyadic.ONE)) return term;
  return `(* ${number(factor)} ${term})`;
}

export function sum(terms: readonly (Term | null)[]): Term {
  const present = terms.filter((term) => term !== null);
  return present.length === 0 ? '0.0' : present.length === 1 ? present[0] : `(+ ${present.join(' ')})`;
}

export function minus(a: Term, b: Term): Term {
  return `(- ${a} ${b})`;
}

export type Relation = '<' | '<=' | '>' | '>=' | '=';

export function compare(relation: Relation, a: Term, b: Term): Term {
  return `(${relation} ${a} ${b})`;
}

export function all(terms: readonly Term[]): Term {
  if (terms.includes(FALSE)) return FALSE;
  const rest = terms.filter((term) => term !== TRUE);
  return rest.length === 0 ? TRUE : rest.length === 1 ? rest[0] : `(and ${rest.join(' ')})`;
}

export function any(terms: readonly Term[]): Term {
  if (terms.includes(TRUE)) return TRUE;
  const rest = terms.filter((term) => term !== FALSE);
  return rest.length === 0 ? FALSE : rest.length === 1 ? rest[0] : `(or ${rest.join(' ')})`;
}

export function implies(a: Term, b: Term): Term {
  return a === TRUE ? b : b === TRUE ? TRUE : `(=> ${a} ${b})`;
}

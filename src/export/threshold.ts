/**
 * A level of an output, carried back to the logit: f > v is z > logit(v) for one sigmoid, z > artanh(v) for one tanh. Where that is no
 * rational number it is written as a logarithm for who takes one, else enclosed by two rationals with 256 bits; the end that is taken
 * makes either every sat or every unsat hold of the question itself.
 */
import { artanh, logit } from '../exact/activations.js';
import { Dyadic } from '../exact/dyadic.js';
import { point, type Enclosure } from '../exact/real.js';
import type { Activation } from '../network/model.js';
import { apply, compare, FALSE, minus, number, sum, times, TRUE, type Formula, type Relation, type Term } from './term.js';

export const THRESHOLD_BITS = 256;

export interface Threshold {
  readonly ends: Enclosure;
  /** Exactly the number, where the reader takes it. */
  readonly term: Term | null;
}

/** Below every z, above every z. */
export type Edge = 'below' | 'above';

/** What is known, and what was given up, about the encoding so far. */
export interface Exactness {
  readonly conclusive: 'unsat' | 'sat';
  relaxed: boolean;
}

export function exactly(value: Dyadic): Threshold {
  return { ends: point(value), term: number(value) };
}

/** Where act(z) crosses v. */
export function crossing(activation: Activation, v: Dyadic, logarithms: boolean): Threshold | Edge {
  if (activation !== 'sigmoid' && activation !== 'tanh') return exactly(v);
  const least = activation === 'sigmoid' ? Dyadic.ZERO : Dyadic.ONE.negate();
  if (v.compare(least) <= 0) return 'below';
  if (v.compare(Dyadic.ONE) >= 0) return 'above';
  if (v.equals(activation === 'sigmoid' ? Dyadic.HALF : Dyadic.ZERO)) return exactly(Dyadic.ZERO);
  return { ends: activation === 'sigmoid' ? logit(v, THRESHOLD_BITS) : artanh(v, THRESHOLD_BITS), term: logarithms ? logarithm(activation, v) : null };
}

/** The same for a v that is itself only enclosed, strictly between 0 and 1: logit increases. */
export function crossingOf(v: Enclosure): Threshold | Edge {
  if (v.hi.sign <= 0) return 'below';
  if (v.lo.compare(Dyadic.ONE) >= 0) return 'above';
  if (v.lo.sign <= 0 || v.hi.compare(Dyadic.ONE) >= 0) throw new RangeError('the enclosure holds an end of [0, 1]');
  return { ends: { lo: logit(v.lo, THRESHOLD_BITS).lo, hi: logit(v.hi, THRESHOLD_BITS).hi }, term: null };
}

/** threshold + value. */
export function shifted({ ends, term }: Threshold, value: Dyadic): Threshold {
  return { ends: { lo: ends.lo.plus(value), hi: ends.hi.plus(value) }, term: term === null ? null : term.op === 'number' ? number(term.value.plus(value)) : sum([term, number(value)]) };
}

/** z beside a threshold; `relaxed` is set where it is not exactly that. */
export function beside(z: Term, relation: Exclude<Relation, '='>, threshold: Threshold | Edge, exactness: Exactness): Formula {
  const over = relation === '>' || relation === '>=';
  if (threshold === 'below' || threshold === 'above') return over === (threshold === 'below') ? TRUE : FALSE;
  if (threshold.term !== null) return compare(z, relation, threshold.term);
  exactness.relaxed = true;
  const easier = over ? threshold.ends.lo : threshold.ends.hi;
  const harder = over ? threshold.ends.hi : threshold.ends.lo;
  return compare(z, relation, number(exactness.conclusive === 'unsat' ? easier : harder));
}

/** log(v / (1 - v)), or log((1 + v) / (1 - v)) / 2. */
function logarithm(activation: Activation, v: Dyadic): Term {
  const rest = Dyadic.ONE.minus(v);
  if (activation === 'sigmoid') return apply('log', apply('/', number(v), number(rest)));
  return times(number(Dyadic.HALF), apply('log', apply('/', number(Dyadic.ONE.plus(v)), number(rest))));
}

/** z minus the threshold, where it can be written. */
export function above(z: Term, { term }: Threshold): Term | null {
  return term === null ? null : term.op === 'number' && term.value.sign === 0 ? z : minus(z, term);
}

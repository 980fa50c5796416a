/** Inputs as variables in their domain, a single one as a number, and what a model makes of them before its first layer. */
import { Dyadic } from '../exact/dyadic.js';
import type { Model } from '../network/model.js';
import { define } from './network.js';
import type { Definition, Variable } from './problem.js';
import { apply, minus, name, number, type Term } from './term.js';
import type { Signal } from './unknowns.js';

/** `domain` is lo0, hi0, lo1, hi1, ... in the query's units. Names count from 1: x1, x2. */
export function inputSignals(model: Model, domain: Float64Array, definitions: Definition[]): { variables: Variable[]; signals: Signal[] } {
  const variables: Variable[] = [];
  const signals = Array.from({ length: model.inputCount }, (_, j): Signal => {
    const [lo, hi] = domain.subarray(2 * j, 2 * j + 2);
    const fixed = lo === hi;
    if (!fixed) {
      variables.push({ name: `x${j + 1}`, bounds: { lo: Dyadic.fromDouble(lo), hi: Dyadic.fromDouble(hi) }, about: model.inputNames[j] ?? undefined });
    }
    const x = fixed ? number(lo) : name(`x${j + 1}`);
    const fed = normalised(model, j, x, lo, hi);
    if (fed === x) return { term: x, sign: lo >= 0 ? 'nonnegative' : hi <= 0 ? 'nonpositive' : 'unknown' };
    return { term: define(definitions, `u${j + 1}`, fed), sign: 'unknown' };
  });
  return { variables, signals };
}

/** (clamp(x) - mean) / range, where the clamp does anything in the domain. */
function normalised({ normalisation }: Model, j: number, x: Term, lo: number, hi: number): Term {
  if (normalisation === null) return x;
  let term = x;
  if (normalisation.upper[j] < hi) term = apply('min', term, number(normalisation.upper[j]));
  if (normalisation.lower[j] > lo) term = apply('max', term, number(normalisation.lower[j]));
  if (normalisation.mean[j] !== 0) term = minus(term, number(normalisation.mean[j]));
  return normalisation.range[j] === 1 ? term : apply('/', term, number(normalisation.range[j]));
}

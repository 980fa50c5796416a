/**
 * The perturbed network's parameters as unknowns, in either of two ways; both are exact.
 *
 * parameters: one variable for each parameter, in its interval; a parameter that cannot move is a number.
 * neurons: with c the middle and rho the half width of each interval, neuron i computes
 *   z_i = sum_j c_ij h_j + c_b + r_i,   |r_i| <= R_i = sum_j rho_ij |h_j| + rho_b,
 * and every such r_i is reached: all weights into a neuron act through this one number, and a weight leads into one neuron only.
 * A reader that takes products as they come is given r_i = t_i R_i with t_i in [-1, 1]; others the two inequalities, which are
 * linear where h >= 0.
 */
import { Dyadic } from '../exact/dyadic.js';
import { boxEnds } from '../exact/membership.js';
import { layerRanges, type LayerRange } from '../network/layout.js';
import type { LayerShape, Model } from '../network/model.js';
import type { BoxSpec } from '../search/native.js';
import type { Variable } from './problem.js';
import { apply, compare, name, number, sum, times, type Formula, type Term } from './term.js';

/** A number that a layer reads, with what is known of its sign. */
export interface Signal {
  readonly term: Term;
  readonly sign: 'nonnegative' | 'nonpositive' | 'unknown';
}

export interface Unknowns {
  readonly variables: Variable[];
  readonly assertions: Formula[];
  /** The pre-activation of neuron `row` of layer `l`. */
  affine(l: number, row: number, h: readonly Signal[]): Term;
}

interface Ends {
  readonly lo: Dyadic;
  readonly hi: Dyadic;
}

/** The names that the flat parameters have: w0_2_1 is the weight of layer 0 from its input 1 to its output 2, b0_2 the bias. */
export function parameterName(l: number, row: number, column: number | null): string {
  return column === null ? `b${l}_${row}` : `w${l}_${row}_${column}`;
}

/** The network's own numbers. */
export function nominalUnknowns({ layers, parameters }: Model): Unknowns {
  const at = places(layers);
  return {
    variables: [], assertions: [],
    affine: (l, row, h) => sum([...h.map(({ term }, j) => times(number(parameters[at(l, row, j)]), term)), number(parameters[at(l, row, null)])]),
  };
}

/** One variable a parameter. `shifted` by the given numbers, they are the changes of the parameters. */
export function parameterUnknowns({ layers }: Model, box: BoxSpec, shifted?: Float64Array): Unknowns {
  const at = places(layers);
  const variables: Variable[] = [];
  const terms = new Map<number, Term>();
  layers.forEach(({ inputs, outputs }, l) => {
    for (let row = 0; row < outputs; row++) {
      for (const column of [...range(inputs), null]) {
        const index = at(l, row, column);
        const { lo, hi } = shift(boxEnds(box, index), shifted === undefined ? Dyadic.ZERO : Dyadic.fromDouble(shifted[index]));
        const moves = !lo.equals(hi);
        if (moves) variables.push({ name: parameterName(l, row, column), bounds: { lo, hi } });
        terms.set(index, moves ? name(parameterName(l, row, column)) : number(lo));
      }
    }
  });
  return {
    variables, assertions: [],
    affine: (l, row, h) => sum([...h.map(({ term }, j) => times(terms.get(at(l, row, j))!, term)), terms.get(at(l, row, null))!]),
  };
}

/** One variable a neuron. */
export function neuronUnknowns({ layers }: Model, box: BoxSpec, products: boolean): Unknowns {
  const at = places(layers);
  const variables: Variable[] = [];
  const assertions: Formula[] = [];
  const middle = (index: number): Term => number(half(boxEnds(box, index), 'plus'));
  return {
    variables, assertions,
    affine(l, row, h) {
      const centre = [...h.map(({ term }, j) => times(middle(at(l, row, j)), term)), middle(at(l, row, null))];
      const reach: Term[] = [];
      h.forEach((signal, j) => {
        const width = half(boxEnds(box, at(l, row, j)), 'minus');
        if (width.sign !== 0) reach.push(times(number(width), magnitude(signal)));
      });
      const own = half(boxEnds(box, at(l, row, null)), 'minus');
      if (own.sign !== 0) reach.push(number(own));
      if (reach.length === 0) return sum(centre);
      const about = `what the weights and the bias of neuron ${row} of layer ${l} add`;
      if (products) {
        const share = `t${l}_${row}`;
        variables.push({ name: share, bounds: { lo: Dyadic.ONE.negate(), hi: Dyadic.ONE }, about: `${about}, as a part of all that they can` });
        return sum([...centre, times(name(share), sum(reach))]);
      }
      const noise = `r${l}_${row}`;
      variables.push({ name: noise, bounds: null, about });
      assertions.push(compare(name(noise), '<=', sum(reach)), compare(apply('negate', sum(reach)), '<=', name(noise)));
      return sum([...centre, name(noise)]);
    },
  };
}

/** Where the parameters of a layer stand; column null is the bias. */
function places(layers: readonly LayerShape[]): (l: number, row: number, column: number | null) => number {
  const ranges: readonly LayerRange[] = layerRanges(layers);
  return (l, row, column) => (column === null ? ranges[l].biases + row : ranges[l].weights + row * layers[l].inputs + column);
}

function magnitude({ term, sign }: Signal): Term {
  return sign === 'nonnegative' ? term : apply(sign === 'nonpositive' ? 'negate' : 'abs', term);
}

function shift({ lo, hi }: Ends, by: Dyadic): Ends {
  return { lo: lo.minus(by), hi: hi.minus(by) };
}

/** (hi + lo) / 2 or (hi - lo) / 2. */
function half({ lo, hi }: Ends, how: 'plus' | 'minus'): Dyadic {
  return hi[how](lo).scaled(-1).normalised();
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

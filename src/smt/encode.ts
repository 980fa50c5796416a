/**
 * Two networks on one leaf as linear real arithmetic: f_p0 beside f_p for every p of the box at once, without a variable for any
 * parameter. With c, rho the exact middles and radii of the box, neuron i of a layer is
 *
 *   z_i = sum_j c_ij h_j + c_i + r_i,    |r_i| <= R_i = sum_j rho_ij |h_j| + rho_i,
 *
 * where h are the values of the layer before. Each choice of p makes such an r. Conversely each such r is made by p_ij = c_ij + t_i sign(h_j) rho_ij
 * and p_i = c_i + t_i rho_i with t_i = r_i / R_i in [-1, 1] (witness.ts), and distinct neurons have distinct parameters: the formula
 * holds of exactly the values that f_p takes. relu is a disjunction, or none where its sign is known on the leaf; |h_j| is h_j where
 * h_j >= 0, as after a relu. sigmoid and tanh are enclosed (smooth.ts): the formula then holds of more than those values, so
 * `unsat` still speaks of them all.
 */
import { LINEAR, RELU, SIGMOID, TANH } from '../exact/activations.js';
import { Dyadic, max } from '../exact/dyadic.js';
import { abs, add, type Enclosure, enclosure, isPoint, negate, point, relu, rounded, scale, ZERO } from '../exact/real.js';
import { boxEnds } from '../exact/membership.js';
import type { NetworkSpec } from '../network/model.js';
import type { BoxSpec, ScalingSpec } from '../search/native.js';
import { changeConstraint, isValue, range, smoothConstraint, type SmoothCode, withCut } from './smooth.js';
import { all, compare, minus, number, sum, type Term, times } from './term.js';

/** Of ranges, which only choose what is said of a neuron: outward. */
const RANGE_BITS = 96;

/** A real number of the formula, and where it lies on the leaf. */
export interface Quantity {
  readonly term: Term;
  readonly range: Enclosure;
}

/** A row's change about the middle of the box: |term| <= its reach. */
export interface Noise {
  readonly layer: number;
  readonly row: number;
  readonly term: Term;
  readonly reach: Term;
}

/** h = s(z), known between cuts; `refine` adds some. */
interface Smooth {
  readonly code: SmoothCode;
  readonly z: Quantity;
  readonly h: Term;
  cuts: readonly Dyadic[];
}

export interface LeafProblem {
  readonly network: NetworkSpec;
  readonly box: BoxSpec;
  /** lo0, hi0, ... of what the first layer reads. */
  readonly ends: ArrayLike<number>;
  readonly scaling?: ScalingSpec;
}

export class Encoding {
  readonly inputs: Quantity[];
  readonly noises: Noise[] = [];
  /** Pre-activations of the last layer. */
  readonly nominal: Quantity[];
  readonly perturbed: Quantity[];
  /** Z3 has found a model of the assertions as they are. */
  satisfiable = false;
  readonly #declared: string[] = [];
  readonly #asserted: Term[] = [];
  readonly #smooth: Smooth[] = [];
  #names = 0;

  constructor(readonly problem: LeafProblem) {
    this.inputs = this.#inputs();
    let [before, after]: Quantity[][] = [this.inputs, this.inputs];
    let offset = 0;
    const { layers } = problem.network;
    for (const [l, layer] of layers.entries()) {
      const [z0, z] = this.#affine(l, offset, before, after);
      offset += layer.outputs * (layer.inputs + 1);
      [before, after] = l === layers.length - 1 ? [z0, z] : this.activate(layer.activation, z0, z);
    }
    [this.nominal, this.perturbed] = [before, after];
  }

  /** Both sides through an activation. What is one and the same before it is so after it. */
  activate(code: number, nominal: readonly Quantity[], perturbed: readonly Quantity[]): [Quantity[], Quantity[]] {
    const before = nominal.map((z) => this.#value(code, z));
    const after = perturbed.map((z, i) => {
      if (z.term === nominal[i].term) return before[i];
      const h = this.#value(code, z);
      if (code === SIGMOID || code === TANH) {
        const hull = { lo: z.range.lo.compare(nominal[i].range.lo) < 0 ? z.range.lo : nominal[i].range.lo, hi: max(z.range.hi, nominal[i].range.hi) };
        this.#asserted.push(changeConstraint(code, z.term, nominal[i].term, h.term, before[i].term, hull));
      }
      return h;
    });
    return [before, after];
  }

  /** a - b as a quantity of its own. */
  difference(a: Quantity, b: Quantity): Quantity {
    return this.#define('d', minus(a.term, b.term), rounded(add(a.range, negate(b.range)), RANGE_BITS));
  }

  /** Assertions that every input of the leaf and every p of the box fulfil; Z3 must find such a one. */
  get assertions(): Term[] {
    return [...this.#asserted, ...this.#smooth.map(({ code, z, h, cuts }) => smoothConstraint(code, z.term, h, cuts))];
  }

  get declarations(): string[] {
    return this.#declared;
  }

  /** Names whose values a model is read by. */
  get names(): Term[] {
    const of = [this.inputs.map(({ term }) => term), this.noises.flatMap(({ term, reach }) => [term, reach]), this.#smooth.flatMap(({ z, h }) => [z.term, h])];
    return [...new Set(of.flat())];
  }

  /** Cuts every enclosure that a model fills with what is no value of its function; false where none can be. */
  refine(value: (name: Term) => Dyadic | undefined): boolean {
    let cut = false;
    for (const each of this.#smooth) {
      const [z, h] = [value(each.z.term), value(each.h)];
      if (z === undefined || h === undefined || isValue(each.code, z, h)) continue;
      const cuts = withCut(each.cuts, z);
      cut ||= cuts !== each.cuts;
      each.cuts = cuts;
    }
    if (cut) this.satisfiable = false;
    return cut;
  }

  #inputs(): Quantity[] {
    const { network: { inputs }, ends, scaling } = this.problem;
    return Array.from({ length: inputs }, (_, j) => {
      const range = enclosure(Dyadic.fromDouble(ends[2 * j]), Dyadic.fromDouble(ends[2 * j + 1]));
      const x = this.#declare('x', range);
      if (scaling !== undefined) {
        // x' = (x - mean) / range for an x of the query's own domain: its image has ends that no doubles hit.
        const own = sum([times(Dyadic.fromDouble(scaling.range[j]), x), number(Dyadic.fromDouble(scaling.mean[j]))]);
        this.#asserted.push(compare('>=', own, number(Dyadic.fromDouble(scaling.lower[j]))), compare('<=', own, number(Dyadic.fromDouble(scaling.upper[j]))));
      }
      return { term: x, range };
    });
  }

  #affine(l: number, offset: number, before: readonly Quantity[], after: readonly Quantity[]): [Quantity[], Quantity[]] {
    const { network: { layers, parameters }, box } = this.problem;
    const { inputs, outputs } = layers[l];
    const z0: Quantity[] = [];
    const z: Quantity[] = [];
    const sizes = new Map<number, Quantity>();
    const size = (j: number): Quantity => {
      let found = sizes.get(j);
      if (found === undefined) sizes.set(j, (found = this.#size(after[j])));
      return found;
    };
    for (let row = 0; row < outputs; row++) {
      const places = [...Array.from({ length: inputs }, (_, j) => offset + row * inputs + j), offset + inputs * outputs + row];
      const own = places.map((at) => Dyadic.fromDouble(parameters[at]));
      const middles = places.map((at) => middleOf(box, at));
      const radii = places.map((at) => radiusOf(box, at));
      const still = own.every((value, j) => radii[j].sign === 0 && value.equals(middles[j]) && (j === inputs || value.sign === 0 || before[j].term === after[j].term));
      z0.push(this.#row(own, before));
      z.push(still ? z0[row] : this.#row(middles, after, this.#noise(l, row, radii, size)));
    }
    return [z0, z];
  }

  /** weights . h + bias (+ noise). */
  #row(weights: readonly Dyadic[], h: readonly Quantity[], noise: Quantity | null = null): Quantity {
    const bias = weights[h.length];
    let range: Enclosure = point(bias);
    for (const [j, each] of h.entries()) range = add(range, scale(each.range, weights[j]));
    if (noise !== null) range = add(range, noise.range);
    const term = sum([...h.map((each, j) => times(weights[j], each.term)), noise?.term ?? null, bias.sign === 0 ? null : number(bias)]);
    return this.#define('z', term, rounded(range, RANGE_BITS));
  }

  /** r with |r| <= radii . |h| + the bias's radius; null where that is 0. */
  #noise(layer: number, row: number, radii: readonly Dyadic[], size: (j: number) => Quantity): Quantity | null {
    if (radii.every((radius) => radius.sign === 0)) return null;
    const last = radii.length - 1;
    let most = radii[last];
    const terms: (Term | null)[] = [most.sign === 0 ? null : number(most)];
    for (const [j, radius] of radii.slice(0, last).entries()) {
      if (radius.sign === 0) continue;
      const h = size(j);
      most = most.plus(radius.times(h.range.hi));
      terms.push(times(radius, h.term));
    }
    const reach = this.#define('R', sum(terms), { lo: Dyadic.ZERO, hi: most });
    const r = this.#declare('r', null);
    this.#asserted.push(compare('<=', r, reach.term), compare('>=', r, `(- ${reach.term})`));
    this.noises.push({ layer, row, term: r, reach: reach.term });
    return { term: r, range: rounded({ lo: most.negate(), hi: most }, RANGE_BITS) };
  }

  /** |h| */
  #size(h: Quantity): Quantity {
    if (h.range.lo.sign >= 0) return h;
    const term = h.range.hi.sign <= 0 ? `(- ${h.term})` : `(ite ${compare('>=', h.term, '0.0')} ${h.term} (- ${h.term}))`;
    return this.#define('a', term, abs(h.range));
  }

  #value(code: number, z: Quantity): Quantity {
    switch (code) {
      case LINEAR: return z;
      case RELU: return this.#relu(z);
      case SIGMOID: case TANH: return this.#smoothed(code, z);
      default: throw new RangeError(`no formula for activation code ${String(code)}`);
    }
  }

  #relu(z: Quantity): Quantity {
    const { lo, hi } = z.range;
    if (lo.sign >= 0) return z;
    if (hi.sign <= 0) return { term: '0.0', range: ZERO };
    const h = this.#declare('h', null);
    this.#asserted.push(
      `(or ${all([compare('>=', z.term, '0.0'), compare('=', h, z.term)])} ${all([compare('<=', z.term, '0.0'), compare('=', h, '0.0')])})`,
      // Follows from the rest, and prunes: h below the chord.
      compare('>=', h, '0.0'), compare('>=', h, z.term),
      compare('<=', `(* ${number(hi.minus(lo))} ${h})`, `(* ${number(hi)} ${minus(z.term, number(lo))})`),
    );
    return { term: h, range: relu(z.range) };
  }

  #smoothed(code: SmoothCode, z: Quantity): Quantity {
    const h = this.#declare('s', null);
    const { lo, hi } = z.range;
    this.#smooth.push({ code, z, h, cuts: isPoint(z.range) ? [lo] : [lo, hi] });
    return { term: h, range: rounded(range(code, z.range), RANGE_BITS) };
  }

  #declare(kind: string, range: Enclosure | null): Term {
    const name = `${kind}${this.#names++}`;
    this.#declared.push(`(declare-const ${name} Real)`);
    if (range !== null) {
      if (isPoint(range)) this.#asserted.push(compare('=', name, number(range.lo)));
      else this.#asserted.push(compare('>=', name, number(range.lo)), compare('<=', name, number(range.hi)));
    }
    return name;
  }

  #define(kind: string, term: Term, range: Enclosure): Quantity {
    const name = this.#declare(kind, null);
    this.#asserted.push(compare('=', name, term));
    return { term: name, range };
  }
}

/** The exact middle of a parameter's interval: half a sum of dyadic numbers. */
export function middleOf(box: BoxSpec, at: number): Dyadic {
  const { lo, hi } = boxEnds(box, at);
  return lo.plus(hi).scaled(-1);
}

export function radiusOf(box: BoxSpec, at: number): Dyadic {
  const { lo, hi } = boxEnds(box, at);
  return hi.minus(lo).scaled(-1);
}

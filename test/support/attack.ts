/**
 * Points (x, p) that are bad for a claimed upper bound: random ones, corners, and sign-of-gradient ascent in plain
 * doubles. Whatever it finds is only a candidate, to be evaluated exactly.
 */
import { toDouble } from '../../src/exact/rounding.js';
import { boxEnds, type ExactBox } from '../../src/exact/membership.js';
import type { FlatNetwork, Random } from './random.js';
import { randomInput } from './random.js';

/** Outputs and logits in plain doubles. */
export function evaluateDoubles(network: FlatNetwork, parameters: ArrayLike<number>, x: ArrayLike<number>): { f: number[]; z: number[] } {
  let h = Array.from(x);
  let z = h;
  let at = 0;
  for (const { inputs, outputs, activation } of network.layers) {
    z = Array.from({ length: outputs }, (_, i) => {
      let sum = parameters[at + inputs * outputs + i];
      for (let j = 0; j < inputs; j++) sum += parameters[at + i * inputs + j] * h[j];
      return sum;
    });
    at += (inputs + 1) * outputs;
    const top = Math.max(...z);
    const total = z.reduce((sum, v) => sum + Math.exp(v - top), 0);
    h = z.map((v) => [v, Math.max(0, v), 1 / (1 + Math.exp(-v)), Math.tanh(v), Math.exp(v - top) / total][activation]);
  }
  return { f: h, z };
}

/** The doubles nearest to the ends of the box, from inside. */
export function innerEnds(box: ExactBox): { lo: Float64Array; hi: Float64Array } {
  const size = box.kind === 'bounds' ? box.lower.length : box.center.length;
  const ends = Array.from({ length: size }, (_, i) => boxEnds(box, i));
  return {
    lo: Float64Array.from(ends, (e) => toDouble(e.lo, 'up')),
    hi: Float64Array.from(ends, (e) => toDouble(e.hi, 'down')),
  };
}

/** A double vector of the box: corners, interior points, or a mixture. */
export function randomParameters(r: Random, ends: { lo: Float64Array; hi: Float64Array }): Float64Array {
  const corner = r.uniform() < 0.5;
  return ends.lo.map((lo, i) => {
    const hi = ends.hi[i];
    return corner ? (r.uniform() < 0.5 ? lo : hi) : Math.min(hi, Math.max(lo, r.between(lo, hi)));
  });
}

export type Score = (x: Float64Array, p: Float64Array) => number;

/** Climbs `score` from a random point: parameters jump to the end their difference quotient names, inputs take shrinking steps. */
export function climb(r: Random, box: ExactBox, domain: ArrayLike<number>, score: Score, rounds = 4): { x: Float64Array; p: Float64Array } {
  const ends = innerEnds(box);
  const x = randomInput(r, domain);
  const p = randomParameters(r, ends);
  let best = score(x, p);
  const attempt = (vector: Float64Array, i: number, value: number): void => {
    const old = vector[i];
    vector[i] = value;
    const now = score(x, p);
    if (now > best) best = now;
    else vector[i] = old;
  };
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < p.length; i++) {
      attempt(p, i, ends.lo[i]);
      attempt(p, i, ends.hi[i]);
    }
    for (let i = 0; i < x.length; i++) {
      const [lo, hi] = [domain[2 * i], domain[2 * i + 1]];
      for (const value of [lo, hi, x[i] + (hi - lo) * 4 ** -round * r.normal(), x[i] - (hi - lo) * 4 ** -round * r.uniform()]) {
        attempt(x, i, Math.min(hi, Math.max(lo, value)));
      }
    }
  }
  return { x, p };
}

/** The difference that epsilon measures, in doubles. */
export function differenceScore(network: FlatNetwork, outputs: readonly number[], measure: 'confidence' | 'logit'): Score {
  return (x, p) => {
    const [a, b] = [network.parameters, p].map((q) => evaluateDoubles(network, q, x)).map(({ f, z }) => (measure === 'logit' ? z : f));
    return Math.max(...outputs.map((o) => Math.abs(a[o] - b[o])));
  };
}

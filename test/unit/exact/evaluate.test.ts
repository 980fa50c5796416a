import { describe, expect, it } from 'vitest';
import { evaluate, layerOffset, trace } from '../../../src/exact/evaluate.js';
import { contains, isPoint } from '../../../src/exact/real.js';
import { toDouble } from '../../../src/exact/rounding.js';
import { Dyadic } from '../../../src/exact/dyadic.js';
import { type ActivationName, type FlatNetwork, heNetwork, random, randomInput, spoilers } from '../../support/random.js';
import { compare, ofDouble, ofDyadic, plus, type Rational, rational, times } from '../../support/rational.js';

/** A relu or linear network in fractions, written from the definition. */
function inFractions(network: FlatNetwork, x: Float64Array): Rational[] {
  let h = [...x].map(ofDouble);
  let at = 0;
  for (const { inputs, outputs, activation } of network.layers) {
    const w = [...network.parameters.slice(at, at + inputs * outputs)].map(ofDouble);
    const b = [...network.parameters.slice(at + inputs * outputs, at + inputs * outputs + outputs)].map(ofDouble);
    h = b.map((bias, i) => h.reduce((sum, value, j) => plus(sum, times(w[i * inputs + j], value)), bias));
    if (activation === 1) h = h.map((z) => (z.n < 0n ? rational(0n) : z));
    at += (inputs + 1) * outputs;
  }
  return h;
}

/** The same in doubles, for any activation. */
function inDoubles(network: FlatNetwork, x: Float64Array): number[] {
  const apply: ((z: number[]) => number[])[] = [
    (z) => z,
    (z) => z.map((v) => Math.max(0, v)),
    (z) => z.map((v) => 1 / (1 + Math.exp(-v))),
    (z) => z.map(Math.tanh),
    (z) => z.map((v) => 1 / z.reduce((sum, u) => sum + Math.exp(u - v), 0)),
  ];
  let h = [...x];
  let at = 0;
  for (const { inputs, outputs, activation } of network.layers) {
    h = apply[activation](Array.from({ length: outputs }, (_, i) =>
      h.reduce((sum, v, j) => sum + network.parameters[at + i * inputs + j] * v, network.parameters[at + inputs * outputs + i])));
    at += (inputs + 1) * outputs;
  }
  return h;
}

describe('evaluate', () => {
  it('is exact for relu and linear networks, whatever cancels', () => {
    const r = random(21);
    for (const spoil of Object.values(spoilers)) {
      for (const sizes of [[2, 1], [2, 3, 1], [3, 4, 4, 2]]) {
        const network = heNetwork(r, sizes, r.pick<ActivationName>(['relu', 'linear']), 'linear');
        spoil(network, r);
        const x = randomInput(r, Float64Array.from(sizes.slice(0, 1).flatMap((n) => Array.from({ length: n }, () => [-1, 1]).flat())));
        const values = evaluate(network, network.parameters, x, 64);
        for (const [j, expected] of inFractions(network, x).entries()) {
          expect(isPoint(values[j])).toBe(true);
          expect(compare(ofDyadic(values[j].lo), expected)).toBe(0);
        }
      }
    }
  });

  it('agrees with doubles, to their accuracy, for every activation', () => {
    const r = random(22);
    for (const hidden of ['linear', 'relu', 'sigmoid', 'tanh'] as const) {
      for (const output of ['linear', 'relu', 'sigmoid', 'tanh', 'softmax'] as const) {
        const network = heNetwork(r, [3, 5, 4, 3], hidden, output);
        const x = randomInput(r, [-1, 1, -1, 1, -1, 1]);
        const values = evaluate(network, network.parameters, x, 128);
        for (const [j, expected] of inDoubles(network, x).entries()) {
          expect(toDouble(values[j].lo, 'nearest')).toBeCloseTo(expected, 12);
          expect(values[j].hi.minus(values[j].lo).compare(Dyadic.of(1n, -110))).toBe(-1);
        }
      }
    }
  });

  it('encloses at low precision what it says at high precision', () => {
    const r = random(23);
    for (let i = 0; i < 20; i++) {
      const network = heNetwork(r, [2, 4, 4, 2], r.pick<ActivationName>(['sigmoid', 'tanh']), r.pick<ActivationName>(['sigmoid', 'softmax', 'linear']));
      Object.values(spoilers)[i % Object.keys(spoilers).length](network, r);
      const x = randomInput(r, [-2, 2, -2, 2]);
      const fine = evaluate(network, network.parameters, x, 600);
      for (const bits of [20, 53, 128]) {
        for (const [j, coarse] of evaluate(network, network.parameters, x, bits).entries()) {
          expect(contains(coarse, fine[j].lo) && contains(coarse, fine[j].hi)).toBe(true);
        }
      }
    }
  });

  it('takes exact activations of zero as exact', () => {
    const network = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: 3 }, { inputs: 1, outputs: 1, activation: 2 }] };
    expect(evaluate(network, [5, 0, 3, 0], [0], 64).map((v) => [toDouble(v.lo, 'down'), toDouble(v.hi, 'up')])).toEqual([[0.5, 0.5]]);
  });

  it('refuses a wrong number of inputs or parameters', () => {
    const network = { inputs: 2, layers: [{ inputs: 2, outputs: 1, activation: 0 }] };
    expect(() => trace(network, [1, 2, 3], [1], 64)).toThrow(RangeError);
    expect(() => trace(network, [1, 2], [1, 1], 64)).toThrow(RangeError);
    expect(layerOffset({ inputs: 2, layers: [...network.layers, { inputs: 1, outputs: 1, activation: 0 }] }, 1)).toBe(3);
  });
});

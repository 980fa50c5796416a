import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from '../../../src/exact/bounds.js';
import { labelOfValues } from '../../../src/exact/label.js';
import { compareDifference, difference, differenceAbove, differenceAtLeast, flips, label, margin } from '../../../src/exact/witness.js';
import type { DifferenceQuery } from '../../../src/exact/witness.js';
import { trace } from '../../../src/exact/evaluate.js';
import { activationCodes, type ActivationName, heNetwork, random, randomInput, spoilers } from '../../support/random.js';

/** One layer: `outputs` outputs on `inputs` inputs. */
const single = (inputs: number, outputs: number, activation: ActivationName) =>
  ({ inputs, layers: [{ inputs, outputs, activation: activationCodes[activation] }] });
const rule = (level = 0.5, decision: 'max' | 'min' = 'max') => ({ level, decision });

describe('label, one output', () => {
  it('of a sigmoid at level 1/2 is the sign of z, zero going to class 0', () => {
    const shape = single(1, 1, 'sigmoid');
    const tiny = Number.MIN_VALUE;
    expect(label(shape, [1, 0], [0], rule())).toBe(0);
    expect(label(shape, [1, tiny], [0], rule())).toBe(1);
    expect(label(shape, [1, -tiny], [0], rule())).toBe(0);
    // 2^24 (1 + 2^-24) - 2^24 - 1 cancels to exactly zero; in doubles too, but one ulp beside it does not.
    expect(label(shape, [2 ** 24 + 1, -(2 ** 24)], [1], rule(0))).toBe(1);
    expect(label(single(2, 1, 'sigmoid'), [2 ** 60, -(2 ** 60), 1e-30], [1, 1], rule())).toBe(1);
    expect(label(single(3, 1, 'sigmoid'), [2 ** 60, 1e-20, -(2 ** 60), 0], [1, -1, 1], rule())).toBe(0);
  });

  it('at another level compares sigmoid(z) with it, however close', () => {
    const shape = single(1, 1, 'sigmoid');
    // log 3 lies between two doubles: sigmoid there is beside 3/4 on either side.
    expect([label(shape, [0, Math.log(3)], [0], rule(0.75)), label(shape, [0, nextUp(Math.log(3))], [0], rule(0.75))]).toEqual([0, 1]);
    expect(label(shape, [0, 0], [0], rule(nextDown(0.5)))).toBe(1);
    expect(label(shape, [0, 800], [0], rule(nextDown(1)))).toBe(1);
    expect(label(shape, [0, -1e9], [0], rule(Number.MIN_VALUE))).toBe(0);
    for (const z of [-1e300, 0, 1e300]) {
      expect([label(shape, [0, z], [0], rule(0)), label(shape, [0, z], [0], rule(1)), label(shape, [0, z], [0], rule(-3))]).toEqual([1, 0, 1]);
    }
  });

  it('of linear, relu and tanh outputs compares f itself', () => {
    expect([label(single(1, 1, 'linear'), [1, 0], [2], rule(2)), label(single(1, 1, 'linear'), [1, 0], [nextUp(2)], rule(2))]).toEqual([0, 1]);
    expect([label(single(1, 1, 'relu'), [1, 0], [-2], rule(0)), label(single(1, 1, 'relu'), [1, 0], [-2], rule(-1))]).toEqual([0, 1]);
    expect([label(single(1, 1, 'tanh'), [1, 0], [1], rule(0.76)), label(single(1, 1, 'tanh'), [1, 0], [1], rule(0.77))]).toEqual([1, 0]);
  });
});

describe('label, k classes', () => {
  it('goes to the lowest index on a tie, for the largest and for the smallest', () => {
    for (const activation of ['linear', 'softmax', 'sigmoid', 'tanh', 'relu'] as const) {
      const shape = single(1, 4, activation);
      const biases = [1, 3, 3, 1];
      expect(label(shape, [0, 0, 0, 0, ...biases], [1], rule(0.5, 'max'))).toBe(1);
      expect(label(shape, [0, 0, 0, 0, ...biases], [1], rule(0.5, 'min'))).toBe(0);
    }
    // relu flattens: all outputs are zero, so class 0, although z differs.
    expect(label(single(1, 3, 'relu'), [0, 0, 0, -3, -2, -1], [0], rule())).toBe(0);
  });

  it('decides ties of equal rows above hidden tanh units, and leaves others undecided', () => {
    const shape = { inputs: 1, layers: [{ inputs: 1, outputs: 2, activation: 3 }, { inputs: 2, outputs: 2, activation: 0 }] };
    expect(label(shape, [0.3, 0.7, 0.1, 0.2, 1, 2, 1, 2, 0.5, 0.5], [1], rule())).toBe(0);
    // Two copies of one neuron: an equality that enclosures cannot see.
    expect(label(shape, [0.3, 0.3, 0.1, 0.1, 1, 2, 2, 1, 0.5, 0.5], [1], rule(), 256)).toBeUndefined();
    expect(label(shape, [0.3, 0.3, 0.1, 0.1, 1, 2, 2, 1, 0.5, nextUp(0.5)], [1], rule())).toBe(1);
  });

  it('is the arg max of exact values', () => {
    const r = random(41);
    for (let i = 0; i < 120; i++) {
      const network = heNetwork(r, [2, 3, 4], 'relu', r.pick<ActivationName>(['linear', 'softmax']));
      Object.values(spoilers)[i % Object.keys(spoilers).length](network, r);
      const x = randomInput(r, [-1, 1, -1, 1]);
      const values = trace(network, network.parameters, x, 64).logits.map((z) => z.lo);
      for (const decision of ['max', 'min'] as const) {
        expect(label(network, network.parameters, x, rule(0, decision))).toBe(labelOfValues(values, rule(0, decision)));
      }
    }
  });
});

it('flips only where the labels differ', () => {
  const shape = single(1, 1, 'sigmoid');
  expect(flips(shape, [1, 0], [1, Number.MIN_VALUE], [0], rule())).toBe(true);
  expect(flips(shape, [1, 0], [1, -Number.MIN_VALUE], [0], rule())).toBe(false);
});

describe('difference', () => {
  const query = (shape: DifferenceQuery['shape'], nominal: number[], parameters: number[], x: number[], more: Partial<DifferenceQuery> = {}): DifferenceQuery =>
    ({ shape, nominal, parameters, x, outputs: [0], measure: 'confidence', ...more });

  it('of the cats classifier is the known value', () => {
    const c = [0.07577862, 1.18118408, -3.51518067];
    const q = query(single(2, 1, 'sigmoid'), c, c.map((v) => v - 0.01), [20.5, 2]);
    // Known: 0.05752576 at (20.5, 2.0) for delta 0.01.
    expect(difference(q).lower).toBeCloseTo(0.05752576, 8);
    expect(difference({ ...q, parameters: c.map((v) => v - 0.005) }).lower).toBeCloseTo(0.0285255, 8);
  });

  it('is exact and decides equality for linear outputs', () => {
    const q = query(single(1, 2, 'linear'), [1, 0, 0, 0], [1.25, 0, 0, -0.25], [1], { outputs: [0, 1] });
    expect(compareDifference(q, 0.25)).toBe(0);
    expect([differenceAtLeast(q, 0.25), differenceAbove(q, 0.25), differenceAbove(q, nextDown(0.25)), differenceAtLeast(q, nextUp(0.25))])
      .toEqual([true, false, true, false]);
    expect(difference(q)).toEqual({ lower: 0.25, upper: 0.25, output: 0 });
    expect(difference({ ...q, outputs: [1], parameters: [1, 0, 0, -0.5] })).toEqual({ lower: 0.5, upper: 0.5, output: 1 });
  });

  it('of no change is exactly zero, even where the outputs are only enclosed', () => {
    const q = query(single(1, 1, 'linear'), [0.1, 0.2], [0.1, 0.2], [3]);
    expect(compareDifference(q, 0)).toBe(0);
    const deep = { inputs: 1, layers: [{ inputs: 1, outputs: 1, activation: 3 }, { inputs: 1, outputs: 1, activation: 2 }] };
    const same = query(deep, [1, 1, 1, 1], [1, 1, 1, 1], [3]);
    expect(differenceAtLeast(same, 0, 256)).toBe(true);
    expect(differenceAbove(same, 0, 256)).not.toBe(true);
  });

  it('is tight in the far tails of the sigmoid', () => {
    for (const z of [700, -700]) {
      const q = query(single(1, 1, 'sigmoid'), [0, z], [0, z + 1], [0]);
      const { lower, upper } = difference(q);
      // e^-700 (1 - 1/e) or e^-700 (e - 1), of which doubles hold few but right digits.
      const expected = Math.exp(-700) * (z > 0 ? 1 - Math.exp(-1) : Math.E - 1);
      expect(lower / expected).toBeCloseTo(1, 9);
      expect(upper).toBe(nextUp(lower));
      expect([differenceAtLeast(q, lower), differenceAtLeast(q, upper)]).toEqual([true, false]);
    }
    const gone = query(single(1, 1, 'sigmoid'), [0, -1e12], [0, -1e6], [0]);
    expect(difference(gone)).toMatchObject({ lower: 0, upper: Number.MIN_VALUE });
    expect(differenceAbove(gone, 0)).toBe(true);
  });

  it('on logits leaves the last activation out', () => {
    const q = query(single(1, 1, 'sigmoid'), [1, 0], [1.5, 0], [2], { measure: 'logit' });
    expect(difference(q)).toMatchObject({ lower: 1, upper: 1 });
  });

  it('brackets the difference of doubles for every kind of network', () => {
    const r = random(42);
    for (let i = 0; i < 60; i++) {
      const network = heNetwork(r, [2, 3, 3], r.pick<ActivationName>(['relu', 'tanh', 'sigmoid']), r.pick<ActivationName>(['linear', 'softmax', 'sigmoid']));
      const parameters = network.parameters.map((v) => v + r.between(-0.01, 0.01));
      const q: DifferenceQuery = { shape: network, nominal: network.parameters, parameters, x: randomInput(r, [-1, 1, -1, 1]), outputs: [0, 1, 2], measure: 'confidence' };
      const { lower, upper, output } = difference(q);
      expect(upper).toBeLessThanOrEqual(nextUp(lower));
      expect(differenceAtLeast(q, lower)).toBe(true);
      expect(differenceAbove(q, upper)).toBe(false);
      expect(difference({ ...q, outputs: [output] }).lower).toBe(lower);
    }
  });
});

describe('margin', () => {
  it('is |f - l| and |z - logit(l)| for one output', () => {
    const shape = single(1, 1, 'sigmoid');
    expect(margin(shape, [0, 0], [0], rule(0.25), 'confidence')).toEqual({ lower: 0.25, upper: 0.25 });
    const { lower, upper } = margin(shape, [0, 0], [0], rule(0.25), 'logit');
    expect(upper).toBe(nextUp(lower));
    expect(lower).toBeCloseTo(Math.log(3), 14);
    expect(margin(shape, [0, 3], [0], rule(), 'logit')).toEqual({ lower: 3, upper: 3 });
    expect(margin(single(1, 1, 'linear'), [0, 3], [0], rule(5), 'logit')).toEqual({ lower: 2, upper: 2 });
    expect(margin(single(1, 1, 'tanh'), [0, 0], [0], rule(0.5), 'logit').lower).toBeCloseTo(Math.atanh(0.5), 14);
    expect(() => margin(shape, [0, 0], [0], rule(1), 'logit')).toThrow(RangeError);
  });

  it('is the top minus the second for k classes, of the negated outputs for min', () => {
    const shape = single(1, 3, 'linear');
    expect(margin(shape, [0, 0, 0, 5, 1, 2], [0], rule(0, 'max'), 'confidence')).toEqual({ lower: 3, upper: 3 });
    expect(margin(shape, [0, 0, 0, 5, 1, 2], [0], rule(0, 'min'), 'confidence')).toEqual({ lower: 1, upper: 1 });
    expect(margin(shape, [0, 0, 0, 5, 5, 2], [0], rule(0, 'max'), 'logit')).toEqual({ lower: 0, upper: 0 });
    const { lower, upper } = margin(single(1, 2, 'softmax'), [0, 0, 1, 0], [0], rule(), 'confidence');
    expect(lower).toBeCloseTo(Math.tanh(0.5), 14);
    expect(upper).toBe(nextUp(lower));
  });

  it('is never negative, also where a tie is only enclosed', () => {
    const shape = { inputs: 1, layers: [{ inputs: 1, outputs: 2, activation: 3 }, { inputs: 2, outputs: 2, activation: 0 }] };
    expect(margin(shape, [0.3, 0.3, 0.1, 0.1, 1, 2, 2, 1, 0.5, 0.5], [1], rule(), 'logit', 128).lower).toBe(0);
  });
});

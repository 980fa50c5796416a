import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { logit, nominalLogit } from '../../../src/paper/nominal.js';

describe('the logit that figures draw', () => {
  it.each(['linear', 'relu', 'sigmoid', 'tanh'] as const)('is that of exact evaluation, with %s units in two hidden layers', async (activation) => {
    const model = await loadModel({
      format: 'parabound-model@1', inputs: [{}, {}],
      layers: [
        { weights: [[0.5, -1.25], [2, 0.75], [-1, 1]], bias: [0.25, -0.5, 0.125], activation },
        { weights: [[1, -0.5, 0.75], [-2, 1, 0.5]], bias: [0.1, -0.2], activation },
        { weights: [[1.5, -0.75]], bias: [0.3], activation: 'sigmoid' },
      ],
    });
    const z = nominalLogit(model);
    for (const at of [[0, 0], [1, -2], [-0.5, 3]]) {
      expect(1 / (1 + Math.exp(-z(at)))).toBeCloseTo(evaluate(model, { at }).nominal.outputs[0].lower, 14);
    }
  });

  it('is infinite at and beyond the ends of a confidence', () => {
    expect([-1, 0, 0.5, 1, 2].map(logit)).toEqual([-Infinity, -Infinity, 0, Infinity, Infinity]);
    expect(1 / (1 + Math.exp(-logit(0.3)))).toBeCloseTo(0.3, 15);
  });
});

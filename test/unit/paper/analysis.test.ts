import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { globalResults, pointResults } from '../../../src/paper/analysis.js';

const cats = await loadModel(new URL('../../../examples/cats.json', import.meta.url));

describe('the numbers of Table 1', () => {
  it('are closed enclosures with the witnesses that attain them', async () => {
    const { delta, epsilon, sigma, points } = await globalResults(cats, 0.01, { gap: 1e-9 });
    expect([delta, points]).toEqual([0.01, null]);
    for (const { lower, upper, status, witness } of [epsilon, ...sigma]) {
      expect(upper - lower).toBeLessThanOrEqual(1e-9);
      expect([status, witness!.value]).toEqual(['complete', lower]);
    }
    expect(sigma.map(({ witness }) => witness!.nominalLabel)).toEqual([0, 1]);
  });

  it('have no witness where nothing flips', async () => {
    const sure = await loadModel({
      format: 'parabound-model@1', inputs: [{ lower: 1, upper: 2 }], layers: [{ weights: [[1]], bias: [1], activation: 'sigmoid' }],
    });
    const { sigma } = await globalResults(sure, 0.01, { gap: 1e-9 });
    expect(sigma.map(({ upper, witness }) => [upper, witness])).toEqual([[0, null], [0, null]]);
  });
});

describe('the points of a figure', () => {
  it('have an enclosure of epsilon and a flip each, and are counted', async () => {
    const inputs = [[20.5, 2], [6.3, 2], [8, 2.4]];
    let counted = 0;
    const { epsilon, flip } = (await pointResults(cats, inputs, 0.01, { gap: 1e-9 }, () => counted++))!;
    expect([counted, flip]).toEqual([3, ['safe', 'safe', 'flippable']]);
    const moved = evaluate(cats, { at: inputs[0], parameters: [0.06577862, 1.17118408, -3.52518067] }).difference!;
    expect(epsilon.upper[0]).toBeGreaterThan(moved.lower - 1e-9);
    expect(epsilon.upper[0] - epsilon.lower[0]).toBeLessThan(1e-9);
  });

  it('are none after an abort', async () => {
    expect(await pointResults(cats, [[8, 2.4]], 0.01, { gap: 1e-9, signal: AbortSignal.abort() }, () => undefined)).toBeNull();
  });

  it('stop where the abort comes', async () => {
    const controller = new AbortController();
    let counted = 0;
    const many = Array.from({ length: 500 }, () => [8, 2.4]);
    const results = await pointResults(cats, many, 0.01, { gap: 1e-9, signal: controller.signal }, () => { if (++counted === 60) controller.abort(); });
    expect([results, counted]).toEqual([null, 60]);
  });
});

/** Many local queries at once, through the built addon. */
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { estimateEpsilonBatch } from '../../../src/query/batch.js';
import { estimateEpsilon } from '../../../src/query/epsilon.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { cats, threeClasses } from '../../support/models.js';
import { heNetwork, modelFile, random } from '../../support/random.js';
import type { ModelObject } from '../../../src/network/parse.js';

const model = await loadModel(cats());
const delta = { delta: 0.01 };

/** |sigmoid(z + s) - sigmoid(z)| for the larger of s = +-delta (1 + |x1| + |x2|), in plain arithmetic. */
function byHand([x1, x2]: Iterable<number>): number {
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const z = 0.07577862 * x1 + 1.18118408 * x2 - 3.51518067;
  const shift = 0.01 * (1 + Math.abs(x1) + Math.abs(x2));
  return Math.max(sigmoid(z + shift) - sigmoid(z), sigmoid(z) - sigmoid(z - shift));
}

function inputs(count: number): Float64Array {
  const r = random(7);
  return Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? r.between(6.3, 20.5) : r.between(2, 3.9)));
}

describe('a batch of local queries', () => {
  it('encloses each, narrowly, in the order of the inputs', async () => {
    const rows = inputs(3000); // several calls to the addon
    const { lower, upper, status, stats } = await estimateEpsilonBatch(model, rows, delta);
    expect([lower.length, upper.length, status]).toEqual([3000, 3000, 'complete']);
    expect(stats.boxes).toBe(3000);
    for (let i = 0; i < 3000; i++) {
      const expected = byHand(rows.subarray(2 * i, 2 * i + 2));
      expect(lower[i]).toBeLessThanOrEqual(expected + 1e-14);
      expect(upper[i]).toBeGreaterThanOrEqual(expected - 1e-14);
      expect(upper[i] - lower[i]).toBeLessThan(1e-13);
    }
  });
  it('takes a list of inputs', async () => {
    const { lower } = await estimateEpsilonBatch(model, [[20.5, 2], Float64Array.of(7, 3)], delta);
    expect(lower[0]).toBeCloseTo(0.05752576321, 9);
    expect(lower[1]).toBeCloseTo(byHand([7, 3]), 12);
  });
  it('has a witness for each, on demand, that attains the lower end', async () => {
    const rows = inputs(5);
    const batch = await estimateEpsilonBatch(model, rows, delta);
    const witness = await batch.witness(3);
    expect(witness!.input).toEqual([...rows.subarray(6, 8)]);
    const { difference } = evaluate(model, { at: witness!.input, parameters: witness!.parameters! });
    expect(difference!.upper).toBeGreaterThanOrEqual(batch.lower[3]);
    await expect(batch.witness(5)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
  it('agrees with one query at a time', async () => {
    const [{ lower, upper }, one] = await Promise.all([estimateEpsilonBatch(model, [[10, 3]], delta), estimateEpsilon(model, { ...delta, at: [10, 3], gap: 0 })]);
    expect(Math.max(lower[0], one.lower)).toBeLessThanOrEqual(Math.min(upper[0], one.upper));
  });
  it('of nothing is nothing', async () => {
    expect(await estimateEpsilonBatch(model, [], delta)).toMatchObject({ lower: new Float64Array(0), status: 'complete' });
  });
  it('narrows deeper networks by search, to the gap or the limit', async () => {
    const deep = await loadModel(modelFile(heNetwork(random(3), [2, 4, 4, 1], 'relu', 'sigmoid'), [-1, 1, -1, 1]) as ModelObject);
    const { lower, upper, status } = await estimateEpsilonBatch(deep, [[0.5, 0.5], [0.1, -0.2]], { delta: 1e-3, maxBoxes: 100 });
    for (let i = 0; i < 2; i++) expect(upper[i]).toBeGreaterThanOrEqual(lower[i]);
    expect(['complete', 'stalled', 'limit']).toContain(status);
  });
  it('encloses softmax confidences of three classes', async () => {
    const three = await loadModel(threeClasses());
    const { lower, upper } = await estimateEpsilonBatch(three, [[1], [-2]], { delta: 0.125 });
    const one = await estimateEpsilon(three, { delta: 0.125, at: [1], gap: 1e-9 });
    expect(lower[0]).toBeLessThanOrEqual(one.upper);
    expect(upper[0]).toBeGreaterThanOrEqual(one.lower);
    expect(upper[0] - lower[0]).toBeLessThanOrEqual(1e-6);
  });
  it('stopped by a signal it says so, and claims nothing of the rest', async () => {
    const { lower, upper, status } = await estimateEpsilonBatch(model, inputs(100), { ...delta, signal: AbortSignal.abort() });
    expect(status).toBe('interrupted');
    expect([lower[99], upper[99]]).toEqual([0, Infinity]);
  });
  it('refuses what is no list of inputs, and options that have no part in it', async () => {
    const refused = (rows: unknown, options: object, code: string) => expect(estimateEpsilonBatch(model, rows as Float64Array, options)).rejects.toMatchObject({ code });
    await refused([[1, 2], [1]], delta, 'INPUT_INVALID');
    await refused([[1, NaN]], delta, 'INPUT_INVALID');
    await refused(Float64Array.of(1, 2, 3), delta, 'INPUT_INVALID');
    await refused(Float64Array.of(1, Infinity), delta, 'INPUT_INVALID');
    await refused('inputs', delta, 'INPUT_INVALID');
    await refused([], { ...delta, at: [1, 2] }, 'OPTION_UNKNOWN');
    await refused([], {}, 'BOX_REQUIRED');
  });
});

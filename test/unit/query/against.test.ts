import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { parameterBox } from '../../../src/query/box.js';
import { estimateEpsilonBatch } from '../../../src/query/batch.js';
import { estimateEpsilon, verifyEpsilon } from '../../../src/query/epsilon.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { estimateSigma, verifyLabel } from '../../../src/query/sigma.js';
import type { QueryOptions } from '../../../src/query/settings.js';
import { cats, numbered, threeClasses } from '../../support/models.js';
import { random } from '../../support/random.js';
import { type Draft, randomDraft, split, without, withUnit } from '../../support/widths.js';

let net: Model; // 2-3-1: weights 0-5, biases 6-8; weights 9-11, bias 12
let pruned: Model; // 2-2-1, without unit 1: weights 0-3, biases 4-5; weights 6-7, bias 8
let wider: Model; // 2-4-1, unit 0 twice
beforeAll(async () => {
  const draft = numbered() as Draft;
  [net, pruned, wider] = await Promise.all([draft, without(draft, 0, 1), split(draft, 0, 0, 3)].map((each) => loadModel(each)));
});

describe('a copy with other widths', () => {
  it('has a box of its own parameters, numbered as they are in it', () => {
    expect(parameterBox(net, { against: pruned, delta: 1, perturb: 'biases,0' })).toEqual({
      spec: { kind: 'radius', center: Float64Array.of(0, 1, 4, 5, 6, 8, 9, 11, 12), radius: Float64Array.of(0, 0, 0, 0, 1, 1, 0, 0, 0) }, of: pruned, isCopy: false,
    });
    expect(parameterBox(net, { against: wider, deltaRelative: 0.1, perturb: '1' }).spec)
      .toMatchObject({ kind: 'relative', mask: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1) });
  });
  it('has layers as many as the model, so that no other is named', () => {
    expect(() => parameterBox(net, { against: wider, perturb: '2' })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }) as Error);
  });
  it('does not go with a box of one\'s own', () => {
    const parameters = { lower: pruned.parameters, upper: pruned.parameters };
    expect(() => parameterBox(net, { against: pruned, parameters })).toThrow(expect.objectContaining({ code: 'OPTION_CONFLICT' }) as Error);
  });
  it('has witnesses of its own shape, and says so', async () => {
    const plain = await estimateEpsilon(net, { against: pruned, output: 'logit' });
    expect(plain.witness!.parameters).toBeNull();
    expect(plain.notes).toEqual(['parameters are those of model object, 2-2-1, not of model object, 2-3-1']);
    // Unit 1 alone: 10 relu(2 x0 + 3 x1 + 7), at (1, 1).
    expect(plain).toMatchObject({ lower: 120, upper: 120, status: 'complete', witness: { input: [1, 1], value: 120 } });
    const moved = await estimateEpsilon(net, { against: pruned, delta: 0.5, output: 'logit', gap: 1e-9 });
    expect(moved.witness!.parameters).toHaveLength(9);
    const { difference } = evaluate(net, { against: pruned, parameters: moved.witness!.parameters!, at: moved.witness!.input, output: 'logit' });
    expect(difference!.lower).toBeGreaterThanOrEqual(moved.lower);
    expect(difference!.lower).toBeLessThan(moved.lower + 1e-9);
  });
  it('of split units is the same network, in either direction', async () => {
    for (const [model, against] of [[net, wider], [wider, net]]) {
      expect(await estimateEpsilon(model, { against })).toMatchObject({ lower: 0, upper: 0, status: 'complete' });
      expect(await verifyEpsilon(model, { against, epsilon: 0 })).toMatchObject({ verdict: 'robust' });
      expect(await verifyLabel(model, { against })).toMatchObject({ verdict: 'robust' });
      expect((await estimateSigma(model, { against })).classes.map(({ flips }) => flips)).toEqual([false, false]);
    }
  });
  it('of units that nothing comes of is the same network, at ties too', async () => {
    const draft = { ...threeClasses('linear'), layers: [{ weights: [[1], [-1]], bias: [0, 0], activation: 'relu' }, { weights: [[1, 0], [0, 1]], bias: [0, 0], activation: 'linear' }] } as Draft;
    const [model, against] = await Promise.all([draft, withUnit(random(3), draft, 0, 1, 0)].map((each) => loadModel(each)));
    expect(await verifyLabel(model, { against })).toMatchObject({ verdict: 'robust' });
    expect(await verifyLabel(against, { against: model })).toMatchObject({ verdict: 'robust' });
  });
  it('with a delta of zero is the copy, whose parameters are then listed', async () => {
    const [plain, zero] = await Promise.all([{}, { delta: 0 }].map((more) => estimateEpsilon(net, { against: pruned, output: 'logit', ...more })));
    expect([zero.lower, zero.upper]).toEqual([plain.lower, plain.upper]);
    expect(zero.witness!.parameters).toEqual([...pruned.parameters]);
  });
  it('with a delta is bounded as the copy by itself is, whose nominal network is the same function', async () => {
    const draft = randomDraft(random(8), [2, 4, 4, 1], 'relu', 'sigmoid');
    const [model, copy] = await Promise.all([draft, split(draft, 0, 1, 2)].map((each) => loadModel(each)));
    const options = { delta: 0.001, gap: 1e-5, maxBoxes: 3000, threads: 1 };
    const [own, beside] = await Promise.all([estimateEpsilon(copy, options), estimateEpsilon(model, { ...options, against: copy })]);
    expect(Math.max(own.lower, beside.lower)).toBeLessThanOrEqual(Math.min(own.upper, beside.upper));
    expect(beside.upper - beside.lower).toBeLessThan(2 * (own.upper - own.lower) + 2e-5);
  });
  it('is compared at many inputs', async () => {
    const inputs = [[0, 0], [1, -0.5], [-1, -1]];
    const batch = await estimateEpsilonBatch(net, inputs, { against: pruned, output: 'logit' });
    for (const [i, at] of inputs.entries()) {
      const { difference } = evaluate(net, { against: pruned, at, output: 'logit' });
      expect(batch.lower[i]).toBeLessThanOrEqual(difference!.upper);
      expect(batch.upper[i]).toBeGreaterThanOrEqual(difference!.lower);
      expect(batch.upper[i] - batch.lower[i]).toBeLessThan(1e-9);
    }
    expect((await batch.witness(1))!.parameters).toBeNull();
  });
});

describe('evaluate', () => {
  it('sets a copy beside the model, or parameters of its shape', () => {
    const { perturbed, difference } = evaluate(net, { against: pruned, at: [0, 0], output: 'logit' });
    expect(difference).toEqual({ lower: 70, upper: 70, output: 0 });
    expect(perturbed).not.toBeNull();
    const parameters = new Float64Array(9);
    expect(evaluate(net, { against: pruned, parameters, at: [0, 0], output: 'logit' }).difference).toEqual({ lower: 224, upper: 224, output: 0 }); // 9*6 + 10*7 + 11*8 + 12
  });
  it('with the model itself there is no difference', () => {
    expect(evaluate(net, { against: net, at: [0, 0] })).toMatchObject({ difference: { lower: 0, upper: 0 }, perturbed: { label: 1 } });
  });
  it('refuses parameters of another shape', () => {
    expect(() => evaluate(net, { against: pruned, parameters: net.parameters, at: [0, 0] }))
      .toThrow(expect.objectContaining({ code: 'PARAMETERS_INVALID', message: expect.stringMatching(/13 numbers, parameters, expected 9/) as string }) as Error);
  });
});

describe('what may not differ', () => {
  const relu = (sizes: number[]): Draft => randomDraft(random(1), sizes, 'relu', 'linear');
  it.each([
    ['the number of layers', [2, 3, 1], [2, 3, 3, 1], /another number of layers: 2-3-3-1 \(relu, relu, linear\), model object, expected that of model object, 2-3-1 \(relu, linear\); only widths of hidden layers may differ/],
    ['inputs', [2, 3, 1], [3, 3, 1], /another number of inputs: 3-3-1 .*2-3-1/],
    ['outputs', [2, 3, 1], [2, 3, 2], /another number of outputs: 2-3-2 .*2-3-1/],
  ])('%s', async (_, sizes, others, message) => {
    const [model, against] = await Promise.all([loadModel(relu(sizes)), loadModel(relu(others))]);
    expect(() => parameterBox(model, { against })).toThrow(expect.objectContaining({ code: 'AGAINST_MISMATCH', exitStatus: 3, message: expect.stringMatching(message) as string }) as Error);
    expect(() => evaluate(model, { against, at: new Float64Array(sizes[0]) })).toThrow(expect.objectContaining({ code: 'AGAINST_MISMATCH' }) as Error);
  });
  it('activations', async () => {
    const other = await loadModel({ ...cats(), layers: [{ ...cats().layers[0], activation: 'tanh' }] });
    expect(() => parameterBox(other, { against: net })).toThrow(expect.objectContaining({ code: 'AGAINST_MISMATCH' }) as Error);
    const cat = await loadModel(cats());
    expect(() => parameterBox(cat, { against: other }))
      .toThrow(expect.objectContaining({ code: 'AGAINST_MISMATCH', message: expect.stringMatching(/other activations: 2-1 \(tanh\).*2-1 \(sigmoid\)/) as string }) as Error);
  });
  it('no model at all', () => {
    expect(() => parameterBox(net, { against: numbered() } as unknown as QueryOptions)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }) as Error);
  });
});

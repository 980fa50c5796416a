import { describe, expect, it } from 'vitest';
import { parseNnet } from '../../../src/formats/nnet.js';
import { loadModel } from '../../../src/network/load.js';
import { Model } from '../../../src/network/model.js';
import { estimateEpsilonBatch } from '../../../src/query/batch.js';
import { estimateEpsilon } from '../../../src/query/epsilon.js';
import { evaluate } from '../../../src/query/evaluate.js';
import { imageOf, inUnits } from '../../../src/query/units.js';
import { nnetText } from '../../support/nnet.js';

const fixture = (name: string): Promise<Model> => loadModel(new URL(`../../fixtures/${name}.nnet`, import.meta.url));
const thirds = (change: object = {}): Model =>
  new Model(parseNnet(nnetText({ sizes: [1, 1], lower: [-6], upper: [6], mean: [0], range: [3], parameters: [1, 0], ...change }), 'thirds'));

describe('the image of a domain', () => {
  it('is exact where it is of doubles, and otherwise the doubles round it', () => {
    expect([...imageOf(thirds(), Float64Array.of(-6, 3)).domain]).toEqual([-2, 1]);
    const [lower, upper] = imageOf(thirds(), Float64Array.of(1, 1)).domain;
    expect([lower, upper]).toEqual([0.3333333333333333, 0.33333333333333337]);
  });
  it('is of the clamped domain, to which witnesses are held', () => {
    expect(imageOf(thirds(), Float64Array.of(-9, 99))).toMatchObject({ domain: Float64Array.of(-2, 2), scaling: { lower: Float64Array.of(-6), upper: Float64Array.of(6) } });
  });
  it('needs no scaling behind a clamp alone', () => {
    expect(imageOf(thirds({ range: [1] }), Float64Array.of(-9, 5))).toEqual({ domain: Float64Array.of(-6, 5), scaling: null });
  });
  it('is refused where it is beyond the doubles', async () => {
    const model = thirds({ lower: ['-inf'], upper: ['inf'], range: [1e-10] });
    await expect(estimateEpsilon(model, { delta: 1, at: [1e300] })).rejects.toMatchObject({ code: 'DOMAIN_INVALID', message: expect.stringContaining('x0 = 1e+300 is beyond the doubles when normalised') as string });
    await expect(estimateEpsilon(model, { delta: 1 })).rejects.toMatchObject({ code: 'DOMAIN_MISSING' });
  });
});

describe('units', () => {
  it('are one where the model does not normalise', async () => {
    const model = await fixture('scaled');
    const layers = inUnits(model, 'normalised');
    expect(layers.normalisation).toBeNull();
    expect(inUnits(layers, 'physical')).toBe(layers);
    expect(inUnits(layers, 'normalised')).toBe(layers);
    expect([...layers.domain!]).toEqual([-0.33333333333333337, 1, -0.5, 0.5]);
  });
  it('are those of notes, results and witnesses', async () => {
    const model = await fixture('scaled');
    const result = evaluate(model, { at: [2, 0], units: 'normalised' });
    expect(result).toMatchObject({ units: 'normalised', model: model.hash, notes: [expect.stringContaining('x0 = 2 is not in')] });
    expect(evaluate(model, { at: [2, 0] }).notes).toEqual([]);
  });
  it('carry a witness behind a limit back to the domain', async () => {
    const model = thirds();
    const { witness } = await estimateEpsilon(model, { delta: 0.25, domain: [[7, 9]], gap: 1e-9 });
    expect(witness).toMatchObject({ input: [7] });
    expect(witness!.value).toBeCloseTo(0.75, 8); // 2 * 0.25 + 0.25
  });
});

describe('another header', () => {
  it('is refused in physical units, and of no account in normalised ones', async () => {
    const [model, other] = await Promise.all([fixture('scaled'), fixture('scaled-other')]);
    await expect(estimateEpsilon(model, { against: other })).rejects.toMatchObject({ code: 'AGAINST_MISMATCH', message: expect.stringMatching(/another normalisation of inputs \(range 8 of x1, not 16\), .*scaled-other\.nnet, expected the header of .*--units normalised/) as string });
    await expect(estimateEpsilon(inUnits(model, 'normalised'), { against: other })).rejects.toMatchObject({ code: 'AGAINST_MISMATCH' });
    expect(await estimateEpsilon(model, { against: other, units: 'normalised' })).toMatchObject({ lower: 0, upper: 0 });
  });
  it('may have other limits where they clamp no input of the domain', async () => {
    const parts = { sizes: [2, 1], mean: [1, 0], range: [2, 4], parameters: [1, 1, 0] };
    const made = (lower: (number | string)[], upper: (number | string)[], source: string): Model => new Model(parseNnet(nnetText({ ...parts, lower, upper }), source));
    const model = made([-6, -2], [6, 2], 'first');
    const wider = made([-9, '-inf'], [6, 1e30], 'second');
    const narrower = made([-6, -1], [6, 2], 'third');
    expect(await estimateEpsilon(model, { against: wider })).toMatchObject({ lower: 0, upper: 0 });
    await expect(estimateEpsilon(wider, { against: model, domain: [[-6, 6], [-2, 3]] })).rejects.toMatchObject({ message: expect.stringContaining('(maximum 2 of x1, not Infinity), first') as string });
    await expect(estimateEpsilon(model, { against: narrower })).rejects.toMatchObject({ message: expect.stringContaining('(minimum -1 of x1, not -2), third') as string });
    expect(await estimateEpsilon(model, { against: narrower, domain: [[-9, 9], [-1, 1]] })).toMatchObject({ lower: 0, upper: 0 });
    expect(evaluate(model, { against: narrower, at: [0, -1] }).difference).toMatchObject({ lower: 0, upper: 0 });
    expect(() => evaluate(model, { against: narrower, at: [0, -1.5] })).toThrow(expect.objectContaining({ code: 'AGAINST_MISMATCH' }) as Error);
    // A batch has no domain: whatever the inputs are, the limits have to be the same.
    await expect(estimateEpsilonBatch(model, [[0, 0]], { against: narrower })).rejects.toMatchObject({ code: 'AGAINST_MISMATCH' });
  });
  it('of means and ranges that do nothing is none', async () => {
    const bare = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 0, upper: 1 }], layers: [{ weights: [[1]], bias: [0], activation: 'linear' }] });
    const clamped = thirds({ range: [1] });
    expect(await estimateEpsilon(bare, { against: clamped })).toMatchObject({ lower: 0, upper: 0 });
    await expect(estimateEpsilon(bare, { against: clamped, domain: [[0, 7]] })).rejects.toMatchObject({ code: 'AGAINST_MISMATCH' });
    await expect(estimateEpsilon(bare, { against: thirds() })).rejects.toMatchObject({ message: expect.stringContaining('(range 3 of x0, not none)') as string });
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { estimateEpsilon, estimateEpsilonBatch, estimateSigma, exportSmt2, loadModel, verifyEpsilon, verifyLabel, type Model, type QueryOptions } from '../../../src/index.js';
import { roundToFloat, FP16 } from '../../../src/quantize/float.js';
import { cats, numbered, threeClasses } from '../../support/models.js';

let cat: Model, net: Model;
beforeAll(async () => { [cat, net] = await Promise.all([loadModel(cats()), loadModel(numbered())]); });

/** 1-1-1, relu, one input in [0, 1]. */
async function chain(first: number, second: number, domain: [number, number] = [0, 1]): Promise<Model> {
  return loadModel({
    format: 'parabound-model@1', inputs: [{ lower: domain[0], upper: domain[1] }],
    layers: [{ weights: [[first]], bias: [0], activation: 'relu' }, { weights: [[second]], bias: [0], activation: 'linear' }],
  });
}

describe('what a device computes', () => {
  it('one product, by hand: the attained end is the rounded product, the proved one three roundings', async () => {
    const model = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 1.1, upper: 1.1 }], layers: [{ weights: [[1.3]], bias: [0], activation: 'linear' }] });
    const { lower, upper, witness, semantics, device } = await estimateEpsilon(model, { arithmetic: 'fp16', gap: 0 });
    const half = (x: number): number => roundToFloat(x, FP16);
    const computed = half(half(1.1) * half(1.3));
    expect(witness?.sums).toEqual([computed]);
    expect(lower).toBeLessThanOrEqual(Math.abs(1.1 * 1.3 - computed) + 1e-15);
    expect(lower).toBeGreaterThan(Math.abs(1.1 * 1.3 - computed) - 1e-15);
    // The input, the weight, the product, and its conversion from a wider accumulator; with what subnormals might add.
    expect(upper).toBeGreaterThan(1.43 * 3.999 * 2 ** -11);
    expect(upper).toBeLessThan(1.43 * 4.01 * 2 ** -11 + 3 * 2 ** -24);
    expect(semantics).toBe('device:fp16');
    expect(device).toMatchObject({ arithmetic: 'fp16', subnormals: 'kept', activations: [] });
  });
  it('one product below the normal numbers, rounded to an accumulator of two more bits and then to the format', async () => {
    // 3 2^-27 is a tie there, between 2^-26 and 2^-25; 2^-25 is one of fp16, between 0 and 2^-24.
    const model = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: 2 ** -12, upper: 2 ** -12 }], layers: [{ weights: [[3 * 2 ** -15]], bias: [0], activation: 'linear' }] });
    const { upper } = await estimateEpsilon(model, { arithmetic: 'fp16', gap: 0 });
    expect(upper).toBeGreaterThanOrEqual(2 ** -24 - 3 * 2 ** -27);
    expect(upper).toBeLessThan(1.01 * (2 ** -24 - 3 * 2 ** -27));
  });
  it('exact sums of rounded inputs, by hand: int8 on [-1, 1]', async () => {
    const model = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: -1, upper: 1 }], layers: [{ weights: [[3]], bias: [1], activation: 'linear' }] });
    const { lower, upper, device, semantics } = await estimateEpsilon(model, { activations: 'int8', gap: 1e-9 });
    const scale = Math.fround(2 / 255);
    expect(device?.activations).toEqual([{ at: 'input', format: 'int8', scale, zeroPoint: 0, range: [-1, 1] }]); // -0.5: to even
    expect(upper).toBeGreaterThanOrEqual(3 * scale / 2);
    expect(upper).toBeLessThan(3 * scale / 2 * 1.001);
    expect(lower).toBeGreaterThan(3 * scale / 2 * 0.9);
    expect(semantics).toBe('device:real,activations:int8');
  });
  it('values that saturate are covered', async () => {
    const model = await chain(1, 1);
    const { upper, lower } = await estimateEpsilon(model, { activations: 'int8[0..0.5]@0' });
    expect(upper).toBeGreaterThan(0.5);
    expect(lower).toBeGreaterThan(0.49); // at 1 the device has 0.5
    const fixed = await estimateEpsilon(await chain(3, 1), { activations: 'fixed:1.3@0' });
    expect(fixed.upper).toBeGreaterThan(1.125);
    expect(fixed.lower).toBeGreaterThan(1.124); // at 1 it has 1.875 for 3
  });
  it('fp32 beside int8 changes little, and the gap is reached', async () => {
    const [real, device] = [await estimateEpsilon(cat, { quantize: 'int8' }), await estimateEpsilon(cat, { quantize: 'int8', arithmetic: 'fp32' })];
    expect(device.upper).toBeGreaterThan(real.upper);
    expect(device.upper).toBeLessThan(real.upper * 1.001);
    expect(device.status).toBe('complete');
    expect(device.witness?.parameters).toBe(null);
  });
  it('a gap that no run closes is said to be open', async () => {
    const { status, notes, lower, upper } = await estimateEpsilon(cat, { arithmetic: 'fp16' });
    expect([status, notes.length, lower > 0, upper > lower]).toEqual(['stalled', 1, true, true]);
  });
  it('labels: robust far from the boundary, violated near it, with a run that shows it', async () => {
    expect((await verifyLabel(cat, { arithmetic: 'fp16', at: [10, 3] })).verdict).toBe('robust');
    const { verdict, witness } = await verifyLabel(cat, { arithmetic: 'fp16' });
    expect(verdict).toBe('violated');
    expect([(witness!.sums![0] > 0) === (witness!.label === 1), witness!.label !== witness!.nominalLabel]).toEqual([true, true]);
    const sigma = await estimateSigma(cat, { arithmetic: 'fp16' });
    for (const each of sigma.classes) expect([each.flips, each.lower > 0, each.upper < 0.01]).toEqual([true, true, true]);
    const three = await estimateSigma(await loadModel(threeClasses()), { arithmetic: 'bf16', output: 'logit' });
    expect(three.classes.every((each) => each.lower <= each.upper)).toBe(true);
  });
  it('thresholds: robust above the proved end, violated below the attained one, unknown between', async () => {
    const verdict = async (epsilon: number): Promise<string> => (await verifyEpsilon(cat, { epsilon, arithmetic: 'fp16' })).verdict;
    expect([await verdict(0.01), await verdict(1e-4)]).toEqual(['robust', 'violated']);
    const between = await verifyEpsilon(cat, { epsilon: 0.0025, arithmetic: 'fp16' });
    expect([between.verdict, between.witness, between.remaining.volumeFraction]).toEqual(['unknown', null, 1]);
  });
  it('with another network, or with a box round it', async () => {
    const copy = await loadModel({ ...cats(), layers: [{ ...cats().layers[0], bias: [-3.5] }] });
    const { upper, witness } = await estimateEpsilon(cat, { against: copy, arithmetic: 'fp32' });
    expect([upper > 0.003, witness?.parameters]).toEqual([true, null]);
    const box = await estimateEpsilon(cat, { delta: 0.01, arithmetic: 'fp32' });
    expect(box.upper).toBeGreaterThan(0.0575);
    expect(box.lower).toBeGreaterThan(0.0575); // of a run with parameters inside
    for (const [i, p] of box.witness!.parameters!.entries()) expect(Math.abs(p - cat.parameters[i])).toBeLessThanOrEqual(0.01);
  });
});

describe('what is refused', () => {
  it('overflow that is not ruled out', async () => {
    await expect(estimateEpsilon(await chain(300, 300), { arithmetic: 'fp16' })).rejects.toMatchObject({ code: 'QUANTIZATION_INVALID', exitStatus: 3, message: expect.stringMatching(/fp16 overflows, sums of layer 1.*at most 65504/) as string });
    await expect(estimateEpsilon(await chain(300, 200), { arithmetic: 'fp16' })).resolves.toMatchObject({ semantics: 'device:fp16' });
    await expect(estimateEpsilon(await chain(1e-3, 1, [0, 7e4]), { arithmetic: 'fp16' })).rejects.toMatchObject({ message: expect.stringContaining('inputs of') as string });
    await expect(estimateEpsilon(await chain(300, 1), { activations: 'fp16@0', domain: [[0, 300]] })).rejects.toMatchObject({ message: expect.stringContaining('values behind layer 0') as string });
  });
  it('parameters that the format cannot hold, also where what they are multiplied by is tiny, or always zero', async () => {
    const refused = { code: 'QUANTIZATION_INVALID', message: expect.stringMatching(/overflows, parameters of layer [01] of/) as string };
    await expect(estimateEpsilon(await chain(1e5, 1, [0, 1e-3]), { arithmetic: 'fp16' })).rejects.toMatchObject(refused);
    await expect(estimateEpsilon(await chain(1e39, 1, [0, 1e-40]), { arithmetic: 'fp32' })).rejects.toMatchObject(refused);
    await expect(estimateEpsilon(await chain(-1e5, 1, [0, 0]), { arithmetic: 'fp16' })).rejects.toMatchObject(refused);
    await expect(estimateEpsilon(await chain(-1, 1e5), { arithmetic: 'fp16' })).rejects.toMatchObject(refused); // an infinity times a relu's 0
    await expect(estimateEpsilon(await chain(-1, 65504), { arithmetic: 'fp16' })).resolves.toMatchObject({ semantics: 'device:fp16' });
    await expect(estimateEpsilon(await chain(-1, 1e5), { activations: 'fp16@input' })).resolves.toMatchObject({ semantics: 'device:real,activations:fp16' });
  });
  it.each([
    [{}, 'BOX_REQUIRED', /--arithmetic/], [{ arithmetic: 'real' }, 'BOX_REQUIRED', /--arithmetic/], [{ arithmetic: 'fp8' }, 'OPTION_INVALID', /real or fp32/],
    [{ delta: 1, activationUlps: 3 }, 'OPTION_REQUIRED', /--activation-ulps without --arithmetic/], [{ activations: 'int8@1' }, 'OPTION_INVALID', /input, or hidden layers from 0 to 0/],
    [{ arithmetic: 'fp32', certificate: 'x' }, 'OPTION_CONFLICT', /certificate and a device/],
  ] as const)('%j: %s', async (options, code, message) => {
    await expect(estimateEpsilon(net, options as QueryOptions)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
  it('questions that are not asked of devices', async () => {
    await expect(estimateEpsilonBatch(cat, [[10, 3]], { arithmetic: 'fp32' })).rejects.toMatchObject({ code: 'OPTION_CONFLICT' });
    expect(() => exportSmt2(cat, { property: 'epsilon', arithmetic: 'fp32' })).toThrow(/no part in this question/);
  });
  it('a model that normalises its inputs, but for its layers alone', async () => {
    const model = await loadModel('test/fixtures/scaled.nnet');
    const domain = Array.from({ length: model.inputCount }, () => [-0.1, 0.1] as const);
    await expect(estimateEpsilon(model, { arithmetic: 'fp32', domain })).rejects.toMatchObject({ code: 'OPTION_CONFLICT', message: expect.stringContaining('--units normalised') as string });
    await expect(estimateEpsilon(model, { arithmetic: 'fp32', domain, units: 'normalised' })).resolves.toMatchObject({ semantics: 'device:fp32' });
  });
});

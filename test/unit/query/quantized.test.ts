import { beforeAll, describe, expect, it } from 'vitest';
import { estimateEpsilon, estimateEpsilonBatch, loadModel, modelObject, quantizeModel, verifyLabel, type Model, type ModelObject, type QueryOptions } from '../../../src/index.js';
import { parameterBox } from '../../../src/query/box.js';
import { cats, numbered } from '../../support/models.js';

let net: Model; // 2-3-1, each parameter its number
let cat: Model;
beforeAll(async () => { [net, cat] = await Promise.all([loadModel(numbered()), loadModel(cats())]); });

describe('the box of a quantised copy', () => {
  it('is the copy', () => {
    const { spec, of, isCopy } = parameterBox(net, { quantize: 'int2' });
    expect(isCopy).toBe(true);
    expect(spec).toEqual({ kind: 'radius', center: of.parameters, radius: new Float64Array(13) });
    expect([...of.parameters]).toEqual([0, 0, 0, 5, 5, 5, 6, 7, 8, 11, 11, 11, 12]);
  });
  it('with delta, is round the copy; perturb leaves the rest as the model has it', () => {
    const { spec, isCopy } = parameterBox(net, { quantize: 'int2', delta: 0.5, perturb: '0,weights' });
    expect([isCopy, spec.kind === 'radius' && [...spec.center], spec.kind === 'radius' && [...spec.radius]])
      .toEqual([false, [0, 0, 0, 5, 5, 5, 6, 7, 8, 9, 10, 11, 12], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0]]);
    expect(parameterBox(net, { prune: 'magnitude:100%', deltaRelative: 0.5 }).spec).toMatchObject({ kind: 'relative', ratio: 0.5 });
  });
  it('as a box, and that of a pruning', () => {
    expect(parameterBox(net, { quantize: 'int2,none', as: 'box' }).spec).toMatchObject({ kind: 'bounds', lower: Float64Array.of(0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 10, 11, 12), upper: Float64Array.of(0, 5, 5, 5, 5, 5, 6, 7, 8, 9, 10, 11, 12) });
    expect(parameterBox(net, { pruneBox: 'magnitude:50%', perturb: '1' }).spec).toMatchObject({ kind: 'bounds', lower: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 11, 12) });
  });
  it.each([
    [{ quantize: 'int8', against: true }, 'OPTION_CONFLICT', /--against and --quantize/], [{ prune: 'magnitude:1%', parameters: { lower: [], upper: [] } }, 'OPTION_CONFLICT', /--parameters and --prune/],
    [{ pruneBox: 'magnitude:1%', quantize: 'int8' }, 'OPTION_CONFLICT', /--prune-box and --quantize/], [{ pruneBox: 'magnitude:1%', delta: 1 }, 'OPTION_CONFLICT', /--prune-box and --delta/],
    [{ quantize: 'int8', as: 'box', delta: 1 }, 'OPTION_CONFLICT', /--as box and --delta/], [{ delta: 1, granularity: 'channel', prune: 'magnitude:1%' }, 'OPTION_REQUIRED', /--granularity without --quantize/],
    [{ delta: 1, scheme: 'affine' }, 'OPTION_REQUIRED', /--scheme without --quantize/], [{ quantize: 'int99' }, 'OPTION_INVALID', /int2 to int16/], [{ quantize: 8 }, 'OPTION_INVALID', /8, quantize/],
    [{ quantize: 'int8', scheme: 'lopsided' }, 'OPTION_INVALID', /symmetric or affine/],
  ] as const)('%j: %s', async (options, code, message) => {
    const asked = { ...options, ...('against' in options ? { against: net } : {}) } as QueryOptions;
    await expect(estimateEpsilon(net, asked)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe('queries', () => {
  it('say what was asked about the copy itself, and of what became of the parameters', async () => {
    const copy = quantizeModel(cat, { quantize: 'int4' });
    const [here, there] = [await estimateEpsilon(cat, { quantize: 'int4' }), await estimateEpsilon(cat, { against: copy })];
    expect([here.lower, here.upper, here.witness]).toEqual([there.lower, there.upper, there.witness]);
    expect(here.witness?.parameters).toBe(null);
    expect(here.quantization).toMatchObject({ as: 'copy', tensors: [{ layer: 0, tensor: 'weights', format: 'int4' }] });
    expect(there.quantization).toBe(undefined);
  });
  it('the box of the format has the copy in it, and a witness inside', async () => {
    const [copy, box] = [await estimateEpsilon(cat, { quantize: 'int4' }), await estimateEpsilon(cat, { quantize: 'int4', as: 'box' })];
    expect(box.upper).toBeGreaterThanOrEqual(copy.lower);
    expect(box.witness?.parameters?.length).toBe(3);
    expect((await verifyLabel(cat, { pruneBox: 'magnitude:50%' })).verdict).toBe('violated');
  });
  it('also at many inputs', async () => {
    const batch = await estimateEpsilonBatch(cat, [[20.5, 2], [10, 3]], { quantize: 'int8' });
    const one = await estimateEpsilon(cat, { quantize: 'int8', at: [20.5, 2] });
    expect([batch.lower[0], batch.upper[0]]).toEqual([one.lower, one.upper]);
    expect(batch.quantization?.tensors.length).toBe(1);
  });
});

describe('quantizeModel', () => {
  it('gives a model that is written and read back as the same network', async () => {
    const copy = quantizeModel(net, { quantize: 'fixed:2.3', prune: 'magnitude:20%' });
    const again = await loadModel(JSON.parse(JSON.stringify(modelObject(copy))) as ModelObject);
    expect(again.hash).toBe(copy.hash);
    const whole = await loadModel(JSON.parse(JSON.stringify(modelObject(cat))) as ModelObject);
    expect([whole.hash, whole.labels, whole.inputNames, [...whole.domain!]]).toEqual([cat.hash, cat.labels, cat.inputNames, [...cat.domain!]]);
  });
  it('refuses what makes no copy', () => {
    expect(() => quantizeModel(cat, {})).toThrow(/nothing to do/);
    expect(() => quantizeModel(cat, { quantize: 'int8', as: 'box' } as object)).toThrow(/no option "as"/);
    expect(() => quantizeModel(cat, { quantise: 'int8' } as object)).toThrow(/no option "quantise"/);
    expect(() => quantizeModel({} as Model, { quantize: 'int8' })).toThrow(/a model from loadModel/);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { isNominalAlone, parameterBox, perturbMask } from '../../../src/query/box.js';
import type { QueryOptions } from '../../../src/query/settings.js';
import { cats, numbered } from '../../support/models.js';

let net: Model; // 2-3-1: weights 0-5, biases 6-8; weights 9-11, bias 12
let cat: Model;
beforeAll(async () => { [net, cat] = await Promise.all([loadModel(numbered()), loadModel(cats())]); });

const moving = (perturb: string): number[] => [...perturbMask(net, perturb)].flatMap((moves, i) => (moves === 1 ? [i] : []));
const refused = (options: object, code: ErrorCode, message?: RegExp) =>
  expect(() => parameterBox(net, options as QueryOptions)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message ?? /./) as string }) as Error);

describe('--perturb', () => {
  it.each([
    ['weights', [0, 1, 2, 3, 4, 5, 9, 10, 11]],
    ['biases', [6, 7, 8, 12]],
    ['weights,biases', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['0', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['1', [9, 10, 11, 12]],
    ['0-1', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['0, 1', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['weights,0', [0, 1, 2, 3, 4, 5]],
    ['1,biases', [12]],
  ])('%s', (perturb, expected) => { expect(moving(perturb)).toEqual(expected); });
  it.each(['', 'weight', '2', '0-2', '1-0', '-1', '0,', '0.5', 'weights;0', '1-', '99999999999999999999'])('not %j', (perturb) => {
    refused({ delta: 1, perturb }, 'OPTION_INVALID', /weights, biases, or layers from 0 to 1/);
  });
});

describe('the parameter box', () => {
  it('delta: a radius everywhere', () => {
    const { spec, isCopy } = parameterBox(net, { delta: 0.01 });
    expect(spec).toEqual({ kind: 'radius', center: net.parameters, radius: new Float64Array(13).fill(0.01) });
    expect(isCopy).toBe(false);
  });
  it('delta with perturb: no radius elsewhere', () => {
    expect(parameterBox(net, { delta: 1, perturb: '1,biases' }).spec).toMatchObject({ radius: Float64Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) });
  });
  it('deltaRelative: the ratio is kept, not multiplied out', () => {
    expect(parameterBox(net, { deltaRelative: 0.1, perturb: 'biases' }).spec)
      .toEqual({ kind: 'relative', center: net.parameters, ratio: 0.1, mask: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1]) });
  });
  it('parameters: any box, which need not hold the nominal parameters', () => {
    const [lower, upper] = [Array.from({ length: 13 }, () => -5), new Float64Array(13).fill(-4)];
    expect(parameterBox(net, { parameters: { lower, upper } }).spec).toEqual({ kind: 'bounds', lower: Float64Array.from(lower), upper });
  });
  it('against: the other model\'s parameters, a copy unless delta widens it', async () => {
    const other = await loadModel({ ...cats(), layers: [{ weights: [[1, 2]], bias: [3], activation: 'sigmoid' }] });
    expect(parameterBox(cat, { against: other })).toEqual({ spec: { kind: 'radius', center: other.parameters, radius: new Float64Array(3) }, of: other, isCopy: true });
    expect(parameterBox(cat, { against: other, delta: 0.5 })).toEqual({ spec: { kind: 'radius', center: other.parameters, radius: new Float64Array(3).fill(0.5) }, of: other, isCopy: false });
  });
  it('a huge delta is legal', () => { expect(parameterBox(net, { delta: 1e308 }).spec.kind).toBe('radius'); });

  it('p0 alone: nothing moves, by whatever name', () => {
    const alone = (options: QueryOptions) => isNominalAlone(net, parameterBox(net, options).spec);
    const { parameters } = net;
    expect([{ delta: 0 }, { deltaRelative: 0 }, { against: net }, { parameters: { lower: parameters, upper: parameters } }].map(alone)).toEqual([true, true, true, true]);
    const moved = parameters.map((p, i) => (i === 7 ? p + 1 : p));
    expect([{ delta: 1e-300 }, { deltaRelative: 1e-9 }, { against: net, delta: 1e-300 }, { parameters: { lower: parameters, upper: moved } }, { parameters: { lower: moved, upper: moved } }].map(alone)).toEqual([false, false, false, false, false]);
  });
  it('none at all', () => { refused({}, 'BOX_REQUIRED', /--delta.*--parameters, --against/); });
  it('two that exclude each other', () => {
    refused({ delta: 1, deltaRelative: 1 }, 'OPTION_CONFLICT');
    const parameters = { lower: net.parameters, upper: net.parameters };
    for (const other of [{ delta: 1 }, { deltaRelative: 1 }, { perturb: 'weights' }, { against: net }]) refused({ parameters, ...other }, 'OPTION_CONFLICT', /--parameters and --/);
  });
  it.each([
    ['no upper', { lower: [0, 0, 0] }, /missing, parameters\.upper/],
    ['too few', { lower: [0, 0], upper: [1, 1] }, /2 numbers, parameters\.lower.*3/],
    ['NaN', { lower: [0, NaN, 0], upper: [1, 1, 1] }, /NaN, parameters\.lower\[1\]/],
    ['null', { lower: [0, 0, 0], upper: [1, null, 1] }, /null, parameters\.upper\[1\]/],
    ['infinite', { lower: [0, 0, 0], upper: [1, 1, Infinity] }, /Infinity, parameters\.upper\[2\]/],
    ['inverted', { lower: [0, 2, 0], upper: [1, 1, 1] }, /inverted \[2, 1\], parameters\[1\]/],
    ['a list', [0, 1], /expected \{"lower"/],
    ['null itself', null, /null, parameters/],
    ['sides that are text', { lower: 'abc', upper: 'abc' }, /"abc", parameters\.lower/],
  ])('a box with %s', (_, parameters, message) => {
    expect(() => parameterBox(cat, { parameters } as unknown as QueryOptions))
      .toThrow(expect.objectContaining({ code: 'BOX_INVALID', exitStatus: 3, message: expect.stringMatching(message) as string }) as Error);
  });
});

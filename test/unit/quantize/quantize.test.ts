import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import type { Model } from '../../../src/network/model.js';
import { parseFormats } from '../../../src/quantize/format.js';
import { smallestWeights } from '../../../src/quantize/prune.js';
import { prunedBox, quantizedBox, quantizedCopy, quantizeParameters } from '../../../src/quantize/quantize.js';
import { cats, numbered } from '../../support/models.js';

let net: Model; // 2-3-1: weights 0-5, biases 6-8; weights 9-11, bias 12, each of its number's value
let cat: Model;
beforeAll(async () => { [net, cat] = await Promise.all([loadModel(numbered()), loadModel(cats())]); });
const all = (): Uint8Array => new Uint8Array(13).fill(1);
const flat = (values: ArrayLike<number>): number[] => Array.from(values);

describe('the words of a format', () => {
  it('one for all layers, or a list', () => {
    expect(parseFormats('int8', 2)).toEqual([{ kind: 'integer', bits: 8 }, { kind: 'integer', bits: 8 }]);
    expect(parseFormats('none, fixed:2.13', 2)).toEqual([{ kind: 'none' }, { kind: 'fixed', integer: 2, fraction: 13 }]);
  });
  it.each(['', 'int1', 'int17', 'int08x', 'int-8', 'uint8', 'fp8', 'INT8', 'fixed:0.0', 'fixed:16.16', 'fixed:3', 'int8,', 'int8;fp16'])('not %j', (text) => {
    expect(() => parseFormats(text, 2)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', exitStatus: 2 }) as Error);
  });
  it('as many as there are layers', () => {
    expect(() => parseFormats('int8,int8,int8', 2)).toThrow('3 formats, --quantize, expected one, or 2, one for each layer that is not fixed');
  });
});

describe('the copy', () => {
  it('weights alone, by tensor or by output', () => {
    const tensor = quantizedCopy(net, { quantize: 'int2' }); // scale 5, then 11
    const [s, t] = [5, 11];
    expect(flat(tensor.parameters)).toEqual([0, 0, 0, s, s, s, 6, 7, 8, t, t, t, 12]);
    const channel = quantizedCopy(net, { quantize: 'int2', granularity: 'channel' }); // 1, 3, 5; 11
    expect(flat(channel.parameters)).toEqual([0, 1, 3, 3, 5, 5, 6, 7, 8, 11, 11, 11, 12]);
  });
  it('biases too, where asked for', () => {
    expect(flat(quantizedCopy(net, { quantize: 'int2,none', quantizeBiases: true }).parameters)).toEqual([0, 0, 0, 5, 5, 5, 8, 8, 8, 9, 10, 11, 12]);
  });
  it('the model is left alone, and the copy is another', () => {
    const copy = quantizedCopy(cat, { quantize: 'fp16' });
    expect(flat(cat.parameters)).toEqual([0.07577862, 1.18118408, -3.51518067]);
    expect(flat(copy.parameters)).toEqual([0.0758056640625, 1.181640625, -3.51518067]);
    expect(copy.hash).not.toBe(cat.hash);
    expect([copy.source, copy.labels, flat(copy.domain!)]).toEqual([`${cat.source} (fp16)`, cat.labels, flat(cat.domain!)]);
  });
  it('prunes before it rounds', () => {
    const copy = quantizedCopy(net, { quantize: 'int2', prune: 'magnitude:50%/layer' }); // 0, 1, 2 and, half of 3 to even, 9 and 10
    expect(flat(copy.parameters)).toEqual([0, 0, 0, 5, 5, 5, 6, 7, 8, 0, 0, 11, 12]);
    expect(flat(quantizedCopy(net, { prune: 'magnitude:50%' }).parameters)).toEqual([0, 0, 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });
  it('what is fixed, or is not to move, stays', async () => {
    const file = numbered();
    const held = await loadModel({ ...file, layers: [{ ...file.layers[0], fixed: true }, file.layers[1]] });
    expect(flat(quantizedCopy(held, { quantize: 'int2', quantizeBiases: true }).parameters)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 11, 11, 12]);
    expect(() => quantizedCopy(held, { quantize: 'int2,int2' })).toThrow('2 formats');
    const bias = await loadModel({ ...file, layers: [file.layers[0], { ...file.layers[1], fixed: 'bias' }] });
    expect(flat(quantizedCopy(bias, { quantize: 'none,int2', quantizeBiases: true }).parameters)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 11, 11, 12]);
    const moves = all().fill(0, 0, 6);
    expect(flat(quantizedCopy(net, { quantize: 'int2', prune: 'magnitude:100%' }, moves).parameters)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 12]);
    expect(flat(quantizedCopy(net, { quantize: 'int2' }, all().fill(0, 0, 4)).parameters)).toEqual([0, 1, 2, 3, 5, 5, 6, 7, 8, 11, 11, 11, 12]);
    expect(flat(quantizedBox(net, { quantize: 'int2' }, all().fill(0, 0, 4)).upper)).toEqual([0, 1, 2, 3, 5, 5, 6, 7, 8, 11, 11, 11, 12]);
    const nothing = await loadModel({ ...file, layers: file.layers.map((layer) => ({ ...layer, fixed: true as const })) });
    expect(() => quantizedCopy(nothing, { quantize: 'int8' })).toThrow(expect.objectContaining({ code: 'QUANTIZATION_INVALID' }) as Error);
  });
  it('what the format cannot hold is refused', async () => {
    const huge = await loadModel({ ...cats(), layers: [{ weights: [[7e4, 1]], bias: [1e39], activation: 'sigmoid' }] });
    expect(() => quantizedCopy(huge, { quantize: 'fp16' })).toThrow(expect.objectContaining({ code: 'QUANTIZATION_INVALID', exitStatus: 3, message: expect.stringContaining('70000 overflows fp16, weights of layer 0') as string }) as Error);
    expect(() => quantizedCopy(huge, { quantize: 'int8', quantizeBiases: true })).toThrow('biases of layer 0');
    const edge = await loadModel({ ...cats(), layers: [{ weights: [[65510, 1]], bias: [0], activation: 'sigmoid' }] });
    expect(flat(quantizedCopy(edge, { quantize: 'fp16' }).parameters)).toEqual([65504, 1, 0]); // to nearest; upwards it overflows
    expect(() => quantizedBox(edge, { quantize: 'fp16' })).toThrow('65510 overflows fp16');
    expect(flat(quantizedCopy(huge, { quantize: 'bf16' }).parameters)).toEqual([70144, 1, 1e39]);
  });
});

describe('the box', () => {
  it('the neighbours on the grid', () => {
    const { lower, upper } = quantizedBox(net, { quantize: 'int2,fp16' });
    expect([flat(lower), flat(upper)]).toEqual([[0, 0, 0, 0, 0, 5, 6, 7, 8, 9, 10, 11, 12], [0, 5, 5, 5, 5, 5, 6, 7, 8, 9, 10, 11, 12]]);
  });
  it('of a pruning', () => {
    const { box: { lower, upper }, pruned } = prunedBox(net, 'magnitude:50%');
    expect([flat(lower), flat(upper), pruned]).toEqual([[0, 0, 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12], flat(net.parameters), 4]);
  });
});

describe('the smallest weights', () => {
  it('as many as round(P% of them), ties to even, the first of equals first', async () => {
    const file = numbered();
    const flatNet = await loadModel({ ...file, layers: [{ ...file.layers[0], weights: [[-1, 1], [1, 2], [-1, 1]] }, { ...file.layers[1], weights: [[3, -1, 1]] }] });
    const places = (text: string): number[] => flat(smallestWeights(flatNet, text, all(), '--prune'));
    expect(places('magnitude:50%')).toEqual([0, 1, 2, 4]); // 4.5
    expect(places('magnitude:17%')).toEqual([0, 1]); // 1.53
    expect(places('magnitude:0%')).toEqual([]);
    expect(places('magnitude:100%')).toEqual([0, 1, 2, 3, 4, 5, 9, 10, 11]);
    expect(places('magnitude:50%/layer')).toEqual([0, 1, 2, 10, 11]); // 3 and 1.5
  });
  it.each(['', 'magnitude', 'magnitude:30', 'magnitude:-1%', 'magnitude:101%', 'magnitude:1e1%', 'random:30%', 'magnitude:30%/tensor', 'magnitude:.%'])('not %j', (text) => {
    expect(() => smallestWeights(net, text, all(), '--prune-box')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('--prune-box') as string }) as Error);
  });
});

describe('what is said of it', () => {
  it('of each tensor', () => {
    expect(quantizeParameters(net, { quantize: 'int2,fp16', granularity: 'channel', quantizeBiases: true, prune: 'magnitude:20%' }).about('copy')).toEqual({
      as: 'copy', pruned: 2,
      tensors: [
        { layer: 0, tensor: 'weights', format: 'int2', scale: [1, 5], zeroPoint: [0, 0], largestError: 1 },
        { layer: 0, tensor: 'biases', format: 'int2', scale: [8, 8], zeroPoint: [0, 0], largestError: 2 },
        { layer: 1, tensor: 'weights', format: 'fp16', largestError: 0 },
        { layer: 1, tensor: 'biases', format: 'fp16', largestError: 0 },
      ],
    });
    expect(quantizeParameters(net, { quantize: 'int2,none' }).about('box').tensors).toEqual([{ layer: 0, tensor: 'weights', format: 'int2', scale: [5, 5], zeroPoint: [0, 0], largestError: 4 }]);
  });
});

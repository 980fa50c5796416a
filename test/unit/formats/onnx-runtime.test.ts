/** Every operator and every way to store numbers, in the reader and in onnxruntime, on the same files. */
import { describe, expect, it } from 'vitest';
import { estimateEpsilon, quantizeModel } from '../../../src/index.js';
import type { Model } from '../../../src/network/model.js';
import { node, onnx, rawBytes, tensor, type Fields, type Parts, type TypeName } from '../../support/onnx.js';
import { agree, ours } from '../../support/onnxruntime.js';
import { random } from '../../support/random.js';

const r = random(20);
const normal = (count: number, scale = 1): number[] => Array.from({ length: count }, () => Math.fround(scale * r.normal()));
const w34 = tensor('w', [3, 4], normal(12));
const w43 = tensor('w', [4, 3], normal(12));
const b4 = tensor('b', [4], normal(4));
const shapes = (model: Model): string => model.layers.map(({ inputs, outputs, activation, fixed }) => `${inputs}-${outputs} ${activation}${fixed === undefined ? '' : ` fixed:${fixed}`}`).join(', ');

/** What stands behind `h`, three values made of three inputs by a Gemm. */
const behind = (nodes: Fields[], more: Partial<Parts> = {}): Parts => ({
  dims: ['N', 3], ...more, initializers: [tensor('w0', [3, 3], normal(9)), tensor('b0', [3], normal(3)), ...(more.initializers ?? [])], nodes: [node('Gemm', ['x', 'w0', 'b0'], 'h'), ...nodes],
});
/** What stands before a Gemm that reads `h`. */
const before = (nodes: Fields[], more: Partial<Parts> = {}): Parts => ({
  dims: ['N', 3], ...more, initializers: [tensor('w0', [3, 2], normal(6)), tensor('b0', [2], normal(2)), ...(more.initializers ?? [])], nodes: [...nodes, node('Gemm', ['h', 'w0', 'b0'], 'y')],
});

const CASES: [string, Parts, string][] = [
  ['Gemm', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('Gemm', ['x', 'w', 'b'], 'y')] }, '3-4 linear'],
  ['Gemm, transB', { dims: [1, 3], initializers: [w43, b4], nodes: [node('Gemm', ['x', 'w', 'b'], 'y', { transB: 1 })] }, '3-4 linear'],
  ['Gemm without a bias', { dims: ['N', 3], initializers: [w34], nodes: [node('Gemm', ['x', 'w'], 'y')] }, '3-4 linear fixed:bias'],
  ['Gemm whose bias is left out by name', { dims: ['N', 3], initializers: [w34], nodes: [node('Gemm', ['x', 'w', ''], 'y')] }, '3-4 linear fixed:bias'],
  ['Gemm with one bias for all', { dims: ['N', 3], initializers: [w34, tensor('b', [1], [0.3])], nodes: [node('Gemm', ['x', 'w', 'b'], 'y')] }, '3-4 linear'],
  ['Gemm with a bias that is a row', { dims: ['N', 3], initializers: [w34, tensor('b', [1, 4], normal(4))], nodes: [node('Gemm', ['x', 'w', 'b'], 'y')] }, '3-4 linear'],
  ['Gemm, alpha and beta', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('Gemm', ['x', 'w', 'b'], 'y', { alpha: { float: 0.3 }, beta: { float: -1.7 } })] }, '3-4 linear'],
  ['Gemm, beta 0', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('Gemm', ['x', 'w', 'b'], 'y', { beta: { float: 0 } })] }, '3-4 linear fixed:bias'],
  ['Gemm with the weights on the left', { dims: [1, 3], initializers: [w43, tensor('b', [4, 1], normal(4))], nodes: [node('Gemm', ['w', 'x', 'b'], 'y', { transB: 1 })] }, '3-4 linear'],
  ['Gemm with the weights on the left, transposed', { dims: [1, 3], initializers: [w34], nodes: [node('Gemm', ['w', 'x'], 'y', { transA: 1, transB: 1 })] }, '3-4 linear fixed:bias'],
  ['Gemm, transA of a column', { dims: [1, 3], initializers: [w34, b4, tensor('s', [2], [3, 1], 'int64')], nodes: [node('Reshape', ['x', 's'], 'c'), node('Gemm', ['c', 'w', 'b'], 'y', { transA: 1 })] }, '3-4 linear'],
  ['MatMul', { dims: ['N', 3], initializers: [w34], nodes: [node('MatMul', ['x', 'w'], 'y')] }, '3-4 linear fixed:bias'],
  ['MatMul and Add', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Add', ['h', 'b'], 'y')] }, '3-4 linear'],
  ['Add of the bias from the left', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Add', ['b', 'h'], 'y')] }, '3-4 linear'],
  ['a bias that is subtracted', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Sub', ['h', 'b'], 'y')] }, '3-4 linear'],
  ['a bias behind a reshape', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Flatten', ['h'], 'f'), node('Add', ['f', 'b'], 'y')] }, '3-4 linear'],
  ['two biases, of which one is a constant', { dims: ['N', 3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Add', ['h', 'b'], 'g'), node('Add', ['g', 'b'], 'y')] }, '3-4 linear, 4-4 linear fixed:true'],
  ['MatMul of a vector', { dims: [3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Add', ['h', 'b'], 'y')] }, '3-4 linear'],
  ['MatMul with a vector', { dims: ['N', 3], initializers: [tensor('w', [3], normal(3))], nodes: [node('MatMul', ['x', 'w'], 'y')] }, '3-1 linear fixed:bias'],
  ['MatMul from the left of a vector', { dims: [3], initializers: [w43], nodes: [node('MatMul', ['w', 'x'], 'y')] }, '3-4 linear fixed:bias'],
  ['MatMul from the left of a column', { dims: [1, 3], initializers: [w43, tensor('v', [4], normal(4))], nodes: [node('Transpose', ['x'], 'c'), node('MatMul', ['w', 'c'], 'h'), node('MatMul', ['v', 'h'], 'y')] }, '3-4 linear fixed:bias, 4-1 linear fixed:bias'],
  ['MatMul over axes of size 1', { dims: [1, 1, 1, 3], initializers: [w34, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Add', ['h', 'b'], 'g'), node('Flatten', ['g'], 'y')] }, '3-4 linear'],
  ['two layers in a row', { dims: ['N', 3], initializers: [w34, tensor('v', [4, 2], normal(8))], nodes: [node('MatMul', ['x', 'w'], 'h'), node('MatMul', ['h', 'v'], 'y')] }, '3-4 linear fixed:bias, 4-2 linear fixed:bias'],
  ['Relu', behind([node('Relu', ['h'], 'y')]), '3-3 relu'],
  ['Sigmoid', behind([node('Sigmoid', ['h'], 'y')]), '3-3 sigmoid'],
  ['Tanh', behind([node('Tanh', ['h'], 'y')]), '3-3 tanh'],
  ['Softmax', behind([node('Softmax', ['h'], 'y')]), '3-3 softmax'],
  ['Softmax along axis 1', behind([node('Softmax', ['h'], 'y', { axis: 1 })]), '3-3 softmax'],
  ['Softmax before operator set 13', behind([node('Softmax', ['h'], 'y')], { opset: 11 }), '3-3 softmax'],
  ['Softmax before operator set 13, over all axes behind the batch', behind([node('Unsqueeze', ['h'], 'u', { axes: [2] }), node('Softmax', ['u'], 'y')], { opset: 11 }), '3-3 softmax'],
  ['Relu twice', behind([node('Relu', ['h'], 'g'), node('Relu', ['g'], 'y')]), '3-3 relu'],
  ['Tanh behind Relu', behind([node('Relu', ['h'], 'g'), node('Tanh', ['g'], 'y')]), '3-3 relu, 3-3 tanh fixed:true'],
  ['Relu of the input', before([node('Relu', ['x'], 'h')]), '3-3 relu fixed:true, 3-2 linear'],
  ['Flatten', { dims: ['N', 1, 3, 1], initializers: [w34], nodes: [node('Flatten', ['x'], 'h'), node('MatMul', ['h', 'w'], 'y')] }, '3-4 linear fixed:bias'],
  ['Flatten of two axes', { dims: ['N', 2, 2], initializers: [w43], nodes: [node('Flatten', ['x'], 'h', { axis: -2 }), node('MatMul', ['h', 'w'], 'y')] }, '4-3 linear fixed:bias'],
  ['Reshape', { dims: ['N', 2, 2], initializers: [w43, tensor('s', [2], [0, -1], 'int64')], nodes: [node('Reshape', ['x', 's'], 'h'), node('MatMul', ['h', 'w'], 'y')] }, '4-3 linear fixed:bias'],
  ['Reshape that keeps an axis', { dims: ['N', 2, 2], initializers: [w43, tensor('s', [4], [-1, 0, 1, 2], 'int64')], nodes: [node('Reshape', ['x', 's'], 'r'), node('Flatten', ['r'], 'h'), node('MatMul', ['h', 'w'], 'y')] }, '4-3 linear fixed:bias'],
  ['Squeeze and Unsqueeze', before([node('Unsqueeze', ['x', 'a'], 'u'), node('Squeeze', ['u', 'c'], 'h')], { initializers: [tensor('a', [2], [0, -1], 'int64'), tensor('c', [2], [0, 3], 'int64')] }), '3-2 linear'],
  ['Squeeze and Unsqueeze before operator set 13', before([node('Unsqueeze', ['x'], 'u', { axes: [0, 3] }), node('Squeeze', ['u'], 'h', { axes: [-1, 0] })], { opset: 12 }), '3-2 linear'],
  ['Transpose of axes of size 1', { dims: ['N', 3, 1], initializers: [w34], nodes: [node('Transpose', ['x'], 'h', { perm: [0, 2, 1] }), node('MatMul', ['h', 'w'], 'y')] }, '3-4 linear fixed:bias'],
  ['Identity and Dropout', before([node('Identity', ['x'], 'i'), node('Dropout', ['i'], ['h', 'mask'])]), '3-2 linear'],
  ['Dropout before operator set 12', before([node('Dropout', ['x'], 'h', { ratio: { float: 0.4 } })], { opset: 9 }), '3-2 linear'],
  ['Dropout with a ratio and no training', before([node('Dropout', ['x', 'p', 't'], 'h')], { initializers: [tensor('p', [], [0.5]), tensor('t', [], [0], 'bool')] }), '3-2 linear'],
  ['Cast to double and back', before([node('Cast', ['x'], 'd', { to: 11 }), node('Cast', ['d'], 'h', { to: 1 })]), '3-2 linear'],
  ['Constant, in all its forms', before([node('Constant', [], 'c', { value: { tensor: tensor('', [3], normal(3)) } }), node('Constant', [], 'k', { value_float: { float: 0.5 } }), node('Constant', [], 'l', { value_floats: { floats: [1, 2, 3] } }), node('Constant', [], 's', { value_ints: [1, 3] }),
    node('Add', ['x', 'c'], 'p'), node('Mul', ['p', 'k'], 'q'), node('Add', ['q', 'l'], 'z'), node('Reshape', ['z', 's'], 'h')]), '3-2 linear'],
  ['constants that are transposed, reshaped, cast', { dims: ['N', 3], initializers: [tensor('w', [2, 2, 3], normal(12), 'float64'), tensor('s', [2], [4, -1], 'int64'), tensor('b', [2, 1, 2], normal(4))],
    nodes: [node('Cast', ['w'], 'f', { to: 1 }), node('Identity', ['f'], 'i'), node('Reshape', ['i', 's'], 'm'), node('Transpose', ['m'], 't'), node('MatMul', ['x', 't'], 'h'), node('Transpose', ['b'], 'u', { perm: [1, 2, 0] }), node('Flatten', ['u'], 'v', { axis: 0 }), node('Add', ['h', 'v'], 'y')] }, '3-4 linear'],
  ['a node that the output does not need', { dims: ['N', 3], initializers: [w34], nodes: [node('Sin', ['x'], 'z'), node('MatMul', ['x', 'w'], 'y')] }, '3-4 linear fixed:bias'],
  ['an initialiser that is listed as an input', { dims: ['N', 3], initializers: [w34], nodes: [node('MatMul', ['x', 'w'], 'y')],
    graph: { input: [{ name: 'w', type: { tensor_type: { elem_type: 1, shape: { dim: [{ dim_value: 3 }, { dim_value: 4 }] } } } }, { name: 'x', type: { tensor_type: { elem_type: 1, shape: { dim: [{}, { dim_value: 3 }] } } } }] } }, '3-4 linear fixed:bias'],
];

describe('as onnxruntime has it', () => {
  it.each(CASES)('%s', async (_, parts, expected) => {
    const inputs = parts.dims.reduce<number>((n, dim) => n * (typeof dim === 'number' ? dim : 1), 1);
    expect(shapes(await agree(parts, r, inputs))).toBe(expected);
  });
});

describe('steps of single values', () => {
  const c = (name: string, ...values: number[]): Fields => tensor(name, [values.length], values.map(Math.fround));
  it.each<[string, Fields[], Fields[], string, string]>([
    ['(x - mean) / std', [node('Sub', ['x', 'm'], 'a'), node('Div', ['a', 's'], 'h')], [c('m', 0.485, 0.456, 0.406), c('s', 0.229, 0.224, 0.225)], '3-2 linear', 'normalised'],
    ['(x / 255 - mean) / std', [node('Div', ['x', 'k'], 'z'), node('Sub', ['z', 'm'], 'a'), node('Div', ['a', 's'], 'h')], [c('k', 255), c('m', 0.485, 0.456, 0.406), c('s', 0.229, 0.224, 0.225)], '3-2 linear', 'normalised'],
    ['x + c', [node('Add', ['c', 'x'], 'h')], [c('c', 0.1, -0.2, 0.3)], '3-2 linear', 'normalised'],
    ['x * 2^-7 - 1', [node('Mul', ['x', 'k'], 'z'), node('Sub', ['z', 'c'], 'h')], [c('k', 2 ** -7), c('c', 1)], '3-2 linear', 'normalised'],
    ['x * 0.1: a factor without a reciprocal', [node('Mul', ['x', 'k'], 'h')], [c('k', 0.1)], '3-3 linear fixed:true, 3-2 linear', 'as it is'],
    ['x * 0.1 + c', [node('Mul', ['x', 'k'], 'z'), node('Add', ['z', 'c'], 'h')], [c('k', 0.1), c('c', 0.1, 0.2, 0.3)], '3-3 linear fixed:true, 3-2 linear', 'as it is'],
    ['x / 255 * 0.1', [node('Div', ['x', 'k'], 'z'), node('Mul', ['z', 'c'], 'h')], [c('k', 255), c('c', 0.1)], '3-3 linear fixed:true, 3-2 linear', 'normalised'],
    ['c - x', [node('Sub', ['c', 'x'], 'h')], [c('c', 1, 2, 3)], '3-3 linear fixed:true, 3-2 linear', 'as it is'],
    ['x / -4', [node('Div', ['x', 'c'], 'h')], [c('c', -4)], '3-3 linear fixed:true, 3-2 linear', 'as it is'],
    ['a step and an activation', [node('Mul', ['x', 'k'], 'z'), node('Tanh', ['z'], 'h')], [c('k', 0.1)], '3-3 tanh fixed:true, 3-2 linear', 'as it is'],
    ['a normalisation and an activation', [node('Div', ['x', 'k'], 'z'), node('Tanh', ['z'], 'h')], [c('k', 0.1)], '3-3 tanh fixed:true, 3-2 linear', 'normalised'],
  ])('before the first layer: %s', async (_, nodes, initializers, expected, normalised) => {
    const model = await agree(before(nodes, { initializers }), r, 3, 20);
    expect([shapes(model), model.normalisation === null ? 'as it is' : 'normalised']).toEqual([expected, normalised]);
  });
  it('a normalisation is the same over the reals', async () => {
    const model = await ours(onnx(before([node('Div', ['x', 'k'], 'z'), node('Sub', ['z', 'm'], 'a'), node('Div', ['a', 's'], 'h')], { initializers: [c('k', 255), c('m', 0.5), c('s', 0.1)] })));
    expect([model.normalisation!.mean[0], model.normalisation!.range[0], model.normalisation!.lower[0]]).toEqual([127.5, 255 * Math.fround(0.1), -Infinity]);
  });
  it.each<[string, Fields[], Fields[], string]>([
    ['h * k', [node('Mul', ['h', 'k'], 'y')], [c('k', 0.1, -3, 7)], '3-3 linear, 3-3 linear fixed:true'],
    ['softmax(h / 4 + c)', [node('Div', ['h', 'k'], 'z'), node('Add', ['z', 'c'], 'a'), node('Softmax', ['a'], 'y')], [c('k', 4), c('c', 0.1, 0.2, 0.3)], '3-3 linear, 3-3 softmax fixed:true'],
    ['2 sigmoid(h) - 1', [node('Sigmoid', ['h'], 's'), node('Mul', ['s', 'k'], 'z'), node('Sub', ['z', 'c'], 'y')], [c('k', 2), c('c', 1)], '3-3 sigmoid, 3-3 linear fixed:true'],
    ['(h + c) * k', [node('Add', ['h', 'c'], 'a'), node('Mul', ['a', 'k'], 'y')], [c('c', 1, 2, 3), c('k', 0.1, -3, 7)], '3-3 linear, 3-3 linear fixed:true'],
    ['(h - c) / -4 + c', [node('Sub', ['h', 'c'], 'a'), node('Div', ['a', 'k'], 'b'), node('Add', ['b', 'c'], 'y')], [c('c', 1, 2, 3), c('k', -4)], '3-3 linear, 3-3 linear fixed:true'],
    ['1 - h', [node('Sub', ['c', 'h'], 'y')], [c('c', 1)], '3-3 linear, 3-3 linear fixed:true'],
    ['h * a * b + c', [node('Mul', ['h', 'a'], 'p'), node('Mul', ['p', 'b'], 'q'), node('Add', ['q', 'c'], 'y')], [c('a', 0.1), c('b', 0.3), c('c', 0.7)], '3-3 linear, 3-3 linear fixed:true'],
  ])('behind it: %s', async (_, nodes, initializers, expected) => {
    expect(shapes(await agree(behind(nodes, { initializers }), r, 3))).toBe(expected);
  });
  it('a factor before the bias leaves the layer without one', async () => {
    const model = await agree({ dims: ['N', 3], initializers: [w34, b4, c('k', 3)], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Mul', ['h', 'k'], 'z'), node('Add', ['z', 'b'], 'y')] }, r, 3);
    expect(shapes(model)).toBe('3-4 linear fixed:bias, 4-4 linear fixed:true');
  });
});

describe('numbers as they are stored', () => {
  const weights = (type: TypeName, values: number[], how: 'raw' | 'typed'): Parts =>
    ({ dims: ['N', 3], initializers: [tensor('w', [3, 2], values, type, how)], nodes: [...(type === 'float32' ? [] : [node('Cast', ['w'], 'v', { to: 1 })]), node('MatMul', ['x', type === 'float32' ? 'w' : 'v'], 'y')] });
  const HALVES = [0x0001, 0x3c01, 0xfbff, 0x0400, 0x83ff, 0x8000];
  const BRAINS = [0x3f81, 0x0080, 0xc2f7, 0x4049, 0x8000, 0x0001];
  const stored = async (parts: Parts): Promise<number[]> => {
    const [a, c, e, b, d, f] = (await agree(parts, r, 3)).parameters;
    return [a, b, c, d, e, f]; // in the file's order
  };
  it.each(['raw', 'typed'] as const)('%s', async (how) => {
    const floats = [0.1, -1.5, 1e-40, 3e37, 2 ** -149, -0].map(Math.fround);
    expect(await stored(weights('float32', floats, how))).toEqual(floats);
    expect(await stored(weights('float16', HALVES, how))).toEqual([2 ** -24, 1 + 2 ** -10, -65504, 2 ** -14, -1023 * 2 ** -24, -0]);
    expect(await stored(weights('bfloat16', BRAINS, how))).toEqual([1 + 2 ** -7, 2 ** -126, -123.5, 3.140625, -0, 2 ** -133]);
    for (const [type, least, most] of [['int8', -128, 127], ['uint8', 0, 255], ['int16', -32768, 32767], ['uint16', 0, 65535], ['int32', -8388608, 8388607], ['uint32', 0, 16777215]] as const) {
      const values = [least, most, 1, 7, 0, most - 1];
      expect(await stored(weights(type, values, how)), type).toEqual(values);
    }
    expect(await stored(weights('int64', [-3, 16777215, 1, 7, 0, -8388608], how))).toEqual([-3, 16777215, 1, 7, 0, -8388608]);
    expect(await stored(weights('bool', [1, 0, 1, 1, 0, 0], how))).toEqual([1, 0, 1, 1, 0, 0]);
  });
  it('a double that is cast to float32 is rounded there', async () => {
    const model = await ours(onnx({ dims: ['N', 1], initializers: [tensor('w', [1, 1], [0.1], 'float64')], nodes: [node('Cast', ['w'], 'v', { to: 1 }), node('MatMul', ['x', 'v'], 'y')] }));
    expect([...model.parameters]).toEqual([Math.fround(0.1), 0]);
  });
  it('float64, which keeps all its digits here', async () => {
    const values = [0.1, Math.PI, 1e-300, -1 / 3, 5e-324, 1e300];
    const parts: Parts = { dims: ['N', 3], type: 'float64', initializers: [], nodes: [node('Gemm', ['x', 'w'], 'y')] };
    for (const how of ['raw', 'typed'] as const) {
      const model = await ours(onnx({ ...parts, initializers: [tensor('w', [3, 2], values, 'float64', how)] }));
      expect([...model.parameters]).toEqual([0.1, 1e-300, 5e-324, Math.PI, -1 / 3, 1e300, 0, 0]);
    }
  });
  it.each(['raw', 'typed'] as const)('uint64 and numbers of four bits, %s', async (how) => {
    const dequantised = (type: TypeName, values: number[]): Parts => ({ dims: ['N', 3], initializers: [tensor('w', [3, 1], values, type, how), tensor('s', [], [0.5])], nodes: [node('DequantizeLinear', ['w', 's'], 'v'), node('MatMul', ['x', 'v'], 'y')] });
    expect([...(await agree(dequantised('int4', [-8, 7, -1]), r, 3)).parameters]).toEqual([-4, 3.5, -0.5, 0]);
    expect([...(await agree(dequantised('uint4', [15, 0, 9]), r, 3)).parameters]).toEqual([7.5, 0, 4.5, 0]);
    const wide = { ...dequantised('uint64', [2 ** 53 - 2, 1, 0]) };
    wide.nodes = [node('Cast', ['w'], 'v', { to: 11 }), node('MatMul', ['x', 'v'], 'y')];
    expect([...(await ours(onnx(wide))).parameters]).toEqual([2 ** 53 - 2, 1, 0, 0]);
  });
});

describe('quantised weights and biases', () => {
  const integers = (count: number, least: number, most: number): number[] => Array.from({ length: count }, () => least + r.below(most - least + 1));
  it.each([['int8', -128, 127], ['uint8', 0, 255], ['int16', -32768, 32767], ['uint16', 0, 65535]] as const)('%s, for each output and for all, weights and bias', async (type, least, most) => {
    const scales = normal(4).map((value) => Math.fround(Math.abs(value) / 100 + 0.001));
    const w = tensor('w', [4, 3], integers(12, least, most), type);
    const bias = tensor('b', [4], integers(4, -1e6, 1e6), 'int32');
    const each = await agree({ dims: ['N', 3], initializers: [w, bias, tensor('s', [4], scales), tensor('z', [4], integers(4, least, most), type), tensor('t', [4], scales.map((scale) => Math.fround(scale / 7)))],
      nodes: [node('DequantizeLinear', ['w', 's', 'z'], 'v', { axis: 0 }), node('DequantizeLinear', ['b', 't'], 'c', { axis: 0 }), node('Gemm', ['x', 'v', 'c'], 'h', { transB: 1 }), node('Relu', ['h'], 'y')] }, r, 3);
    expect(shapes(each)).toBe('3-4 relu');
    await agree({ dims: ['N', 4], initializers: [w, tensor('s', [], [0.01]), tensor('z', [], [least + 3], type)], nodes: [node('DequantizeLinear', ['w', 's', 'z'], 'v'), node('MatMul', ['x', 'v'], 'y')] }, r, 4);
    await agree({ dims: ['N', 4], initializers: [w, tensor('s', [3], scales.slice(1))], nodes: [node('DequantizeLinear', ['w', 's'], 'v', { axis: -1 }), node('MatMul', ['x', 'v'], 'y')] }, r, 4);
  });
  it('are the exact product of scale and integer', async () => {
    const scale = Math.fround(0.1);
    const model = await ours(onnx({ dims: ['N', 3], initializers: [tensor('w', [3, 1], [127, -128, 3], 'int8'), tensor('s', [], [scale]), tensor('z', [], [-5], 'int8')], nodes: [node('DequantizeLinear', ['w', 's', 'z'], 'v'), node('MatMul', ['x', 'v'], 'y')] }));
    expect([...model.parameters]).toEqual([132 * scale, -123 * scale, 8 * scale, 0]);
    expect(model.parameters[0]).not.toBe(Math.fround(132 * scale)); // which is what a runtime makes of it
  });
  it('are rounded as the runtime rounds them, where the file has them as floats', async () => {
    const scale = Math.fround(0.05);
    const values = [0.125, 0.375, -0.125, 6.35, 6.4, -6.45, 100, -100, 0.025, -0.025, 0.075, 1e-9].map(Math.fround); // halves, ends, beyond
    for (const [type, zero] of [['int8', 0], ['uint8', 100], ['int8', -7], ['int16', 5], ['uint16', 300]] as const) {
      const initializers = [tensor('w', [12], values), tensor('s', [], [scale]), tensor('z', [], [zero], type), tensor('o', [1, 12], new Array(12).fill(1) as number[])];
      const constants = [node('QuantizeLinear', ['w', 's', 'z'], 'q'), node('DequantizeLinear', ['q', 's', 'z'], 'v')];
      // Multiplied by inputs of one: every number of the runtime's stands alone.
      const parts: Parts = { dims: [1, 12], initializers, nodes: [...constants, node('Mul', ['x', 'v'], 'p'), node('MatMul', ['p', 'i'], 'y')] };
      const identity = tensor('i', [12, 12], Array.from({ length: 144 }, (_, k) => (k % 13 === 0 ? 1 : 0)));
      const { theirs } = await import('../../support/onnxruntime.js');
      const found = await (await theirs(onnx({ ...parts, initializers: [...initializers, identity] }), parts.dims))(new Array(12).fill(1) as number[]);
      const model = await ours(onnx({ dims: ['N', 12], initializers, nodes: [...constants, node('MatMul', ['x', 'v'], 'y')] }));
      expect(Array.from(model.parameters.subarray(0, 12), Math.fround), `${type} ${zero}`).toEqual(found.map((value) => value + 0));
    }
  });
  it.each([['int8', 'symmetric'], ['int8', 'affine'], ['int4', 'affine'], ['int16', 'symmetric']] as const)('are those of --quantize %s %s, where the file rounds floats to the same scale', async (quantize, scheme) => {
    const w = tensor('w', [3, 4], normal(12));
    const float: Parts = { dims: ['N', 3], initializers: [w, b4], nodes: [node('MatMul', ['x', 'w'], 'h'), node('Add', ['h', 'b'], 'y')] };
    const model = await ours(onnx(float));
    const { quantization } = await estimateEpsilon(model, { quantize, scheme, at: [1, 2, 3] });
    const { scale, zeroPoint } = quantization!.tensors[0];
    const rounded: Parts = {
      ...float, initializers: [...float.initializers!, tensor('s', [], [scale![0]]), tensor('z', [], [zeroPoint![0]], quantize)],
      nodes: [node('QuantizeLinear', ['w', 's', 'z'], 'q'), node('DequantizeLinear', ['q', 's', 'z'], 'v'), node('MatMul', ['x', 'v'], 'h'), node('Add', ['h', 'b'], 'y')],
    };
    const copy = quantizeModel(model, { quantize, scheme });
    expect((await agree(rounded, r, 3)).hash).toBe(copy.hash);
    expect(copy.hash).not.toBe(model.hash);
  });
});

describe('random graphs', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('%i', async (seed) => {
    const g = random(1000 + seed);
    const values = (count: number, scale: number): number[] => Array.from({ length: count }, () => Math.fround(scale * g.normal()));
    const depth = 1 + g.below(4);
    const initializers: Fields[] = [];
    const nodes: Fields[] = [];
    let [width, at, name] = [1 + g.below(6), 'x', 0];
    const inputs = width;
    const constant = (dims: number[], scale: number): string => {
      initializers.push(tensor(`c${++name}`, dims, values(dims.reduce((a, b) => a * b, 1), scale), 'float32', g.pick(['raw', 'typed'])));
      return `c${name}`;
    };
    const put = (op: string, reads: string[], attributes = {}): void => { nodes.push(node(op, reads, (at = `v${++name}`), attributes)); };
    if (g.uniform() < 0.5) put('Sub', [at, constant([width], 1)]);
    if (g.uniform() < 0.5) put('Div', [at, (initializers.push(tensor('range', [width], values(width, 1).map((value) => Math.abs(value) + 0.25))), 'range')]);
    for (let l = 0; l < depth; l++) {
      const to = l + 1 === depth ? 1 + g.below(4) : 1 + g.below(8);
      const scale = 1 / Math.sqrt(width);
      if (g.uniform() < 0.5) {
        const flip = g.below(2);
        put('Gemm', [at, constant(flip === 1 ? [to, width] : [width, to], scale), ...(g.uniform() < 0.8 ? [constant(g.pick([[to], [1, to]]), 0.5)] : [])], { transB: flip, ...(g.uniform() < 0.3 ? { alpha: { float: g.between(-2, 2) }, beta: { float: g.between(-2, 2) } } : {}) });
      } else {
        put('MatMul', [at, constant([width, to], scale)]);
        if (g.uniform() < 0.8) put('Add', g.pick([[at, constant([to], 0.5)], [constant([1, to], 0.5), at]]));
      }
      width = to;
      if (g.uniform() < 0.2) put('Mul', [at, constant([g.pick([1, width])], 1)]);
      if (g.uniform() < 0.2) put('Identity', [at]);
      if (g.uniform() < 0.8) put(l + 1 < depth ? g.pick(['Relu', 'Relu', 'Sigmoid', 'Tanh']) : width > 1 ? g.pick(['Softmax', 'Relu', 'Sigmoid']) : g.pick(['Sigmoid', 'Tanh']), [at]);
    }
    await agree({ dims: ['N', inputs], initializers, nodes, output: at }, g, inputs, 2, 4);
  });
});

it('the bytes that tests write are those that they mean', () => {
  expect([...rawBytes('int4', [-8, 7, -1])]).toEqual([0x78, 0x0f]);
  expect([...rawBytes('float16', [0x3c01])]).toEqual([1, 0x3c]);
});

/** What is no chain of dense layers, or no ONNX file, is refused by node, operator and reason. */
import { describe, expect, it } from 'vitest';
import { ParaboundError, type ErrorCode } from '../../../src/errors.js';
import { encode, node, onnx, tensor, TYPE, valueInfo, type Fields, type Parts } from '../../support/onnx.js';
import { ours } from '../../support/onnxruntime.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const w = tensor('w', [3, 4], numbers(12));
const w44 = tensor('w', [4, 4], numbers(16));
const b = tensor('b', [4], numbers(4));
const simple = (more: Partial<Parts> = {}): Parts => ({ dims: ['N', 3], initializers: [w, b], nodes: [node('Gemm', ['x', 'w', 'b'], 'y', {}, { name: 'fc1' })], ...more });
const behind = (nodes: Fields[], ...initializers: Fields[]): Parts => simple({ initializers: [w, b, ...initializers], nodes: [node('Gemm', ['x', 'w', 'b'], 'h'), ...nodes] });
const weights = (tensorOf: Fields, nodes: Fields[] = [], ...more: Fields[]): Parts => simple({ initializers: [tensorOf, ...more], nodes: [...nodes, node('Gemm', ['x', nodes.length === 0 ? 'w' : 'v'], 'y')] });
const scalar = (name: string, value: number): Fields => tensor(name, [], [value]);
const quantised = (w8: Fields, s: Fields, z?: Fields, attributes: Parameters<typeof node>[3] = {}, opset = 21): Parts =>
  ({ ...weights(w8, [node('DequantizeLinear', ['w', 's', ...(z === undefined ? [] : ['z'])], 'v', attributes)], s, ...(z === undefined ? [] : [z])), opset });

async function failure(bytes: Uint8Array): Promise<ParaboundError> {
  const error: unknown = await ours(bytes, 'net.onnx').then(() => undefined, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ParaboundError);
  return error as ParaboundError;
}

const UNSUPPORTED: [string, Parts, RegExp][] = [
  ['a convolution', behind([node('Conv', ['h', 'w'], 'y', {}, { name: 'conv_1' })]), /operator "Conv", Conv node "conv_1" of net\.onnx, expected one of Add, Cast, .*Unsqueeze/],
  ['an operator of its own', behind([node('Gelu', ['h'], 'y', {}, { domain: 'com.microsoft' })]), /operator "Gelu" of "com.microsoft", Gelu node 1 of/],
  ['a standard operator of another domain', behind([node('Relu', ['h'], 'y', {}, { domain: 'my' })]), /operator "Relu" of "my"/],
  ['an operator from the prototype', behind([node('toString', ['h'], 'y')]), /operator "toString"/],
  ['a function in place of an operator', simple({ model: { functions: [{ name: 'Relu', domain: '' }] } }), /function "Relu" in place of an operator/],
  ['a branch', behind([node('Relu', ['h'], 'r'), node('Add', ['r', 'h'], 'y')]), /"h" is read after another node has read it: a branch, Add node 2 of net\.onnx, expected one chain/],
  ['a square', behind([node('Mul', ['h', 'h'], 'y')]), /two operands that come from the input, Mul node 1/],
  ['a product of what comes from the input', behind([node('MatMul', ['h', 'h'], 'y')]), /two factors that come from the input, MatMul/],
  ['a Gemm of two constants', simple({ initializers: [w44, b], nodes: [node('Gemm', ['w', 'w', 'x'], 'y')] }), /two constant factors, Gemm node 0/],
  ['a bias that comes from the input', behind([node('Gemm', ['b2', 'b2', 'h'], 'y')], tensor('b2', [4, 4], numbers(16))), /two constant factors/],
  ['a bias and a factor that come from the input', simple({ dims: ['N', 4], initializers: [w44], nodes: [node('Gemm', ['x', 'w', 'x'], 'y')] }), /a bias that is computed from the input/],
  ['activations that are quantised', behind([node('QuantizeLinear', ['h', 's'], 'q'), node('DequantizeLinear', ['q', 's'], 'y')], scalar('s', 0.1)), /it rounds what comes from the input \(activations\): only weights and biases may be quantised, QuantizeLinear node 1/],
  ['a scale that comes from the input', behind([node('DequantizeLinear', ['w', 'h'], 'y')]), /only weights and biases/],
  ['integers from a scale found at run time', behind([node('DynamicQuantizeLinear', ['h'], ['y', 's', 'z'])]), /its scale depends on the input/],
  ['two inputs', simple({ graph: { input: [valueInfo('x', ['N', 3]), valueInfo('z', [3])] } }), /2 inputs, net\.onnx, expected one/],
  ['two outputs', simple({ graph: { output: [valueInfo('y', null), valueInfo('x', null)] } }), /2 outputs/],
  ['an output that is constant', simple({ output: 'c', nodes: [node('Identity', ['w'], 'c')] }), /output "c" does not depend on the input/],
  ['a second output of a node', behind([node('Dropout', ['h'], ['d', 'y'])]), /output 1 of it, "y", is used, Dropout node 1/],
  ['a batch of 8', simple({ dims: [8, 3] }), /a batch of 8, input "x" of net\.onnx, expected a first axis of size 1, or without a size/],
  ['an input without sizes', simple({ dims: ['N', 'M'] }), /axis 1 has no size/],
  ['an input without a shape', simple({ graph: { input: [valueInfo('x', null)] } }), /no shape, input "x"/],
  ['an input that is a sequence', simple({ graph: { input: [{ name: 'x', type: { sequence_type: {} } }] } }), /no tensor, input "x"/],
  ['integers as inputs', simple({ type: 'int64' }), /an input of int64/],
  ['too many inputs', simple({ dims: ['N', 1e6] }), /1000000 inputs, input "x" of net.onnx, expected at most 262144/],
  ['an old operator set', simple({ opset: 6 }), /operator set 6, net\.onnx, expected 7 to 25/],
  ['an operator set to come', simple({ opset: 26 }), /operator set 26/],
  ['rows that share weights', simple({ dims: ['N', 2, 3], nodes: [node('MatMul', ['x', 'w'], 'y')] }), /values of shape \[1, 2, 3\], whose rows share the weights/],
  ['a column of values before a Gemm', simple({ initializers: [tensor('w', [1, 4], numbers(4)), tensor('s', [2], [3, 1], 'int64')], nodes: [node('Reshape', ['x', 's'], 'c'), node('Gemm', ['c', 'w'], 'y')] }), /3 rows of values that share the weights/],
  ['a stack of matrices', simple({ initializers: [tensor('w', [2, 3, 2], numbers(12))], nodes: [node('MatMul', ['x', 'w'], 'y')] }), /weights of shape \[2, 3, 2\]/],
  ['a transposition of values', simple({ dims: ['N', 2, 2], nodes: [node('Transpose', ['x'], 'y', { perm: [0, 2, 1] })] }), /a transposition of shape \[1, 2, 2\] that changes the order of numbers/],
  ['a softmax along another axis', simple({ dims: ['N', 2, 2], nodes: [node('Softmax', ['x'], 'y')] }), /a softmax over 2 of 4 values/],
  ['a softmax over the batch', behind([node('Softmax', ['h'], 'y', { axis: 0 })]), /a softmax over 1 of 4 values/],
  ['a softmax over the last of two axes', behind([node('Unsqueeze', ['h', 'a'], 'u'), node('Softmax', ['u'], 'y')], tensor('a', [1], [2], 'int64')), /a softmax over 1 of 4 values/],
  ['a softmax over one value', behind([node('MatMul', ['h', 'v'], 'g'), node('Softmax', ['g'], 'y')], tensor('v', [4, 1], numbers(4))), /softmax over one value/],
  ['a layer behind a softmax', behind([node('Softmax', ['h'], 's'), node('MatMul', ['s', 'v'], 'y')], tensor('v', [4, 2], numbers(8))), /behind a softmax/],
  ['an unknown attribute', behind([node('Relu', ['h'], 'y', { alpha: { float: 0.1 } })]), /attribute "alpha", Relu node 1 of net\.onnx, expected none/],
  ['an attribute by reference', behind([node('Flatten', ['h'], 'y', { axis: { type: 2, ref_attr_name: 'k' } })]), /attribute "axis"/],
  ['a constant that repeats values', behind([node('Add', ['h', 'c'], 'y')], tensor('c', [2, 1, 1], [1, 2])), /repeats values of shape \[1, 4\]/],
  ['a quotient that is not exact', behind([node('Div', ['h', 'c'], 'y')], scalar('c', 3)), /constants such as 3 that give no exact doubles here, Div node 1/],
  ['a constant divided by a value', behind([node('Div', ['c', 'h'], 'y')], scalar('c', 3)), /a constant divided by what comes from the input/],
  ['alpha times weights that is no double', { ...weights(tensor('w', [3, 1], [0.1, 1, 2], 'float64')), nodes: [node('Gemm', ['x', 'w'], 'y', { alpha: { float: 0.3 } })] }, /alpha times the weights, 0\.30000001192092896 \* 0\.1, which is no double/],
  ['dropping at random', behind([node('Dropout', ['h', '', 't'], 'y')], tensor('t', [], [1], 'bool')), /training_mode/],
  ['a cast of values to integers', behind([node('Cast', ['h'], 'y', { to: 6 })]), /a cast of what comes from the input to int32/],
  ['a cast that rounds', weights(tensor('w', [3, 1], [1.5, 1, 2]), [node('Cast', ['w'], 'v', { to: 7 })]), /a cast of 1\.5 to int64, which would be rounded/],
  ['a cast to half precision that rounds', weights(tensor('w', [3, 1], [1 + 2 ** -11, 1, 2]), [node('Cast', ['w'], 'v', { to: 10 })]), /to float16, which would be rounded/],
  ['a cast to half precision that overflows', weights(tensor('w', [3, 1], [65536, 1, 2]), [node('Cast', ['w'], 'v', { to: 10 })]), /a cast of 65536 to float16/],
  ['a cast to bfloat16 that rounds', weights(tensor('w', [3, 1], [1 + 2 ** -8, 1, 2]), [node('Cast', ['w'], 'v', { to: 16 })]), /to bfloat16/],
  ['arithmetic on constants', weights(w, [node('Add', ['w', 'w'], 'v')]), /all that it reads is constant, Add node 0 of net\.onnx, expected this only of Constant, Identity/],
  ['text', weights({ name: 'w', dims: [1], data_type: TYPE.string, string_data: [Buffer.from('a')] }), /a tensor of string, initialiser "w" of net\.onnx/],
  ['eight-bit floats', weights({ name: 'w', dims: [3, 1], data_type: 17, raw_data: Buffer.alloc(3) }), /a tensor of float8e4m3fn/],
  ['a type to come', weights({ name: 'w', dims: [3, 1], data_type: 99, raw_data: Buffer.alloc(3) }), /a tensor of type 99/],
  ['a tensor in segments', weights({ ...w, segment: { begin: 0, end: 12 } }), /in segments/],
  ['sparse numbers', simple({ graph: { sparse_initializer: [{ values: w, dims: [3, 4] }] } }), /sparse initialisers/],
  ['a scale for each block', quantised(tensor('w', [4, 1], [1, 2, 3, 4], 'int8'), tensor('s', [2, 1], [1, 2]), undefined, { axis: 0, block_size: 2 }), /a scale for each block/],
  ['a product that is no double', quantised(tensor('w', [3, 1], [2 ** 31 - 1, 1, 1], 'int32'), tensor('s', [], [Math.fround(0.1)])), /2147483647 times the scale 0\.10000000149011612, which is no double/],
  ['numbers dequantised twice', quantised(tensor('w', [3, 1], [1, 2, 3]), scalar('s', 1)), /float32 numbers, DequantizeLinear node 0/],
  ['a rounding in half precision', weights(tensor('w', [3, 1], [0, 1, 2], 'float16'), [node('QuantizeLinear', ['w', 's'], 'v')], scalar('s', 1)), /a division in float16/],
  ['a rounding to eight-bit floats', weights(tensor('w', [3, 1], [0, 1, 2]), [node('QuantizeLinear', ['w', 's'], 'v', { output_dtype: 17 })], scalar('s', 1)), /a result of float8e4m3fn/],
  ['65 axes', weights({ ...w, dims: new Array(65).fill(1) }), /65 axes/],
];

const INVALID: [string, Parts, RegExp][] = [
  ['a value that is not there', simple({ nodes: [node('Gemm', ['x', 'nowhere'], 'y')] }), /"nowhere" is not there yet, Gemm node 0/],
  ['nodes out of order', simple({ nodes: [node('Relu', ['h'], 'y'), node('Gemm', ['x', 'w', 'b'], 'h')] }), /"h" is not there yet, Relu node 0 of net\.onnx, expected nodes in the order/],
  ['a circle', simple({ nodes: [node('Relu', ['y'], 'y')] }), /"y" is not there yet/],
  ['two values of one name', behind([node('Relu', ['h'], 'h')]), /a second value named "h"/],
  ['a value named like an initialiser', behind([node('Relu', ['h'], 'w')]), /a second value named "w"/],
  ['two initialisers of one name', simple({ initializers: [w, w, b] }), /two initialisers of one name/],
  ['no layer', simple({ nodes: [node('Identity', ['x'], 'y')] }), /no layer with weights/],
  ['no operator set', simple({ model: { opset_import: [] } }), /0 operator sets/],
  ['two operator sets', simple({ model: { opset_import: [{ domain: '', version: 13 }, { domain: 'ai.onnx', version: 14 }] } }), /2 operator sets/],
  ['no graph', simple({ model: { graph: null } }), /no graph/],
  ['no inputs', simple({ graph: { input: [] } }), /0 inputs/],
  ['weights for other inputs', simple({ dims: ['N', 5] }), /weights of shape \[3, 4\] for 5 values, Gemm node "fc1" of net\.onnx, expected 5 along one axis/],
  ['a bias for other outputs', simple({ initializers: [w, tensor('b', [3], [1, 2, 3])] }), /a bias of shape \[3\], .*broadcasts to \[1, 4\]/],
  ['operands that do not fit', behind([node('Add', ['h', 'c'], 'y')], tensor('c', [3], [1, 2, 3])), /shapes \[1, 4\] and \[3\]/],
  ['a division by zero', behind([node('Div', ['h', 'c'], 'y')], scalar('c', 0)), /a division by zero/],
  ['a shape for other numbers', behind([node('Reshape', ['h', 's'], 'y')], tensor('s', [2], [1, 5], 'int64')), /shape \[1, 4\], for a batch of one, Reshape node 1/],
  ['a shape of floats', behind([node('Reshape', ['h', 's'], 'y')], tensor('s', [2], [1, 4])), /the new shape of float32/],
  ['an axis that is not there', behind([node('Flatten', ['h'], 'y', { axis: 3 })]), /shape \[1, 4\]/],
  ['too few inputs', behind([node('Add', ['h'], 'y')]), /1 inputs, Add node 1 of net\.onnx, expected 2/],
  ['an input that is left out', simple({ nodes: [node('Gemm', ['x', ''], 'y')] }), /an empty input/],
  ['an attribute of another type', behind([node('Flatten', ['h'], 'y', { axis: { float: 1 } })]), /attribute axis of type 1, .*expected 2, int/],
  ['an attribute twice', behind([{ ...node('Flatten', ['h'], 'y'), attribute: [{ name: 'axis', type: 2, i: 1 }, { name: 'axis', type: 2, i: 0 }] }]), /two attributes "axis"/],
  ['too few bytes', weights({ ...w, raw_data: Buffer.alloc(47) }), /47 bytes, initialiser "w" of net\.onnx, expected 48, for float32 of shape \[3, 4\]/],
  ['too many bytes', weights({ ...w, raw_data: Buffer.alloc(49) }), /49 bytes/],
  ['too few numbers', weights({ name: 'w', dims: [3, 4], data_type: 1, float_data: numbers(11) }), /11 numbers/],
  ['no numbers', weights({ name: 'w', dims: [3, 4], data_type: 1 }), /0 numbers/],
  ['numbers of another type', weights({ name: 'w', dims: [3, 1], data_type: 1, int32_data: [1, 2, 3] }), /float32 numbers in int32Data/],
  ['numbers twice', weights({ ...w, float_data: numbers(12) }), /float32 numbers in floatData/],
  ['an int8 of 200', weights({ name: 'w', dims: [3, 1], data_type: 3, int32_data: [1, 200, 3] }), /number 1 is none of type int8/],
  ['an int64 beyond doubles', weights({ name: 'w', dims: [1, 1], data_type: 7, raw_data: Buffer.from('ffffffffffffff7f', 'hex') }), /number 0 is none of type int64, or no double/],
  ['a NaN', weights(tensor('w', [3, 1], [1, NaN, 2])), /number 1 is NaN, initialiser "w"/],
  ['an infinity in half precision', weights(tensor('w', [3, 1], [0, 0x7c00, 0], 'float16')), /number 1 is Infinity/],
  ['an axis without numbers', weights(tensor('w', [0, 4], [])), /a tensor of shape \[0, 4\]/],
  ['a size below zero', weights({ ...w, dims: [-3, -4] }), /a dimension of -3/],
  ['more numbers than there are integers', weights({ ...w, dims: [2 ** 40, 2 ** 40] }), /a tensor of shape \[1099511627776, 1099511627776\]/],
  ['a scale for other channels', quantised(tensor('w', [3, 2], numbers(6), 'int8'), tensor('s', [3], [1, 2, 3])), /a scale of shape \[3\] for a tensor of shape \[3, 2\]/],
  ['a scale for each channel before operator set 13', quantised(tensor('w', [3, 2], numbers(6), 'int8'), tensor('s', [2], [1, 2]), undefined, {}, 12), /a scale of shape \[2\]/],
  ['a scale of zero', quantised(tensor('w', [3, 1], [1, 2, 3], 'int8'), scalar('s', 0)), /a scale that is not above zero/],
  ['a zero point of another type', quantised(tensor('w', [3, 1], [1, 2, 3], 'int8'), scalar('s', 1), tensor('z', [], [1], 'uint8')), /a zero point of uint8 for int8/],
  ['a zero point for other channels', quantised(tensor('w', [3, 2], numbers(6), 'int8'), tensor('s', [2], [1, 2]), tensor('z', [3], [1, 2, 3], 'int8')), /a zero point of shape \[3\]/],
  ['a constant without a value', weights(w, [node('Constant', [], 'v')]), /0 attributes/],
  ['an infinite alpha', simple({ nodes: [node('Gemm', ['x', 'w'], 'y', { alpha: { float: Infinity } })] }), /alpha Infinity/],
];

describe('refused', () => {
  const held = (code: ErrorCode) => async (_: string, parts: Parts, message: RegExp): Promise<void> => {
    const error = await failure(onnx(parts));
    expect(error.line).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.exitStatus).toBe(3);
    expect(error.line).not.toContain('\n');
  };
  it.each(UNSUPPORTED)('as more than is read: %s', held('MODEL_UNSUPPORTED'));
  it.each(INVALID)('as no model: %s', held('MODEL_INVALID'));
});

describe('no protobuf message', () => {
  it.each([
    ['nothing', Buffer.alloc(0), /empty, net\.onnx/],
    ['text', Buffer.from('{"format":"parabound-model@1"}'), /no protobuf message of a model/],
    ['zeros', Buffer.alloc(100), /no protobuf message of a model/],
    ['half of one', onnx(simple()).subarray(0, 100), /no protobuf message of a model \(a field of \d+ bytes where \d+ are left\)/],
  ])('%s', async (_, bytes, message) => {
    expect((await failure(bytes)).line).toMatch(message);
  });
  it('names control characters harmlessly', async () => {
    const { line } = await failure(onnx(behind([node('Conv\n\u001b[2J', ['h'], 'y')])));
    expect(line).not.toMatch(/\p{Cc}/u);
  });
  it('is not mistaken by numbers that are not packed', async () => {
    const bytes = encode({ ir_version: 8, opset_import: [{ version: 13 }], graph: { node: [node('Gemm', ['x', 'w'], 'y')], initializer: [], input: [valueInfo('x', ['N', 1])], output: [valueInfo('y', null)] } });
    // TensorProto: dims 1 and 1, float32, float_data 1.0 as a field of its own (tag 4, 32 bits), name "w"
    const loose = Buffer.from([0x08, 1, 0x08, 1, 0x10, 1, 0x25, 0, 0, 0x80, 0x3f, 0x42, 1, 0x77]);
    const graph = Buffer.concat([Buffer.from([0x3a, loose.length + 2, 0x2a, loose.length]), loose]); // a second part of the same graph, which is merged
    expect((await failure(Buffer.concat([bytes, graph]))).line).toMatch(/0 numbers, initialiser "w"/);
    const packed = Buffer.from([0x08, 1, 0x08, 1, 0x10, 1, 0x22, 4, 0, 0, 0x80, 0x3f, 0x42, 1, 0x77]);
    const whole = Buffer.concat([bytes, Buffer.from([0x3a, packed.length + 2, 0x2a, packed.length]), packed]);
    expect([...(await ours(whole)).parameters]).toEqual([1, 0]);
  });
});

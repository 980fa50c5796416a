/** Operators on what comes from the input: each gives the shape of its result, for a batch of one. */
import { ACTIVATIONS, type Activation } from '../../network/model.js';
import { isLive, type Call } from './call.js';
import { elementType, typeName } from './elements.js';
import { exactProduct } from './exact.js';
import type { Network } from './network.js';
import { CAST, DROPOUT, FLATTEN, IDENTITY, newShape, RESHAPE, SQUEEZE, TRANSPOSE, UNSQUEEZE, type Reshaping } from './reshape.js';
import { axisOf, broadcastDims, broadcastTo, transposed } from './shape.js';
import { sizeOf, type Tensor } from './tensor.js';

type Operator = (call: Call, network: Network) => readonly number[];

export const LAYERS: Readonly<Record<string, Operator>> = {
  Gemm: gemm,
  MatMul: matMul,
  Add: (call, network) => elementwise(call, network, 'add'),
  Sub: (call, network) => elementwise(call, network, 'subtract'),
  Mul: (call, network) => elementwise(call, network, 'multiply'),
  Div: (call, network) => elementwise(call, network, 'divide'),
  Relu: (call, network) => activation(call, network, 'relu'),
  Sigmoid: (call, network) => activation(call, network, 'sigmoid'),
  Tanh: (call, network) => activation(call, network, 'tanh'),
  Softmax: softmax,
  Identity: reshaping(IDENTITY),
  Dropout: reshaping(DROPOUT),
  Flatten: reshaping(FLATTEN),
  Reshape: reshaping(RESHAPE),
  Squeeze: reshaping(SQUEEZE),
  Unsqueeze: reshaping(UNSQUEEZE),
  Transpose: reshaping(TRANSPOSE),
  Cast: (call, network) => {
    const code = call.int('to', 0);
    if (elementType(code)?.kind !== 'float') throw call.unsupported(`a cast of what comes from the input to ${typeName(code)}`, 'casts between floats');
    return reshaping(CAST)(call, network);
  },
};

/** What is asked for and not read, and why. */
export const REFUSED: Readonly<Record<string, string>> = {
  QuantizeLinear: 'it rounds what comes from the input (activations): only weights and biases may be quantised',
  DequantizeLinear: 'it takes quantised activations: only weights and biases may be quantised',
  DynamicQuantizeLinear: 'its scale depends on the input',
};

function reshaping(how: Reshaping): Operator {
  return (call) => newShape(call, how, dimsOf(call, 0));
}

function dimsOf(call: Call, index: number): readonly number[] {
  const value = call.inputs[index];
  if (!isLive(value)) throw call.unsupported('a constant where what comes from the input is expected');
  return value.dims;
}

function activation(call: Call, network: Network, name: Activation): readonly number[] {
  call.count(1, 1);
  call.allow([]);
  network.activate(name);
  return dimsOf(call, 0);
}

/** Over all values: along its axis, and before operator set 13 along all axes from there on. */
function softmax(call: Call, network: Network): readonly number[] {
  call.count(1, 1);
  call.allow(['axis']);
  const dims = dimsOf(call, 0);
  const axis = axisOf(call.int('axis', call.opset < 13 ? 1 : -1), dims.length);
  if (axis === null) throw call.invalid(`axis ${call.int('axis', -1)} of shape [${dims.join(', ')}]`, 'an axis that there is');
  const over = call.opset < 13 ? sizeOf(dims.slice(axis)) : dims[axis];
  if (over !== sizeOf(dims)) throw call.unsupported(`a softmax over ${over} of ${sizeOf(dims)} values`, 'one over all outputs');
  network.activate(ACTIVATIONS[4]);
  return dims;
}

/**
 * One operand is a constant. A sum with a constant right behind a layer that has no bias yet is its bias; any other step is
 * a constant of the program.
 */
function elementwise(call: Call, network: Network, kind: 'add' | 'subtract' | 'multiply' | 'divide'): readonly number[] {
  call.count(2, 2);
  call.allow([]);
  const [a, b] = call.inputs;
  if (isLive(a) && isLive(b)) throw call.unsupported('two operands that come from the input', 'one of them a constant');
  const at = isLive(a) ? 0 : 1;
  const dims = dimsOf(call, at);
  const constant = call.constant(1 - at, 'an operand')!;
  const to = broadcastDims(dims, constant.dims);
  const n = sizeOf(dims);
  if (to === null) throw call.invalid(`shapes [${dims.join(', ')}] and [${constant.dims.join(', ')}]`, 'shapes that broadcast to one');
  if (sizeOf(to) !== n) throw call.unsupported(`a constant of shape [${constant.dims.join(', ')}] that repeats values of shape [${dims.join(', ')}]`, 'one for each value, or for all');
  call.budget.take(n);
  const by = broadcastTo(constant, to);
  const done = kind === 'divide' ? divide() : kind === 'multiply' ? network.step({ kind, by }) : sum();
  if (!done) throw call.unsupported(`constants such as ${by[0]} that give no exact doubles here`, 'a division before the first layer, or one by powers of two');
  return to;

  function divide(): boolean {
    if (at === 1) throw call.unsupported('a constant divided by what comes from the input', 'the other way round');
    if (by.includes(0)) throw call.invalid('a division by zero', 'other numbers');
    return network.step({ kind: 'divide', by });
  }

  /** h + c, h - c, c - h */
  function sum(): boolean {
    if (kind === 'subtract' && at === 1) return network.step({ kind: 'multiply', by: new Float64Array(n).fill(-1) }) && network.step({ kind: 'add', by });
    return network.step({ kind: 'add', by: kind === 'add' ? by : by.map((value) => -value) });
  }
}

/** alpha A' B' + beta C, where ' is a transposition and one of A and B is a constant: the weights. */
function gemm(call: Call, network: Network): readonly number[] {
  call.count(2, 3);
  call.allow(['alpha', 'beta', 'transA', 'transB']);
  const [alpha, beta] = [call.float('alpha', 1), call.float('beta', 1)];
  const [flipA, flipB] = [call.int('transA', 0) !== 0, call.int('transB', 0) !== 0];
  const [a, b] = call.inputs;
  if (isLive(a) === isLive(b)) throw call.unsupported(isLive(a) ? 'two factors that come from the input' : 'two constant factors', 'one of them a constant');
  const left = isLive(a); // the values are a row, the weights a column for each output
  const given = dimsOf(call, left ? 0 : 1);
  const weights = call.constant(left ? 1 : 0, 'weights')!;
  if (given.length !== 2 || weights.dims.length !== 2) throw call.invalid(`shapes [${given.join(', ')}] and [${weights.dims.join(', ')}]`, 'two matrices');
  const dims = (left ? flipA : flipB) ? [given[1], given[0]] : given;
  const [ones, inputs] = left ? dims : [dims[1], dims[0]];
  if (ones !== 1) throw call.unsupported(`${ones} rows of values that share the weights`, 'one, for a batch of one');
  const rows = rowsOf(call, weights, left ? flipB : !flipA, inputs);
  const outputs = rows.length / inputs;
  const to = left ? [1, outputs] : [outputs, 1];
  network.dense(scaled(call, rows, alpha, 'alpha times the weights'), outputs, biasOf(call, to, beta));
  return to;
}

function biasOf(call: Call, to: readonly number[], beta: number): Float64Array | null {
  const bias = call.inputs.length < 3 ? null : call.constant(2, 'a bias');
  if (bias === null || beta === 0) return null;
  if (broadcastDims(bias.dims, to)?.join() !== to.join()) throw call.invalid(`a bias of shape [${bias.dims.join(', ')}]`, `one that broadcasts to [${to.join(', ')}]`);
  return scaled(call, broadcastTo(bias, to), beta, 'beta times the bias');
}

function scaled(call: Call, values: Float64Array, factor: number, what: string): Float64Array {
  if (factor === 1) return values;
  return values.map((value) => {
    const product = exactProduct(factor, value);
    if (product === null) throw call.unsupported(`${what}, ${factor} * ${value}, which is no double`, 'a factor of 1 or a power of two');
    return product;
  });
}

/** Weights times values, where all axes but those of the product have size 1. */
function matMul(call: Call, network: Network): readonly number[] {
  call.count(2, 2);
  call.allow([]);
  const [a, b] = call.inputs;
  if (isLive(a) && isLive(b)) throw call.unsupported('two factors that come from the input', 'one of them a constant');
  const left = isLive(a);
  const given = dimsOf(call, left ? 0 : 1);
  const weights = call.constant(left ? 1 : 0, 'weights')!;
  const [inner, outer] = left ? [-1, -2] : [-2, -1];
  const vector = given.length === 1;
  const inputs = vector ? given[0] : given.at(inner) ?? 0;
  const matrix = weights.dims.length === 1 ? [weights.dims[0], 1] : weights.dims.slice(-2);
  if (given.length === 0 || weights.dims.length === 0) throw call.invalid('a factor without axes', 'vectors or matrices');
  if (sizeOf(given) !== inputs) throw call.unsupported(`values of shape [${given.join(', ')}], whose rows share the weights`, 'one row, for a batch of one');
  if (sizeOf(weights.dims) !== sizeOf(matrix)) throw call.unsupported(`weights of shape [${weights.dims.join(', ')}]`, 'one matrix');
  const rows = rowsOf(call, { ...weights, dims: left || weights.dims.length > 1 ? matrix : [1, weights.dims[0]] }, !left, inputs);
  const outputs = rows.length / inputs;
  network.dense(rows, outputs, null);
  // A factor of one axis lends the product an axis of size 1, which is taken away again.
  const stack = new Array<number>(Math.max(given.length, weights.dims.length, 2) - 2).fill(1);
  const kept = weights.dims.length === 1 ? [] : [outputs];
  const single = vector ? [] : [given.at(outer) ?? 1];
  return [...stack, ...(left ? [...single, ...kept] : [...kept, ...single])];
}

/** Weights with a row for each output: of a matrix that has a column for each, or (`asRows`) a row. */
function rowsOf(call: Call, weights: Tensor, asRows: boolean, inputs: number): Float64Array {
  const along = weights.dims[asRows ? 1 : 0];
  if (along !== inputs) throw call.invalid(`weights of shape [${weights.dims.join(', ')}] for ${inputs} values`, `${inputs} along one axis`);
  call.budget.take(weights.values.length); // for each layer that has them: one tensor may be the weights of many
  return asRows ? weights.values : transposed(weights, [1, 0]).values;
}

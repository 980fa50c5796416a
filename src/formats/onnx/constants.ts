/** Operators whose inputs are all constants: what they make is one, exactly as ONNX defines it. */
import { isLive, type Call } from './call.js';
import { elementType, typeName, type ElementType } from './elements.js';
import { dequantize, quantize } from './quantize.js';
import { axisOf, transposed } from './shape.js';
import { DROPOUT, FLATTEN, newShape, RESHAPE, SQUEEZE, UNSQUEEZE, type Reshaping } from './reshape.js';
import { decodeTensor, type Tensor } from './tensor.js';

export const CONSTANTS: Readonly<Record<string, (call: Call) => Tensor>> = {
  Constant: constant,
  Identity: (call) => only(call, []),
  Dropout: (call) => reshape(call, DROPOUT),
  Cast: cast,
  Transpose: transpose,
  Reshape: (call) => reshape(call, RESHAPE),
  Flatten: (call) => reshape(call, FLATTEN),
  Squeeze: (call) => reshape(call, SQUEEZE),
  Unsqueeze: (call) => reshape(call, UNSQUEEZE),
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
};

function constant(call: Call): Tensor {
  call.count(0, 0);
  call.allow(['value', 'value_float', 'value_floats', 'value_int', 'value_ints']);
  const made = (code: number, dims: number[], values: number[]): Tensor => {
    call.budget.take(values.length);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (values.length === 0 || bad >= 0) throw call.invalid(bad >= 0 ? `number ${bad} is ${values[bad]}` : 'no numbers', 'finite numbers');
    return { type: elementType(code)!, dims, values: Float64Array.from(values) };
  };
  const proto = call.tensor('value');
  const [floats, ints] = [call.floats('value_floats'), call.ints('value_ints')];
  if (call.node.attribute.length !== 1) throw call.invalid(`${call.node.attribute.length} attributes`, 'one, the value');
  if (proto !== null) {
    if (proto.dataLocation !== 0) throw call.unsupported('a constant in a file of its own', 'initialisers there alone');
    return decodeTensor(proto, call.where, call.budget);
  }
  if (call.has('value_float')) return made(1, [], [call.float('value_float', 0)]);
  if (call.has('value_int')) return made(7, [], [call.int('value_int', 0)]);
  if (floats !== null) return made(1, [floats.length], floats);
  if (ints !== null) return made(7, [ints.length], ints);
  throw call.invalid('no value', 'one');
}

function only(call: Call, attributes: readonly string[]): Tensor {
  call.count(1, 1);
  call.allow(attributes);
  return call.constant(0, 'a tensor')!;
}

/** To float32 it rounds to the nearest, halves to even; any other type has to hold each number. */
function cast(call: Call): Tensor {
  const { dims, values } = only(call, ['to', 'saturate', 'round_mode']);
  const code = call.int('to', 0);
  const type = elementType(code);
  if (type === undefined || type.name === 'bool') throw call.unsupported(`a cast to ${typeName(code)}`, 'a cast to floats or integers');
  call.budget.take(values.length);
  const all = values.map((value) => {
    const held = type.name === 'float32' ? Math.fround(value) : value;
    if (!holds(type, held)) throw call.unsupported(`a cast of ${value} to ${type.name}, which would be rounded`, 'numbers that the type has, or float32');
    return held;
  });
  return { type, dims, values: all };
}

const word = new DataView(new ArrayBuffer(4));

function holds(type: ElementType, value: number): boolean {
  if (type.kind === 'integer') return Number.isInteger(value) && value >= type.least && value <= type.most;
  if (type.name === 'float64') return true;
  if (!Number.isFinite(value) || Math.fround(value) !== value) return false;
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  if (type.name === 'bfloat16') return (bits & 0xffff) === 0;
  if (type.name === 'float16') return Math.abs(value) <= 65504 && (Math.abs(value) >= 2 ** -14 ? (bits & 0x1fff) === 0 : Number.isInteger(value * 2 ** 24));
  return true;
}

function transpose(call: Call): Tensor {
  const tensor = only(call, ['perm']);
  const { dims, values } = tensor;
  const perm = call.ints('perm') ?? dims.map((_, i) => dims.length - 1 - i);
  if (perm.length !== dims.length || new Set(perm).size !== perm.length || perm.some((axis) => axis < 0 || axisOf(axis, dims.length) === null)) {
    throw call.invalid(`perm [${perm.join(', ')}]`, `the axes 0 to ${dims.length - 1} in some order`);
  }
  call.budget.take(values.length);
  return transposed(tensor, perm);
}

function reshape(call: Call, reshaping: Reshaping): Tensor {
  const first = call.inputs[0];
  if (first === null || first === undefined || isLive(first)) throw call.invalid('no tensor', 'one');
  return { ...first, dims: newShape(call, reshaping, first.dims) };
}

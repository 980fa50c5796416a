/** QuantizeLinear and DequantizeLinear of constants: weights and biases as an integer model stores them. */
import { halfEven } from '../../quantize/float.js';
import type { ElementType } from './elements.js';
import { elementType, typeName } from './elements.js';
import { exactProduct } from './exact.js';
import type { Call } from './call.js';
import { axisOf } from './shape.js';
import { isScalar, sizeOf, type Tensor } from './tensor.js';

/**
 * (q - zero point) * scale over the reals: the parameter that the file stores. The difference of two integers of at most 16 bits has
 * 17 bits and a float32 scale 24, so that the product is a double; of int32, whose zero point is 0, that is looked at, number by number.
 */
export function dequantize(call: Call): Tensor {
  call.count(2, 3);
  call.allow(['axis', 'block_size', 'output_dtype']);
  const x = call.constant(0, 'a tensor')!;
  const scale = scaleOf(call);
  const zero = call.constant(2, 'a zero point');
  if (x.type.kind !== 'integer') throw call.unsupported(`${x.type.name} numbers`, 'integers');
  const output = call.int('output_dtype', 0);
  if (output !== 0 && elementType(output)?.kind !== 'float') throw call.unsupported(`output_dtype ${typeName(output)}`, 'float16, bfloat16, float32 or float64');
  if (zero !== null && zero.type !== x.type) throw call.invalid(`a zero point of ${zero.type.name} for ${x.type.name}`, 'one of the same type');
  const part = parts(call, x, scale, zero);
  call.budget.take(x.values.length);
  const values = x.values.map((q, i) => {
    const k = part(i);
    const value = exactProduct(scale.values[k], q - (zero === null ? 0 : zero.values[k]));
    if (value === null) throw call.unsupported(`${q} times the scale ${scale.values[k]}, which is no double`, 'products of 53 bits');
    return value;
  });
  return { type: output === 0 ? scale.type : elementType(output)!, dims: x.dims, values };
}

/** saturate(round(x / scale) + zero point) in float32, halves to even, as ONNX defines it. */
export function quantize(call: Call): Tensor {
  call.count(2, 3);
  call.allow(['axis', 'block_size', 'output_dtype', 'saturate', 'precision']);
  const x = call.constant(0, 'a tensor')!;
  const scale = scaleOf(call);
  const zero = call.constant(2, 'a zero point');
  const precision = call.int('precision', 0);
  for (const name of [x.type.name, scale.type.name, ...(precision === 0 ? [] : [typeName(precision)])]) {
    if (name !== 'float32') throw call.unsupported(`a division in ${name}`, 'float32');
  }
  const output = call.int('output_dtype', 0);
  const type = zero?.type ?? elementType(output === 0 ? 2 : output);
  if (type === undefined || type.kind !== 'integer' || type.bits > 16 || type.name === 'bool') throw call.unsupported(`a result of ${type?.name ?? typeName(output)}`, 'integers of at most 16 bits');
  if (zero !== null && output !== 0 && elementType(output) !== type) throw call.invalid(`output_dtype ${typeName(output)} with a zero point of ${type.name}`, 'the same type');
  const part = parts(call, x, scale, zero);
  call.budget.take(x.values.length);
  // A double holds the quotient of two float32 well enough to be rounded to float32 as if it were exact (2 * 24 + 2 <= 53 bits).
  const values = x.values.map((value, i) => saturate(halfEven(Math.fround(Math.fround(value) / scale.values[part(i)])) + (zero === null ? 0 : zero.values[part(i)]), type));
  return { type, dims: x.dims, values };
}

function scaleOf(call: Call): Tensor {
  const scale = call.constant(1, 'a scale')!;
  if (scale.type.kind !== 'float') throw call.invalid(`a scale of ${scale.type.name}`, 'a float');
  if (!scale.values.every((value) => value > 0)) throw call.invalid('a scale that is not above zero', 'numbers above zero');
  if (call.int('block_size', 0) !== 0) throw call.unsupported('a scale for each block of numbers', 'one for the tensor, or one for each index of an axis');
  return scale;
}

/** Which scale and zero point a number has, by its place. */
function parts(call: Call, { dims }: Tensor, scale: Tensor, zero: Tensor | null): (i: number) => number {
  if (zero !== null && (zero.values.length !== scale.values.length || (!isScalar(zero) && zero.dims.length !== 1))) {
    throw call.invalid(`a zero point of shape [${zero.dims.join(', ')}]`, `that of the scale, [${scale.dims.join(', ')}]`);
  }
  if (isScalar(scale) && scale.dims.length <= 1) return () => 0;
  const axis = axisOf(call.opset < 13 ? NaN : call.int('axis', 1), dims.length);
  if (axis === null || scale.dims.length !== 1 || scale.dims[0] !== dims[axis]) {
    throw call.invalid(`a scale of shape [${scale.dims.join(', ')}] for a tensor of shape [${dims.join(', ')}]`, 'one number, or one for each index of the axis');
  }
  const stride = sizeOf(dims.slice(axis + 1));
  return (i) => Math.floor(i / stride) % dims[axis];
}

function saturate(value: number, { least, most }: ElementType): number {
  return Math.min(Math.max(value, least), most);
}

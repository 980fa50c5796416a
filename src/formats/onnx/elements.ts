/** The element types of tensors that are read, by their number in onnx.proto, and how their numbers stand in a file. */
import { bfloat16, float16 } from '../floats.js';

export interface ElementType {
  readonly name: string;
  readonly kind: 'float' | 'integer';
  /** Of one element; two of four bits share a byte, the first in its lower half. */
  readonly bits: 4 | 8 | 16 | 32 | 64;
  /** Of integers. */
  readonly least: number;
  readonly most: number;
  /** The numbers as raw bytes, little-endian: the element at `at` (of 4-bit types, the byte). Each is an exact double, or NaN where it is none. */
  readonly raw: (view: DataView, at: number) => number;
  /** The field of TensorProto that holds the numbers where raw_data does not, and the number that an entry of it stands for. */
  readonly field: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';
  readonly entry: (value: number) => number;
}

const same = (value: number): number => value;

function float(name: string, bits: 16 | 32 | 64, field: ElementType['field'], raw: ElementType['raw'], entry = same): ElementType {
  return { name, kind: 'float', bits, least: -Infinity, most: Infinity, raw, field, entry };
}

function integer(name: string, bits: ElementType['bits'], signed: boolean, field: ElementType['field'], raw: ElementType['raw']): ElementType {
  const span = 2 ** bits;
  const [least, most] = signed ? [-span / 2, span / 2 - 1] : [0, span - 1];
  // An entry that its type does not have is an error, not taken modulo the type: NaN.
  return { name, kind: 'integer', bits, least, most, raw, field, entry: (value) => (value >= least && value <= most ? value : NaN) };
}

const exact = (value: bigint): number => (BigInt(Number(value)) === value ? Number(value) : NaN);
/** Half floats stand as their bits in int32_data, each in the lower half of its entry. */
const half = (decode: (bits: number) => number) => (value: number): number => (value >= 0 && value <= 0xffff ? decode(value) : NaN);

const TYPES: Readonly<Record<number, ElementType>> = {
  1: float('float32', 32, 'floatData', (view, at) => view.getFloat32(at, true)),
  2: integer('uint8', 8, false, 'int32Data', (view, at) => view.getUint8(at)),
  3: integer('int8', 8, true, 'int32Data', (view, at) => view.getInt8(at)),
  4: integer('uint16', 16, false, 'int32Data', (view, at) => view.getUint16(at, true)),
  5: integer('int16', 16, true, 'int32Data', (view, at) => view.getInt16(at, true)),
  6: integer('int32', 32, true, 'int32Data', (view, at) => view.getInt32(at, true)),
  7: integer('int64', 64, true, 'int64Data', (view, at) => exact(view.getBigInt64(at, true))),
  9: { ...integer('bool', 8, false, 'int32Data', (view, at) => (view.getUint8(at) === 0 ? 0 : 1)), most: 1 },
  10: float('float16', 16, 'int32Data', (view, at) => float16(view.getUint16(at, true)), half(float16)),
  11: float('float64', 64, 'doubleData', (view, at) => view.getFloat64(at, true)),
  12: integer('uint32', 32, false, 'uint64Data', (view, at) => view.getUint32(at, true)),
  13: integer('uint64', 64, false, 'uint64Data', (view, at) => exact(view.getBigUint64(at, true))),
  16: float('bfloat16', 16, 'int32Data', (view, at) => bfloat16(view.getUint16(at, true)), half(bfloat16)),
  21: integer('uint4', 4, false, 'int32Data', (view, at) => view.getUint8(at)),
  22: integer('int4', 4, true, 'int32Data', (view, at) => view.getUint8(at)),
};

/** Types that have a name in onnx.proto and are not read, for the message. */
const OTHERS: Readonly<Record<number, string>> = {
  0: 'no type', 8: 'string', 14: 'complex64', 15: 'complex128', 17: 'float8e4m3fn', 18: 'float8e4m3fnuz', 19: 'float8e5m2', 20: 'float8e5m2fnuz', 23: 'float4e2m1',
  24: 'float8e8m0', 25: 'uint2', 26: 'int2',
};

export function elementType(code: number): ElementType | undefined {
  return TYPES[code];
}

export function typeName(code: number): string {
  return TYPES[code]?.name ?? OTHERS[code] ?? `type ${code}`;
}

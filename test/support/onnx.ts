/**
 * ONNX files for tests, written by a schema of their own: onnx.proto as it is published, not the one that the reader has. What is
 * given to onnxruntime is what the reader reads.
 */
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
syntax = "proto3";
package onnx;
message AttributeProto {
  string name = 1; string ref_attr_name = 21; int32 type = 20; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; GraphProto g = 6;
  repeated float floats = 7; repeated int64 ints = 8; repeated bytes strings = 9;
}
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; string domain = 7; string overload = 8; repeated AttributeProto attribute = 5; string doc_string = 6; }
message ModelProto {
  int64 ir_version = 1; repeated OperatorSetIdProto opset_import = 8; string producer_name = 2; string producer_version = 3; string doc_string = 6; GraphProto graph = 7;
  repeated StringStringEntryProto metadata_props = 14; repeated FunctionProto functions = 25;
}
message FunctionProto { string name = 1; string domain = 10; }
message StringStringEntryProto { string key = 1; string value = 2; }
message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated SparseTensorProto sparse_initializer = 15; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
message SparseTensorProto { TensorProto values = 1; TensorProto indices = 2; repeated int64 dims = 3; }
message TensorProto {
  message Segment { int64 begin = 1; int64 end = 2; }
  repeated int64 dims = 1; int32 data_type = 2; Segment segment = 3; repeated float float_data = 4 [packed = true]; repeated int32 int32_data = 5 [packed = true];
  repeated bytes string_data = 6; repeated int64 int64_data = 7 [packed = true]; string name = 8; bytes raw_data = 9; repeated StringStringEntryProto external_data = 13;
  int32 data_location = 14; repeated double double_data = 10 [packed = true]; repeated uint64 uint64_data = 11 [packed = true];
}
message TensorShapeProto { message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } } repeated Dimension dim = 1; }
message TypeProto { message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; } message Sequence { TypeProto elem_type = 1; } oneof value { Tensor tensor_type = 1; Sequence sequence_type = 4; } }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
`, { keepCase: true });
const ModelProto = root.lookupType('onnx.ModelProto');

export const TYPE = { float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, float64: 11, uint32: 12, uint64: 13, bfloat16: 16, uint4: 21, int4: 22 } as const;
export type TypeName = keyof typeof TYPE;

export type Fields = Record<string, unknown>;

/** Little-endian bytes; halves are given by their bits, as they are in int32_data. */
export function rawBytes(type: TypeName, values: readonly number[]): Buffer {
  if (type === 'int4' || type === 'uint4') {
    const bytes = Buffer.alloc(Math.ceil(values.length / 2));
    values.forEach((value, i) => { bytes[i >> 1] |= (value & 0xf) << (i % 2 === 0 ? 0 : 4); });
    return bytes;
  }
  const [width, put] = ({
    float32: [4, 'writeFloatLE'], float64: [8, 'writeDoubleLE'], float16: [2, 'writeUInt16LE'], bfloat16: [2, 'writeUInt16LE'], int8: [1, 'writeInt8'], uint8: [1, 'writeUInt8'], bool: [1, 'writeUInt8'],
    int16: [2, 'writeInt16LE'], uint16: [2, 'writeUInt16LE'], int32: [4, 'writeInt32LE'], uint32: [4, 'writeUInt32LE'], int64: [8, 'writeBigInt64LE'], uint64: [8, 'writeBigUInt64LE'],
  } as Record<string, [number, string]>)[type];
  const bytes = Buffer.alloc(width * values.length);
  const write = (bytes as unknown as Record<string, (value: unknown, at: number) => void>)[put].bind(bytes);
  values.forEach((value, i) => { write(width === 8 && type !== 'float64' ? BigInt(value) : value, i * width); });
  return bytes;
}

/** A tensor whose numbers stand in raw_data, or in the field of their type. */
export function tensor(name: string, dims: readonly number[], values: readonly number[], type: TypeName = 'float32', how: 'raw' | 'typed' = 'raw'): Fields {
  const fields: Fields = { name, dims, data_type: TYPE[type] };
  if (how === 'raw') return { ...fields, raw_data: rawBytes(type, values) };
  const field = { float32: 'float_data', float64: 'double_data', int64: 'int64_data', uint32: 'uint64_data', uint64: 'uint64_data' }[type as string] ?? 'int32_data';
  return { ...fields, [field]: type === 'int4' || type === 'uint4' ? [...rawBytes(type, values)] : values };
}

type Attribute = number | readonly number[] | { float: number } | { floats: readonly number[] } | { tensor: Fields } | { string: string } | Fields;

function attribute(name: string, value: Attribute): Fields {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (Array.isArray(value)) return { name, type: 7, ints: value };
  const { float, floats, tensor: t, string } = value as { float?: number; floats?: number[]; tensor?: Fields; string?: string };
  if (float !== undefined) return { name, type: 1, f: float };
  if (floats !== undefined) return { name, type: 6, floats };
  if (t !== undefined) return { name, type: 4, t };
  if (string !== undefined) return { name, type: 3, s: Buffer.from(string) };
  return { name, ...(value as Fields) };
}

/** Whole numbers as `int` or `ints`, floats as {float}. */
export function node(op: string, inputs: readonly string[], output: string | readonly string[], attributes: Record<string, Attribute> = {}, more: Fields = {}): Fields {
  return { op_type: op, input: inputs, output: typeof output === 'string' ? [output] : output, attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)), ...more };
}

export function valueInfo(name: string, dims: readonly (number | string)[] | null, type: TypeName = 'float32'): Fields {
  const dim = dims?.map((size) => (typeof size === 'number' ? { dim_value: size } : size === '' ? {} : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: TYPE[type], ...(dim === undefined ? {} : { shape: { dim } }) } } };
}

export interface Parts {
  nodes: readonly Fields[];
  initializers?: readonly Fields[];
  /** Of the input `x`. */
  dims: readonly (number | string)[];
  /** The output's name, `y` by default. */
  output?: string;
  type?: TypeName;
  opset?: number;
  /** Further fields of the graph, and of the model. */
  graph?: Fields;
  model?: Fields;
}

export function onnx({ nodes, initializers = [], dims, output = 'y', type = 'float32', opset = 21, graph = {}, model = {} }: Parts): Uint8Array {
  return encode({
    ir_version: 10, producer_name: 'parabound tests', opset_import: [{ domain: '', version: opset }],
    graph: { name: 'g', node: nodes, initializer: initializers, input: [valueInfo('x', dims, type)], output: [valueInfo(output, null, type)], ...graph },
    ...model,
  });
}

export function encode(model: Fields): Uint8Array {
  return ModelProto.encode(ModelProto.fromObject(model)).finish();
}

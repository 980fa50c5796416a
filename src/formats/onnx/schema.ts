/**
 * The part of onnx.proto that a chain of layers needs (github.com/onnx/onnx, onnx/onnx.proto3), and the file's message in it. Fields
 * that are not listed are passed over by the decoder; none of them changes what the nodes listed in operators.ts compute.
 */
import protobuf from 'protobufjs/light.js';

/** Integers of 64 bits come as Long, or as a number from a field's default. */
export type Int64 = number | { toNumber(): number };

export interface TensorProto {
  dims: Int64[];
  dataType: number;
  /** Whole packed fields, as they stand in the file: numbers are taken out when a tensor is needed, and its size has been checked. */
  floatData: Uint8Array[];
  int32Data: Uint8Array[];
  int64Data: Uint8Array[];
  doubleData: Uint8Array[];
  uint64Data: Uint8Array[];
  rawData: Uint8Array;
  name: string;
  segment: Uint8Array;
  externalData: { key: string; value: string }[];
  dataLocation: number;
}

export interface AttributeProto {
  name: string;
  refAttrName: string;
  type: number;
  f: number;
  i: Int64;
  s: Uint8Array;
  t: TensorProto | null;
  floats: number[];
  ints: Int64[];
}

export interface NodeProto {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  domain: string;
  overload: string;
  attribute: AttributeProto[];
}

export interface ValueInfoProto {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: { dimValue?: Int64; dimParam?: string }[] } | null } | null } | null;
}

export interface GraphProto {
  node: NodeProto[];
  initializer: TensorProto[];
  sparseInitializer: Uint8Array[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

export interface ModelProto {
  irVersion: Int64;
  opsetImport: { domain: string; version: Int64 }[];
  graph: GraphProto | null;
  functions: { name: string; domain: string }[];
}

type Field = [type: string, id: number, rule?: 'repeated'];

function message(fields: Record<string, Field>): protobuf.IType {
  return { fields: Object.fromEntries(Object.entries(fields).map(([name, [type, id, rule]]) => [name, rule === undefined ? { type, id } : { type, id, rule }])) };
}

/**
 * Packed numbers and parts that are only counted are declared as bytes, which have the same form in the file: a view of it each, where
 * the decoder would make a list of objects. A file that does not pack them, as onnx.proto demands, lacks them.
 */
export const schema = protobuf.Root.fromJSON({
  nested: {
    ModelProto: message({
      irVersion: ['int64', 1], graph: ['GraphProto', 7], opsetImport: ['OperatorSetIdProto', 8, 'repeated'], functions: ['FunctionProto', 25, 'repeated'],
    }),
    OperatorSetIdProto: message({ domain: ['string', 1], version: ['int64', 2] }),
    FunctionProto: message({ name: ['string', 1], domain: ['string', 10] }),
    GraphProto: message({
      node: ['NodeProto', 1, 'repeated'], initializer: ['TensorProto', 5, 'repeated'], sparseInitializer: ['bytes', 15, 'repeated'],
      input: ['ValueInfoProto', 11, 'repeated'], output: ['ValueInfoProto', 12, 'repeated'],
    }),
    NodeProto: message({
      input: ['string', 1, 'repeated'], output: ['string', 2, 'repeated'], name: ['string', 3], opType: ['string', 4],
      attribute: ['AttributeProto', 5, 'repeated'], domain: ['string', 7], overload: ['string', 8],
    }),
    AttributeProto: message({
      name: ['string', 1], f: ['float', 2], i: ['int64', 3], s: ['bytes', 4], t: ['TensorProto', 5], floats: ['float', 7, 'repeated'], ints: ['int64', 8, 'repeated'],
      type: ['int32', 20], refAttrName: ['string', 21],
    }),
    TensorProto: message({
      dims: ['int64', 1, 'repeated'], dataType: ['int32', 2], segment: ['bytes', 3], floatData: ['bytes', 4, 'repeated'], int32Data: ['bytes', 5, 'repeated'],
      int64Data: ['bytes', 7, 'repeated'], name: ['string', 8], rawData: ['bytes', 9], doubleData: ['bytes', 10, 'repeated'], uint64Data: ['bytes', 11, 'repeated'],
      externalData: ['StringStringEntryProto', 13, 'repeated'], dataLocation: ['int32', 14],
    }),
    StringStringEntryProto: message({ key: ['string', 1], value: ['string', 2] }),
    ValueInfoProto: message({ name: ['string', 1], type: ['TypeProto', 2] }),
    TypeProto: message({ tensorType: ['TensorTypeProto', 1] }),
    TensorTypeProto: message({ elemType: ['int32', 1], shape: ['TensorShapeProto', 2] }),
    TensorShapeProto: message({ dim: ['DimensionProto', 1, 'repeated'] }),
    DimensionProto: message({ dimValue: ['int64', 1], dimParam: ['string', 2] }),
  },
});

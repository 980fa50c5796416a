/** Tiny ONNX graphs of elementwise operators, written by hand and run by onnxruntime: what a published operator makes of numbers. */
import * as ort from 'onnxruntime-web';
import protobuf from 'protobufjs/minimal.js';

/** TensorProto.DataType */
export const TYPES = { float: 1, int8: 3, int16: 5, float16: 10, bfloat16: 16, int4: 22 } as const;
export type TypeName = keyof typeof TYPES;

export interface Node {
  op: string;
  inputs: string[];
  output: string;
  attributes?: Record<string, number>;
}

export interface Constant {
  type: TypeName;
  dims: number[];
  values: number[];
}

const { Writer } = protobuf;
type Writer = protobuf.Writer;
const LEN = 2, VARINT = 0;

function nested(writer: Writer, field: number, fill: (inner: Writer) => void): Writer {
  fill(writer.uint32((field << 3) | LEN).fork());
  return writer.ldelim();
}
const text = (writer: Writer, field: number, value: string): Writer => writer.uint32((field << 3) | LEN).string(value);
const whole = (writer: Writer, field: number, value: number): Writer => writer.uint32((field << 3) | VARINT).int64(value);

function valueInfo(writer: Writer, field: number, name: string, dims: number[]): void {
  nested(writer, field, (info) => {
    text(info, 1, name);
    nested(info, 2, (type) => nested(type, 1, (tensor) => {
      whole(tensor, 1, TYPES.float);
      nested(tensor, 2, (shape) => { for (const dim of dims) nested(shape, 1, (each) => whole(each, 1, dim)); });
    }));
  });
}

function tensor(writer: Writer, name: string, { type, dims, values }: Constant): void {
  nested(writer, 5, (each) => {
    for (const dim of dims) whole(each, 1, dim);
    whole(each, 2, TYPES[type]);
    text(each, 8, name);
    const bytes = type === 'float' ? new Uint8Array(Float32Array.from(values).buffer)
      : type === 'int16' ? new Uint8Array(Int16Array.from(values).buffer)
      : type === 'int4' ? Uint8Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => (values[2 * i] & 15) | (((values[2 * i + 1] ?? 0) & 15) << 4))
      : new Uint8Array(Int8Array.from(values).buffer);
    each.uint32((9 << 3) | LEN).bytes(bytes);
  });
}

/** A model of one input `x` and one output `y`, both binary32 of that shape. */
function onnx(dims: number[], nodes: Node[], constants: Record<string, Constant>): Uint8Array {
  const model = Writer.create();
  whole(model, 1, 10);
  nested(model, 8, (opset) => whole(text(opset, 1, ''), 2, 21));
  nested(model, 7, (graph) => {
    for (const { op, inputs, output, attributes = {} } of nodes) {
      nested(graph, 1, (node) => {
        for (const input of inputs) text(node, 1, input);
        text(text(node, 2, output), 4, op);
        for (const [name, value] of Object.entries(attributes)) nested(node, 5, (attribute) => whole(whole(text(attribute, 1, name), 3, value), 20, 2));
      });
    }
    text(graph, 2, 'g');
    for (const [name, constant] of Object.entries(constants)) tensor(graph, name, constant);
    valueInfo(graph, 11, 'x', dims);
    valueInfo(graph, 12, 'y', dims);
  });
  return model.finish();
}

/** What onnxruntime computes for `y`. Its optimiser is off: a pair of casts is not to be thought away. */
export async function run(x: ArrayLike<number>, dims: number[], nodes: Node[], constants: Record<string, Constant> = {}): Promise<Float32Array> {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(onnx(dims, nodes, constants), { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled' });
  try {
    const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x), dims) });
    return y.data as Float32Array;
  } finally {
    await session.release();
  }
}

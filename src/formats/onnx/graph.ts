/** The graph as a chain of layers: what its output needs, in the file's order, each node's constants made before it is read. */
import { ParaboundError, show } from '../../errors.js';
import type { ModelFields } from '../../network/model.js';
import type { Storage } from '../../network/storage.js';
import { ChainError } from '../chain.js';
import { Call, isLive, placeOf, type Live, type Value } from './call.js';
import { CONSTANTS } from './constants.js';
import { toInteger } from './decode.js';
import { elementType, typeName } from './elements.js';
import { LAYERS, REFUSED } from './layers.js';
import { Network } from './network.js';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './schema.js';
import { Budget, decodeTensor, MOST_AXES, shapeOf, sizeOf } from './tensor.js';

/** Operator sets whose operators mean what is read here: broadcasting without attributes came with 7; 25 is the newest that is known. */
const OPSETS = { first: 7, last: 25 };
const MOST_INPUTS = 1 << 18;

/** Initialisers whose bytes stand in other files, with those bytes. */
export type External = (tensor: TensorProto, where: string) => Promise<Uint8Array>;

export async function readGraph(model: ModelProto, source: string, external: External): Promise<Pick<ModelFields, 'layers' | 'parameters' | 'normalisation' | 'storage'>> {
  const { graph } = model;
  const opset = opsetOf(model, source);
  if (graph === null) throw new ParaboundError('MODEL_INVALID', 'no graph', source, 'one');
  if (graph.sparseInitializer.length > 0) throw new ParaboundError('MODEL_UNSUPPORTED', 'sparse initialisers', source, 'dense ones');
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  if (constants.size < graph.initializer.length) throw new ParaboundError('MODEL_INVALID', 'two initialisers of one name', source, 'names that differ');
  const output = one(graph.output, 'outputs', source);
  const nodes = neededFor(output.name, graph, source);
  const input = one(graph.input.filter(({ name }) => !constants.has(name)), 'inputs', source);
  const read = new Set(nodes.flatMap(({ node }) => node.input));
  const tensors = await loadTensors([...constants.values()].filter(({ name }) => read.has(name)), source, external);

  const budget = new Budget(source);
  const dims = inputDims(input, source);
  const network = new Network(sizeOf(dims));
  const values = new Map<string, Value>([[input.name, { live: true, dims }]]);
  /** The one value from the input that has not been taken further. */
  let latest = values.get(input.name) as Live;
  const valueOf = (name: string): Value | undefined => {
    const bytes = tensors.get(name);
    if (bytes === undefined || values.has(name)) return values.get(name);
    const tensor = decodeTensor(bytes.proto, bytes.where, budget, bytes.external);
    values.set(name, tensor);
    return tensor;
  };

  for (const { node, index } of nodes) {
    const where = placeOf(node, index, source);
    if (node.domain !== '' && node.domain !== 'ai.onnx') throw new ParaboundError('MODEL_UNSUPPORTED', `operator ${show(node.opType)} of ${show(node.domain)}`, where, 'operators of ONNX itself');
    const known = Object.hasOwn(LAYERS, node.opType) || Object.hasOwn(CONSTANTS, node.opType);
    if (!known && !Object.hasOwn(REFUSED, node.opType)) throw new ParaboundError('MODEL_UNSUPPORTED', `operator ${show(node.opType)}`, where, `one of ${Object.keys({ ...LAYERS, ...CONSTANTS }).sort().join(', ')}`);
    const inputs = node.input.map((name) => {
      if (name === '') return null;
      const value = valueOf(name);
      if (value === undefined) throw new ParaboundError('MODEL_INVALID', `${show(name)} is not there yet`, where, 'nodes in the order in which they compute');
      if (isLive(value) && value !== latest) throw new ParaboundError('MODEL_UNSUPPORTED', `${show(name)} is read after another node has read it: a branch`, where, 'one chain from the input to the output');
      return value;
    });
    const call = new Call(node, index, opset, inputs, budget, source);
    const result = run(call, network);
    if (isLive(result)) latest = result;
    values.set(node.output[0], result);
  }
  if (values.get(output.name) !== latest) throw new ParaboundError('MODEL_UNSUPPORTED', `output ${show(output.name)} does not depend on the input`, source, 'an output that does');
  const fields = inChain(source, () => network.fields());
  if (fields === null) throw new ParaboundError('MODEL_INVALID', 'no layer with weights', source, 'one Gemm or MatMul at least');
  return { ...fields, storage: { format: `ONNX, operator set ${opset}`, tensors: [...tensors.values()].map(storedAs) } };
}

function run(call: Call, network: Network): Value {
  const { op } = call;
  if (!call.inputs.some(isLive)) {
    if (Object.hasOwn(CONSTANTS, op)) return CONSTANTS[op](call);
    throw call.unsupported('all that it reads is constant', `this only of ${Object.keys(CONSTANTS).join(', ')}`);
  }
  if (Object.hasOwn(REFUSED, op)) throw call.unsupported(REFUSED[op]);
  if (!Object.hasOwn(LAYERS, op)) throw call.unsupported('it reads what comes from the input', 'constants');
  return { live: true, dims: inChain(call.where, () => LAYERS[op](call, network)) };
}

function inChain<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ChainError) throw new ParaboundError('MODEL_UNSUPPORTED', error.message, where);
    throw error;
  }
}

function opsetOf({ opsetImport, functions }: ModelProto, source: string): number {
  const own = functions.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  if (own !== undefined) throw new ParaboundError('MODEL_UNSUPPORTED', `function ${show(own.name)} in place of an operator`, source, 'operators of ONNX itself');
  const versions = opsetImport.filter(({ domain }) => domain === '' || domain === 'ai.onnx').map(({ version }) => toInteger(version));
  if (versions.length !== 1) throw new ParaboundError('MODEL_INVALID', `${versions.length} operator sets of ONNX`, source, 'one, opset_import');
  const [opset] = versions;
  if (!(opset >= OPSETS.first && opset <= OPSETS.last)) throw new ParaboundError('MODEL_UNSUPPORTED', `operator set ${opset}`, source, `${OPSETS.first} to ${OPSETS.last}`);
  return opset;
}

function one<T>(list: readonly T[], what: string, source: string): T {
  if (list.length !== 1) throw new ParaboundError(list.length === 0 ? 'MODEL_INVALID' : 'MODEL_UNSUPPORTED', `${list.length} ${what}`, source, 'one');
  return list[0];
}

/** The nodes that the output depends on. What else a file has, such as what was needed in training, is not looked at. */
function neededFor(output: string, { node: all, input, initializer }: GraphProto, source: string): { node: NodeProto; index: number }[] {
  const made = new Set([...input, ...initializer].map(({ name }) => name));
  for (const [index, node] of all.entries()) {
    for (const name of node.output) {
      if (name !== '' && made.has(name)) throw new ParaboundError('MODEL_INVALID', `a second value named ${show(name)}`, placeOf(node, index, source), 'names that differ');
      made.add(name);
    }
  }
  const needed = new Set([output]);
  const nodes: { node: NodeProto; index: number }[] = [];
  for (let index = all.length - 1; index >= 0; index--) {
    const node = all[index];
    const used = node.output.flatMap((name, i) => (name !== '' && needed.has(name) ? [i] : []));
    if (used.length === 0) continue;
    const other = used.find((i) => i > 0);
    if (other !== undefined) throw new ParaboundError('MODEL_UNSUPPORTED', `output ${other} of it, ${show(node.output[other])}, is used`, placeOf(node, index, source), 'the first output alone');
    for (const name of node.input) needed.add(name);
    nodes.push({ node, index });
  }
  return nodes.reverse();
}

interface Stored {
  readonly proto: TensorProto;
  readonly where: string;
  readonly external: Uint8Array | undefined;
}

async function loadTensors(all: readonly TensorProto[], source: string, external: External): Promise<Map<string, Stored>> {
  const tensors = new Map<string, Stored>();
  for (const proto of all) {
    const where = `initialiser ${show(proto.name)} of ${source}`;
    if (proto.dataLocation !== 0 && proto.dataLocation !== 1) throw new ParaboundError('MODEL_INVALID', `data_location ${proto.dataLocation}`, where, '0 or 1');
    tensors.set(proto.name, { proto, where, external: proto.dataLocation === 1 ? await external(proto, where) : undefined });
  }
  return tensors;
}

function storedAs({ proto, where, external }: Stored): Storage['tensors'][number] {
  const { dims, type } = shapeOf(proto, where);
  return { name: proto.name, shape: dims, type: external === undefined ? type.name : `${type.name}, in a file of its own` };
}

/** For a batch of one: the first of several axes may have any name, or size 1. */
function inputDims({ name, type }: ValueInfoProto, source: string): number[] {
  const where = `input ${show(name)} of ${source}`;
  const tensor = type?.tensorType ?? null;
  if (tensor === null || tensor.shape === null) throw new ParaboundError('MODEL_UNSUPPORTED', tensor === null ? 'no tensor' : 'no shape', where, 'a tensor whose shape is known');
  if (elementType(tensor.elemType)?.kind !== 'float') throw new ParaboundError('MODEL_UNSUPPORTED', `an input of ${typeName(tensor.elemType)}`, where, 'floats');
  const { dim } = tensor.shape;
  if (dim.length > MOST_AXES) throw new ParaboundError('MODEL_UNSUPPORTED', `${dim.length} axes`, where, `at most ${MOST_AXES}`);
  const dims = dim.map((each, i) => {
    const size = Object.hasOwn(each, 'dimValue') ? toInteger(each.dimValue!) : null;
    if (size === null && i === 0 && dim.length > 1) return 1;
    if (size === null) throw new ParaboundError('MODEL_UNSUPPORTED', `axis ${i} has no size`, where, 'sizes of all axes but the first');
    if (!(size >= 1)) throw new ParaboundError('MODEL_INVALID', `axis ${i} has size ${size}`, where, 'at least 1');
    if (i === 0 && dim.length > 1 && size !== 1) throw new ParaboundError('MODEL_UNSUPPORTED', `a batch of ${size}`, where, 'a first axis of size 1, or without a size');
    return size;
  });
  if (sizeOf(dims) > MOST_INPUTS) throw new ParaboundError('MODEL_UNSUPPORTED', `${sizeOf(dims)} inputs`, where, `at most ${MOST_INPUTS}`);
  return dims;
}

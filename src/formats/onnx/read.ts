/** ONNX models: chains of dense layers. docs/onnx.md says what is read, and how. */
import { readBytes } from '../../network/files.js';
import type { ModelFields } from '../../network/model.js';
import { decodeModel } from './decode.js';
import { ExternalData } from './external.js';
import { readGraph, type External } from './graph.js';

/** @throws ParaboundError MODEL_UNSUPPORTED or MODEL_INVALID with the node and its operator, FILE_* */
export async function readOnnx(path: string): Promise<ModelFields> {
  const files = new ExternalData(path);
  return parseOnnx(await readBytes(path, 'model'), path, (tensor, where) => files.read(tensor, where));
}

export async function parseOnnx(bytes: Uint8Array, source: string, external: External): Promise<ModelFields> {
  const network = await readGraph(decodeModel(bytes, source), source, external);
  return {
    source,
    inputNames: Array.from({ length: network.layers[0].inputs }, () => null),
    ...network,
    domain: null,
    level: null,
    decision: 'max',
    labels: null,
  };
}

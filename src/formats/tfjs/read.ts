/** TensorFlow.js layers models: model.json, and shards of weights beside it. docs/formats.md says what is read. */
import { ParaboundError, show } from '../../errors.js';
import type { ModelFields } from '../../network/model.js';
import { networkOf } from './layers.js';
import { readWeights } from './manifest.js';
import { layersOf } from './topology.js';

/** Is this JSON what TensorFlow.js calls model.json? */
export function isTfjs(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && ('modelTopology' in json || 'weightsManifest' in json);
}

/** @throws ParaboundError MODEL_UNSUPPORTED or MODEL_INVALID with the layer and its class, FILE_* with the shard */
export async function readTfjs(json: Record<string, unknown>, path: string): Promise<ModelFields> {
  const { format = 'layers-model' } = json;
  if (format !== 'layers-model') throw new ParaboundError('MODEL_FORMAT_UNSUPPORTED', show(format), `format in ${path}`, '"layers-model"; tensorflowjs_converter has --output_format tfjs_layers_model');
  const layers = layersOf(json.modelTopology, path);
  const weights = await readWeights(json.weightsManifest, path);
  const network = networkOf(layers, weights, path);
  return {
    source: path, inputNames: Array.from({ length: network.layers[0].inputs }, () => null), ...network, domain: null, level: null, decision: 'max', labels: null,
    storage: { format: 'TensorFlow.js layers model', tensors: Array.from(weights.values(), ({ name, shape, stored }) => ({ name, shape, type: stored })) },
  };
}

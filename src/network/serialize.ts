import { layerRanges } from './layout.js';
import type { Model } from './model.js';
import { MODEL_FORMAT, type ModelObject } from './parse.js';

/**
 * The model as a `parabound-model@1` object, whose JSON text is read back as the same network: JavaScript writes the shortest decimal
 * that is this double.
 */
export function modelObject(model: Model, about?: unknown): ModelObject {
  const { inputCount, outputCount, layers, parameters, domain, labels } = model;
  const { normalisation } = model;
  const limits = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isFinite(value) ? value : null));
  return {
    format: MODEL_FORMAT,
    ...(about === undefined ? {} : { about }),
    inputs: Array.from({ length: inputCount }, (_, i) => ({
      ...(model.inputNames[i] === null ? {} : { name: model.inputNames[i] }),
      ...(domain === null ? {} : { lower: domain[2 * i], upper: domain[2 * i + 1] }),
    })),
    ...(normalisation === null ? {} : {
      normalisation: { mean: Array.from(normalisation.mean), range: Array.from(normalisation.range), lower: limits(normalisation.lower), upper: limits(normalisation.upper) },
    }),
    layers: layerRanges(layers).map(({ weights, biases, end }, l) => {
      const { inputs, outputs, activation, fixed } = layers[l];
      return {
        weights: Array.from({ length: outputs }, (_, row) => Array.from(parameters.subarray(weights + row * inputs, weights + (row + 1) * inputs))),
        bias: Array.from(parameters.subarray(biases, end)),
        activation,
        ...(fixed === undefined ? {} : { fixed }),
      };
    }),
    output: { ...(outputCount === 1 ? { level: model.level } : { decision: model.decision }), ...(labels === null ? {} : { labels }) },
  };
}

import { layerRanges } from './layout.js';
import type { Model } from './model.js';
import { MODEL_FORMAT, type ModelObject } from './parse.js';

/**
 * The model as a `parabound-model@1` object, whose JSON text is read back as the same network: JavaScript writes the shortest decimal
 * that is this double.
 */
export function modelObject(model: Model, about?: unknown): ModelObject {
  const { layers, parameters } = model;
  const { inputs, normalisation, output } = modelFrame(model);
  return {
    format: MODEL_FORMAT,
    ...(about === undefined ? {} : { about }),
    inputs,
    ...(normalisation === undefined ? {} : { normalisation }),
    layers: layerRanges(layers).map(({ weights, biases, end }, l) => {
      const { inputs: width, outputs, activation, fixed } = layers[l];
      return {
        weights: Array.from({ length: outputs }, (_, row) => Array.from(parameters.subarray(weights + row * width, weights + (row + 1) * width))),
        bias: Array.from(parameters.subarray(biases, end)),
        activation,
        ...(fixed === undefined ? {} : { fixed }),
      };
    }),
    output,
  };
}

/** All of it but the layers. */
export function modelFrame(model: Model): Pick<ModelObject, 'inputs' | 'normalisation'> & { output: NonNullable<ModelObject['output']> } {
  const { inputCount, outputCount, inputNames, domain, labels, normalisation } = model;
  const limits = (values: Float64Array): (number | null)[] => Array.from(values, (value) => (Number.isFinite(value) ? value : null));
  return {
    inputs: Array.from({ length: inputCount }, (_, i) => ({
      ...(inputNames[i] === null ? {} : { name: inputNames[i] }),
      ...(domain === null ? {} : { lower: domain[2 * i], upper: domain[2 * i + 1] }),
    })),
    ...(normalisation === null ? {} : {
      normalisation: { mean: Array.from(normalisation.mean), range: Array.from(normalisation.range), lower: limits(normalisation.lower), upper: limits(normalisation.upper) },
    }),
    output: { ...(outputCount === 1 ? { level: model.level } : { decision: model.decision }), ...(labels === null ? {} : { labels }) },
  };
}

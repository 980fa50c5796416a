import { EXACTNESS, exactnessOf } from '../../network/exactness.js';
import { layerRanges, shapeText } from '../../network/layout.js';
import { loadModel } from '../../network/load.js';
import type { LayerShape, Model } from '../../network/model.js';
import { NORMALISATION_FIELDS } from '../../network/normalisation.js';
import { version } from '../../version.js';
import { voiceOf } from '../query.js';
import { say } from '../terminal.js';
import { plain } from '../text/numbers.js';

/** As many lines of one kind are shown; --json has all. */
const SHOWN = 12;

interface Range {
  lower: number;
  upper: number;
}

/** Numbers of a layer, and how many of its weights are zero. */
interface LayerInfo {
  inputs: number;
  outputs: number;
  activation: string;
  fixed: LayerShape['fixed'] | null;
  weights: Range & { zeros: number };
  biases: Range;
}

/** parabound info MODEL */
export async function info(path: string, flags: object): Promise<void> {
  const model = await loadModel(path);
  const exactness = exactnessOf(model);
  const layers = layersOf(model);
  const result = {
    schema: 'parabound/info@1',
    query: 'info',
    format: model.storage?.format ?? null,
    tensors: model.storage?.tensors ?? [],
    shape: [model.inputCount, ...model.layers.map((layer) => layer.outputs)],
    activations: model.layers.map((layer) => layer.activation),
    layers,
    parameters: model.parameters.length,
    inputs: Array.from({ length: model.inputCount }, (_, i) => ({ name: model.inputName(i), ...(model.domain === null ? {} : { lower: model.domain[2 * i], upper: model.domain[2 * i + 1] }) })),
    ...(model.outputCount === 1 ? { level: model.level } : { decision: model.decision }),
    labels: model.labels,
    normalisation: model.normalisation === null ? null : Object.fromEntries(NORMALISATION_FIELDS.map((field) => [field, Array.from(model.normalisation![field])])),
    exactness,
    version, model: model.hash, semantics: 'real',
  };
  say(voiceOf(flags), result, () => infoText(model, layers, exactness));
}

function layersOf({ layers, parameters }: Model): LayerInfo[] {
  return layerRanges(layers).map(({ weights, biases, end }, l) => {
    const { inputs, outputs, activation, fixed = null } = layers[l];
    const of = parameters.subarray(weights, biases);
    return { inputs, outputs, activation, fixed, weights: { ...rangeOf(of), zeros: of.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) }, biases: rangeOf(parameters.subarray(biases, end)) };
  });
}

function rangeOf(values: Float64Array): Range {
  return { lower: values.reduce((least, value) => Math.min(least, value), Infinity), upper: values.reduce((most, value) => Math.max(most, value), -Infinity) };
}

function infoText(model: Model, layers: readonly LayerInfo[], exactness: keyof typeof EXACTNESS): string {
  const { domain, normalisation, storage } = model;
  const inputs = Array.from({ length: model.inputCount }, (_, i) => {
    const scale = normalisation === null ? '' : `, fed as (${normalisation.lower[i] > -Infinity || normalisation.upper[i] < Infinity ? 'clamped' : 'it'} - ${normalisation.mean[i]}) / ${normalisation.range[i]}`;
    return `  ${plain(model.inputName(i))}${domain === null ? '' : ` in [${domain[2 * i]}, ${domain[2 * i + 1]}]`}${scale}`;
  });
  const classes = model.labels === null ? '' : `: ${model.labels.map(plain).join(', ')}`;
  const rule = model.outputCount === 1
    ? `label 1 if f > ${model.level}, else 0${classes}`
    : `the ${model.decision === 'max' ? 'largest' : 'smallest'} of ${model.outputCount} outputs${classes}`;
  const tensors = storage?.tensors ?? [];
  return [
    `${shapeText(model.layers)} (${model.layers.map((layer) => layer.activation).join(', ')}), ${model.parameters.length} parameters`,
    ...(storage === null ? [] : [`format: ${plain(storage.format)}${tensors.length === 0 ? ', decimals, each taken as the nearest double' : ''}`]),
    ...some(tensors.map(({ name, shape, type }) => `  ${plain(name)} [${shape.join(', ')}] ${plain(type)}`)),
    domain === null ? 'inputs, without bounds: a query needs --domain or --at' : 'inputs',
    ...some(inputs),
    'layers',
    ...some(layers.map(layerText)),
    `decision: ${rule}`,
    `exactness: ${EXACTNESS[exactness]}`,
    `hash: ${model.hash}`,
  ].join('\n');
}

function layerText({ inputs, outputs, activation, fixed, weights, biases }: LayerInfo, l: number): string {
  const zeros = weights.zeros === 0 ? '' : `, ${weights.zeros} of them 0`;
  const constant = fixed === null ? '' : fixed === true ? '; fixed' : '; biases fixed';
  return `  ${l}: ${inputs}-${outputs} ${activation}, weights in [${weights.lower}, ${weights.upper}]${zeros}, biases in [${biases.lower}, ${biases.upper}]${constant}`;
}

function some(lines: readonly string[]): readonly string[] {
  return lines.length > SHOWN ? [...lines.slice(0, SHOWN), `  and ${lines.length - SHOWN} more (--json has all)`] : lines;
}

import { ParaboundError, show } from '../errors.js';
import { FIXED, type Fixed } from './fixed.js';
import { ACTIVATIONS, DECISIONS, sharedDoubles, type Activation, type Decision, type LayerShape, type ModelFields } from './model.js';
import { parameterCount } from './layout.js';
import { isIdentity, NORMALISATION_FIELDS, type Normalisation } from './normalisation.js';

export const MODEL_FORMAT = 'parabound-model@1';

/** A `parabound-model@1` file as an object. Rows may be typed arrays of doubles or floats. */
export interface ModelObject {
  format: typeof MODEL_FORMAT;
  inputs: readonly { name?: string; lower?: number; upper?: number }[];
  layers: readonly { weights: readonly ArrayLike<number>[]; bias: ArrayLike<number>; activation: Activation; fixed?: Fixed }[];
  output?: { level?: number; decision?: Decision; labels?: readonly string[] };
  /** x' = (min(max(x, lower), upper) - mean) / range before the first layer, an entry an input; null in `lower` and `upper` for no limit. */
  normalisation?: { mean: ArrayLike<number>; range: ArrayLike<number>; lower?: ArrayLike<number | null>; upper?: ArrayLike<number | null> };
  /** Free text or any JSON; not read. */
  name?: string;
  about?: unknown;
}

type Fields = Record<string, unknown>;

/**
 * Checks every word of a model and copies its numbers. A field that is not known is refused rather than passed over: it might
 * be a normalisation or a kind of layer that the answer would then be silently wrong about.
 */
export function parseModel(json: unknown, source: string): ModelFields {
  const invalid = (what: string, field: string, expected: string) =>
    new ParaboundError('MODEL_INVALID', what, field === '' ? source : `${field} in ${source}`, expected);

  function object(value: unknown, field: string, known: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(show(value), field, 'an object');
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) throw invalid(`unknown field ${show(key)}`, field, `only ${known.join(', ')}`);
    }
    return value as Fields;
  }
  function list(value: unknown, field: string, of: string): readonly unknown[] {
    if (!Array.isArray(value) || value.length === 0) throw invalid(value === undefined ? 'missing' : show(value), field, `a list of ${of}, not empty`);
    return value;
  }
  function finite(value: unknown, field: string): number {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(value === undefined ? 'missing' : show(value), field, 'a finite number');
    return value;
  }
  function row(value: unknown, field: string): ArrayLike<unknown> {
    const isRow = Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array;
    if (!isRow || value.length === 0) throw invalid(value === undefined ? 'missing' : show(value), field, 'a list of numbers, not empty');
    return value;
  }
  function choice<T extends string | boolean>(value: unknown, field: string, of: readonly T[]): T {
    if (!of.includes(value as T)) throw invalid(value === undefined ? 'missing' : show(value), field, `one of ${of.join(', ')}`);
    return value as T;
  }

  const format = (json as Fields | null)?.format;
  if (typeof json === 'object' && json !== null && typeof format === 'string' && format !== MODEL_FORMAT) {
    throw new ParaboundError('MODEL_FORMAT_UNSUPPORTED', show(format), `format in ${source}`, show(MODEL_FORMAT));
  }
  const root = object(json, '', ['format', 'inputs', 'normalisation', 'layers', 'output', 'name', 'about']);
  if (format !== MODEL_FORMAT) throw invalid(format === undefined ? 'missing' : show(format), 'format', show(MODEL_FORMAT));

  const inputs = list(root.inputs, 'inputs', 'inputs').map((input, i) => {
    const field = `inputs[${i}]`;
    const { name, lower, upper } = object(input, field, ['name', 'lower', 'upper']);
    if (name !== undefined && typeof name !== 'string') throw invalid(show(name), `${field}.name`, 'text');
    if (lower === undefined && upper === undefined) return { name, bounds: null };
    const bounds = [finite(lower, `${field}.lower`), finite(upper, `${field}.upper`)] as const;
    if (bounds[0] > bounds[1]) throw invalid(`inverted bounds [${bounds.join(', ')}]`, field, 'lower <= upper');
    return { name, bounds };
  });

  const layerList = list(root.layers, 'layers', 'layers').map((value, l) => object(value, `layers[${l}]`, ['weights', 'bias', 'activation', 'fixed']));
  const layers: LayerShape[] = layerList.map((layer, l) => {
    const field = `layers[${l}]`;
    const rows = list(layer.weights, `${field}.weights`, 'rows');
    const activation = choice(layer.activation, `${field}.activation`, ACTIVATIONS);
    if (activation === 'softmax' && l !== layerList.length - 1) throw invalid('softmax on a hidden layer', `${field}.activation`, 'softmax on the last layer only');
    if (activation === 'softmax' && rows.length < 2) throw invalid('softmax over one output', `${field}.activation`, 'two outputs or more');
    const fixed = layer.fixed === undefined ? {} : { fixed: choice(layer.fixed, `${field}.fixed`, FIXED) };
    return { inputs: row(rows[0], `${field}.weights[0]`).length, outputs: rows.length, activation, ...fixed };
  });

  const parameters = sharedDoubles(parameterCount(layers));
  let next = 0;
  layers.forEach((layer, l) => {
    const before = l === 0 ? inputs.length : layers[l - 1].outputs;
    const field = `layers[${l}]`;
    const widths = `rows of ${before}, one number for each ${l === 0 ? 'input' : `output of layers[${l - 1}]`}`;
    (layerList[l].weights as unknown[]).forEach((value, r) => {
      const weights = row(value, `${field}.weights[${r}]`);
      if (weights.length !== layer.inputs) throw invalid(`ragged: ${weights.length} numbers after rows of ${layer.inputs}`, `${field}.weights[${r}]`, widths);
      if (weights.length !== before) throw invalid(`${weights.length} numbers`, `${field}.weights[${r}]`, widths);
      for (let c = 0; c < weights.length; c++) parameters[next++] = finite(weights[c], `${field}.weights[${r}][${c}]`);
    });
    const bias = row(layerList[l].bias, `${field}.bias`);
    if (bias.length !== layer.outputs) throw invalid(`${bias.length} numbers`, `${field}.bias`, `${layer.outputs}, one for each row of weights`);
    for (let r = 0; r < bias.length; r++) parameters[next++] = finite(bias[r], `${field}.bias[${r}]`);
  });

  const output = root.output === undefined ? {} : object(root.output, 'output', ['level', 'decision', 'labels']);
  const outputs = layers[layers.length - 1].outputs;
  const classes = Math.max(2, outputs);
  let labels: string[] | null = null;
  if (output.labels !== undefined) {
    labels = list(output.labels, 'output.labels', 'names').map((label, i) => {
      if (typeof label !== 'string') throw invalid(show(label), `output.labels[${i}]`, 'text');
      return label;
    });
    if (labels.length !== classes) throw invalid(`${labels.length} labels`, 'output.labels', `${classes}, one for each class`);
  }

  return {
    source,
    inputNames: inputs.map(({ name }) => name ?? null),
    layers,
    parameters,
    domain: inputs.every(({ bounds }) => bounds !== null) ? Float64Array.from(inputs.flatMap(({ bounds }) => bounds!)) : null,
    level: output.level === undefined ? null : finite(output.level, 'output.level'),
    decision: output.decision === undefined ? 'max' : choice(output.decision, 'output.decision', DECISIONS),
    labels,
    normalisation: root.normalisation === undefined ? null : normalisationOf(object(root.normalisation, 'normalisation', NORMALISATION_FIELDS)),
    storage: { format: MODEL_FORMAT, tensors: [] },
  };

  function normalisationOf(given: Fields): Normalisation | null {
    const column = (name: keyof Normalisation, none?: number): Float64Array => {
      const field = `normalisation.${name}`;
      if (given[name] === undefined && none !== undefined) return new Float64Array(inputs.length).fill(none);
      const values = row(given[name], field);
      if (values.length !== inputs.length) throw invalid(`${values.length} numbers`, field, `${inputs.length}, one for each input`);
      return Float64Array.from(values, (value, i) => (value === null && none !== undefined ? none : finite(value, `${field}[${i}]`)));
    };
    const normalisation = { mean: column('mean'), range: column('range'), lower: column('lower', -Infinity), upper: column('upper', Infinity) };
    const { range, lower, upper } = normalisation;
    range.forEach((value, i) => { if (!(value > 0)) throw invalid(String(value), `normalisation.range[${i}]`, 'a number above zero'); });
    lower.forEach((value, i) => { if (value > upper[i]) throw invalid(`inverted limits [${value}, ${upper[i]}] of input ${i}`, 'normalisation', 'lower <= upper'); });
    return isIdentity(normalisation) ? null : normalisation;
  }
}

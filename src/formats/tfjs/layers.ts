/** What each class of layer adds to the network; a class or a setting that is not here is refused by name, with why. */
import { ParaboundError, show } from '../../errors.js';
import { ACTIVATIONS, type Activation, type ModelFields } from '../../network/model.js';
import { Chain, ChainError } from '../chain.js';
import type { Tensor } from './manifest.js';
import type { LayerConfig } from './topology.js';

/** Settings of training, and of names and types, which do not change what a layer computes. */
const ANY = ['name', 'trainable', 'dtype', 'batch_input_shape', 'batch_shape', 'input_shape', 'input_dim', 'input_dtype', 'batch_size'];

/** The classes that are read, each with its own settings. */
export const SETTINGS: Record<string, readonly string[]> = {
  InputLayer: ['sparse', 'ragged', 'optional'],
  Dense: ['units', 'activation', 'use_bias', 'kernel_initializer', 'bias_initializer', 'kernel_regularizer', 'bias_regularizer', 'activity_regularizer', 'kernel_constraint', 'bias_constraint'],
  Activation: ['activation'],
  ReLU: ['max_value', 'negative_slope', 'threshold'],
  Softmax: ['axis'],
  Flatten: ['data_format'],
  Reshape: ['target_shape'],
  Rescaling: ['scale', 'offset'],
  Dropout: ['rate', 'noise_shape', 'seed'],
  SpatialDropout1D: ['rate', 'seed'],
  AlphaDropout: ['rate', 'noise_shape', 'seed'],
  GaussianDropout: ['rate', 'seed'],
  GaussianNoise: ['stddev', 'seed'],
  ActivityRegularization: ['l1', 'l2'],
};

/** Classes that people ask about, and why they are not there. */
const REASONS: Record<string, string> = {
  BatchNormalization: 'it divides by a square root, which is no double; fold it into the layer before it when exporting',
  LayerNormalization: 'it divides by a root of its own inputs',
  Normalization: 'it divides by a square root, which is no double, and TensorFlow.js has no such layer',
  LeakyReLU: 'only linear, relu, sigmoid, tanh and softmax are bounded here',
  Conv2D: 'only dense layers are read',
};

export function networkOf(layers: readonly LayerConfig[], weights: ReadonlyMap<string, Tensor>, path: string): Pick<ModelFields, 'layers' | 'parameters' | 'normalisation'> {
  const used = new Set<string>();
  const byEnd = new Map<string, string[]>(); // by the last two words of the name
  for (const name of weights.keys()) {
    const end = name.split('/').slice(-2).join('/');
    byEnd.set(end, [...(byEnd.get(end) ?? []).slice(0, 1), name]);
  }
  let chain: Chain | undefined;
  /** Without the batch; null until it is known. */
  let shape: readonly number[] | null = null;
  for (const layer of layers) {
    try {
      step(layer);
    } catch (error) {
      if (error instanceof ChainError) throw refusal(layer, 'MODEL_UNSUPPORTED', error.message, 'a network that docs/formats.md describes');
      throw error;
    }
  }
  const unused = [...weights.keys()].find((name) => !used.has(name));
  if (unused !== undefined) throw new ParaboundError('MODEL_INVALID', `weight ${show(unused)} belongs to no layer`, `weightsManifest of ${path}`, 'weights that the layers have');
  if (chain === undefined || chain.depth === 0) throw new ParaboundError('MODEL_INVALID', 'no layer with weights', `modelTopology of ${path}`, 'a Dense layer at least');
  return chain.fields();

  function refusal({ className, name }: LayerConfig, code: 'MODEL_INVALID' | 'MODEL_UNSUPPORTED', what: string, expected: string): ParaboundError {
    return new ParaboundError(code, what, `layer ${show(name)} (${className}) of ${path}`, expected);
  }

  function step(layer: LayerConfig): void {
    const { className, config } = layer;
    const invalid = (what: string, expected: string) => refusal(layer, 'MODEL_INVALID', what, expected);
    const unsupported = (what: string, expected: string) => refusal(layer, 'MODEL_UNSUPPORTED', what, expected);
    if (!Object.hasOwn(SETTINGS, className)) {
      const why = Object.hasOwn(REASONS, className) ? `: ${REASONS[className]}` : '';
      throw unsupported(`class ${className} is not supported${why}`, Object.keys(SETTINGS).slice(0, 8).join(', '));
    }
    for (const [key, value] of Object.entries(config)) {
      if (value !== null && !ANY.includes(key) && !SETTINGS[className].includes(key)) throw unsupported(`setting ${key} = ${show(value)}`, `only ${SETTINGS[className].join(', ')}`);
    }
    const given = givenShape(config, (what) => invalid(what, 'a shape without gaps, but for the batch'));
    if (given !== null && shape !== null && String(given) !== String(shape)) throw invalid(`input shape [${given.join(', ')}]`, `[${shape.join(', ')}], the output of the layer before`);
    shape ??= given;

    switch (className) {
      case 'Dense':
        dense(layer, invalid, unsupported);
        break;
      case 'Activation':
      case 'Softmax':
      case 'ReLU': {
        const kind = className === 'Activation' ? activationOf(config.activation, unsupported) : className === 'ReLU' ? 'relu' : 'softmax';
        if (className === 'ReLU') {
          if ((config.max_value ?? null) !== null) throw unsupported(`max_value ${show(config.max_value)}`, 'a relu without an upper end');
          for (const key of ['negative_slope', 'threshold']) if ((config[key] ?? 0) !== 0) throw unsupported(`${key} ${show(config[key])}`, '0');
        }
        const axis = config.axis ?? -1;
        if (className === 'Softmax' && !([-1, 1] as unknown[]).includes(axis)) throw unsupported(`axis ${show(axis)}`, '-1');
        if (kind === 'softmax') known(invalid, unsupported, 1);
        begun(invalid).activate(kind);
        break;
      }
      case 'Rescaling': {
        const [scale, offset] = [config.scale, config.offset ?? 0];
        if (typeof scale !== 'number' || typeof offset !== 'number') throw unsupported(`scale ${show(scale)}, offset ${show(offset)}`, 'a number each');
        // The runtime takes them as float32.
        const [factor, added] = [Math.fround(scale), Math.fround(offset)];
        if (!Number.isFinite(factor) || !Number.isFinite(added)) throw invalid(`scale ${scale}, offset ${offset}`, 'numbers that float32 holds');
        begun(invalid).scale(factor, added);
        break;
      }
      case 'Flatten': {
        const from = known(invalid, unsupported);
        if (!['channels_last', null].includes((config.data_format ?? null) as string | null) && from.length > 1) throw unsupported(`data_format ${show(config.data_format)}, which moves values`, 'channels_last');
        shape = [size(from)];
        break;
      }
      case 'Reshape':
        shape = reshaped(known(invalid, unsupported), config.target_shape, invalid);
        break;
      default: // an input, or what only training does
    }
  }

  function dense({ name, config }: LayerConfig, invalid: Refuse, unsupported: Refuse): void {
    const { units, use_bias: useBias = true } = config;
    if (!Number.isSafeInteger(units) || (units as number) < 1) throw invalid(`units ${show(units)}`, 'a whole number above zero');
    if (typeof useBias !== 'boolean') throw invalid(`use_bias ${show(useBias)}`, 'true or false');
    const activation = activationOf(config.activation, unsupported);
    const kernel = weight(name, 'kernel', 0, invalid);
    if (shape === null && kernel.shape[0] > 0) shape = [kernel.shape[0]];
    const [inputs] = known(invalid, unsupported, 1);
    if (String(kernel.shape) !== String([inputs, units])) throw invalid(`kernel of shape [${kernel.shape.join(', ')}]`, `[${inputs}, ${units as number}], inputs by units`);
    const outputs = units as number;
    const rows = new Float64Array(kernel.values.length); // the file has a row for each input
    for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) rows[o * inputs + i] = kernel.values[i * outputs + o];
    const bias = useBias ? weight(name, 'bias', 1, invalid) : null;
    if (bias !== null && String(bias.shape) !== String([outputs])) throw invalid(`bias of shape [${bias.shape.join(', ')}]`, `[${outputs}]`);
    begun(invalid).affine(rows, bias?.values ?? new Float64Array(outputs), bias === null ? 'bias' : undefined);
    chain!.activate(activation);
    shape = [outputs];
  }

  /** By the names that TensorFlow.js looks for, `dense/kernel` or `dense/0`, perhaps behind the name of the model. */
  function weight(layer: string, role: string, index: number, invalid: Refuse): Tensor {
    const names = [`${layer}/${role}`, `${layer}/${index}`];
    const exact = names.filter((name) => weights.has(name));
    const [name, second] = exact.length > 0 ? exact : names.flatMap((each) => byEnd.get(each) ?? []);
    if (name === undefined) throw invalid(`no weight ${show(names[0])}`, 'a weight of that name in weightsManifest');
    if (second !== undefined) throw invalid(`weights ${show(name)} and ${show(second)}`, `one ${role}`);
    if (used.has(name)) throw invalid(`weight ${show(name)} of another layer`, `a ${role} of its own`);
    used.add(name);
    return weights.get(name)!;
  }

  function known(invalid: Refuse, unsupported: Refuse, axes?: number): readonly number[] {
    if (shape === null) throw invalid('the shape of its input is not known', 'batch_input_shape in the first layer');
    if (axes !== undefined && shape.length !== axes) throw unsupported(`input of shape [${shape.join(', ')}]`, 'one axis: a Flatten layer before it');
    return shape;
  }

  function begun(invalid: Refuse): Chain {
    return (chain ??= new Chain(size(known(invalid, invalid))));
  }
}

type Refuse = (what: string, expected: string) => ParaboundError;

function activationOf(value: unknown, unsupported: Refuse): Activation {
  const name = value ?? 'linear';
  if (!ACTIVATIONS.includes(name as Activation)) throw unsupported(`activation ${show(name)}`, ACTIVATIONS.join(', '));
  return name as Activation;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function givenShape(config: Readonly<Record<string, unknown>>, invalid: (what: string) => ParaboundError): readonly number[] | null {
  const batched = config.batch_input_shape ?? config.batch_shape ?? null;
  const value: unknown = batched !== null ? (Array.isArray(batched) ? batched.slice(1) : batched) : config.input_shape ?? (config.input_dim === undefined ? null : [config.input_dim]);
  if (value === null) return null;
  if (!Array.isArray(value) || value.length === 0 || !value.every((side) => Number.isSafeInteger(side) && side > 0) || !Number.isSafeInteger(size(value as number[]))) throw invalid(`input shape ${show(value)}`);
  return value as number[];
}

function reshaped(from: readonly number[], target: unknown, invalid: Refuse): readonly number[] {
  const wrong = invalid(`target_shape ${show(target)}`, `sides whose product is ${size(from)}, one of them perhaps -1`);
  if (!Array.isArray(target) || target.length === 0) throw wrong;
  const open = target.filter((side) => side === null || side === -1).length;
  const rest = size((target as number[]).filter((side) => side !== null && side !== -1));
  const sides = target.map((side: unknown) => (side === null || side === -1 ? size(from) / rest : side));
  if (open > 1 || !sides.every((side) => Number.isSafeInteger(side) && (side as number) > 0) || size(sides as number[]) !== size(from)) throw wrong;
  return sides as number[];
}

import { ParaboundError, show } from '../errors.js';
import { movable } from '../network/fixed.js';
import type { Model } from '../network/model.js';
import { optionNamed } from '../options.js';
import { prunedBox, quantizeParameters, type Quantization } from '../quantize/quantize.js';
import { excluded, perturbMask, radiusOf, type ParameterBox } from './box.js';
import { checkModel, checkOptions, type QueryOptions } from './settings.js';
import { inUnits } from './units.js';

const OF_QUANTIZE = ['granularity', 'scheme', 'quantizeBiases', 'as'] as const;
const OTHER_BOXES = ['delta', 'deltaRelative'] as const;

/** What is about a format needs one. */
export function requireFormat(options: QueryOptions): void {
  const idle = options.quantize === undefined ? OF_QUANTIZE.find((name) => options[name] !== undefined) : undefined;
  if (idle !== undefined) throw new ParaboundError('OPTION_REQUIRED', `${optionNamed(idle).flag} without --quantize`, 'the parameter box', '--quantize, the format that it is about');
}

/** The box that `quantize`, `prune` and `pruneBox` name: a copy (+- delta round it), or all that a rounding or a pruning could make. */
export function quantizedParameterBox(model: Model, options: QueryOptions): ParameterBox {
  const { pruneBox, delta, deltaRelative, perturb, as = 'copy' } = options;
  const alone = (name: 'pruneBox' | 'as', others: readonly ('quantize' | 'prune' | (typeof OTHER_BOXES)[number])[]): void => {
    for (const other of others) if (options[other] !== undefined) throw excluded(name, other, name === 'as' ? ' box' : '');
  };
  const moves = perturb === undefined ? movable(model.layers) : perturbMask(model, perturb);
  if (pruneBox !== undefined) {
    alone('pruneBox', ['quantize', 'prune', ...OTHER_BOXES]);
    const { box, pruned } = prunedBox(model, pruneBox, moves);
    return { spec: box, of: model, isCopy: false, quantization: { as: 'box', tensors: [], pruned } };
  }
  if (as === 'box') alone('as', OTHER_BOXES);
  const { copy: of, box, about } = quantizeParameters(model, options, moves);
  const quantization = about(as);
  if (as === 'box') return { spec: box(), of: model, isCopy: false, quantization };
  const center = of.parameters;
  if (deltaRelative !== undefined) return { spec: { kind: 'relative', center, ratio: deltaRelative, mask: moves }, of, isCopy: false, quantization };
  const radius = radiusOf(moves, delta ?? 0);
  return { spec: { kind: 'radius', center, radius }, of, isCopy: delta === undefined, quantization };
}

/** What `quantizeModel` takes: the options of a query that make a copy. */
export type QuantizeModelOptions = Pick<QueryOptions, 'quantize' | 'granularity' | 'scheme' | 'quantizeBiases' | 'prune' | 'perturb' | 'units'>;

const OF_A_COPY = ['quantize', 'granularity', 'scheme', 'quantizeBiases', 'prune', 'perturb', 'units'];

/**
 * The model with its parameters rounded to a format, pruned, or both: the network that queries with the same options set beside it.
 * `perturb` names the parameters that this touches.
 *
 * @throws ParaboundError OPTION_*, QUANTIZATION_INVALID (a parameter that the format cannot hold)
 */
export function quantizeModel(model: Model, options: QuantizeModelOptions): Model {
  return copyBox(model, options).of;
}

/** What becomes of each tensor there. */
export function quantizationOfModel(model: Model, options: QuantizeModelOptions): Quantization {
  return copyBox(model, options).quantization!;
}

function copyBox(model: Model, options: QuantizeModelOptions): ParameterBox {
  checkModel(model, 'model');
  checkOptions(options);
  const other = Object.keys(options).find((name) => !OF_A_COPY.includes(name));
  if (other !== undefined) throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(other)}`, 'quantizeModel', OF_A_COPY.join(', '));
  if (options.quantize === undefined && options.prune === undefined) throw new ParaboundError('OPTION_REQUIRED', 'nothing to do', 'the copy', '--quantize, --prune or both');
  requireFormat(options);
  return quantizedParameterBox(inUnits(model, options.units), options);
}

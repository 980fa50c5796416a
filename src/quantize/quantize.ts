/**
 * What a deployment makes of a trained network's parameters: rounded to a format, pruned, or both (pruned first). Either the
 * copy that it makes, or the box of all that a rounding could make: docs/quantize.md has the formulas and their sources.
 */
import { ParaboundError } from '../errors.js';
import { movable } from '../network/fixed.js';
import { layerRanges } from '../network/layout.js';
import { Model, sharedDoubles } from '../network/model.js';
import type { BoxSpec } from '../search/native.js';
import { formatName, parseFormats, type Format } from './format.js';
import { fixedGrid, floatGrid, integerGrid, type Grid } from './grid.js';
import { smallestWeights } from './prune.js';
import type { Granularity, Scheme } from './words.js';

export interface QuantizeSettings {
  /** `int8`, `fp16`, `bf16`, `fp32`, `fixed:Q.F`, `none`, or a list of them by commas, one for each layer that is not fixed. */
  quantize?: string;
  /** Of integers: one scale for each tensor (default), or for each output of a layer. */
  granularity?: Granularity;
  /** Of integers: zero point 0 (default), or one that lets the range be lopsided. */
  scheme?: Scheme;
  /** Default: weights alone. */
  quantizeBiases?: boolean;
  /** `magnitude:30%`: the smallest weights become zero, before anything is rounded. */
  prune?: string;
}

/** What became of one tensor. */
export interface QuantizedTensor {
  layer: number;
  tensor: 'weights' | 'biases';
  format: string;
  /** Least and largest, of integers and fixed point. */
  scale?: [number, number];
  zeroPoint?: [number, number];
  /** The largest change of a parameter by rounding, to double precision. With `as: 'box'`, that any rounding could make. */
  largestError: number;
}

export interface Quantization {
  as: 'copy' | 'box';
  tensors: QuantizedTensor[];
  /** Weights that are zero because they were pruned (with `pruneBox`: that may be). */
  pruned?: number;
}

export interface Quantized {
  readonly copy: Model;
  readonly box: () => BoxSpec & { kind: 'bounds' };
  readonly about: (as: 'copy' | 'box') => Quantization;
}

/**
 * The copy that the settings make, with parameters that are exact doubles: those of a narrower float format are, and a scale of 24 bits times
 * an integer of 17 is. What is fixed, or 0 in `moves`, stays as it is.
 *
 * @throws ParaboundError OPTION_INVALID, QUANTIZATION_INVALID (a parameter that the format cannot hold)
 */
export function quantizedCopy(model: Model, settings: QuantizeSettings, moves = movable(model.layers)): Model {
  return quantizeParameters(model, settings, moves).copy;
}

/**
 * Every parameter anywhere between the two values of the format next to it (the one, where the format has it, or where it saturates):
 * contains what rounding up, down, to nearest with any rule for ties, at random or by learning makes of it, and thus `quantizedCopy`.
 */
export function quantizedBox(model: Model, settings: QuantizeSettings, moves = movable(model.layers)): BoxSpec & { kind: 'bounds' } {
  return quantizeParameters(model, settings, moves).box();
}

/** Every one of the smallest weights anywhere between 0 and its value: contains the pruning of any of them. */
export function prunedBox(model: Model, prune: string, moves = movable(model.layers)): { box: BoxSpec & { kind: 'bounds' }; pruned: number } {
  const lower = model.parameters.slice(), upper = model.parameters.slice();
  const places = smallestWeights(model, prune, moves, '--prune-box');
  for (const place of places) {
    lower[place] = Math.min(lower[place], 0);
    upper[place] = Math.max(upper[place], 0);
  }
  return { box: { kind: 'bounds', lower, upper }, pruned: places.length };
}

/** Both, and what is to be said of them. */
export function quantizeParameters(model: Model, settings: QuantizeSettings, moves = movable(model.layers)): Quantized {
  const { quantize = 'none', prune, quantizeBiases = false } = settings;
  const loose = model.layers.filter(({ fixed }) => fixed !== true).length;
  if (loose === 0) throw new ParaboundError('QUANTIZATION_INVALID', 'every layer is fixed', model.source, 'a layer with parameters that may change');
  const formats = parseFormats(quantize, loose);
  const from = model.parameters.slice();
  const places = prune === undefined ? [] : smallestWeights(model, prune, moves, '--prune');
  for (const place of places) from[place] = 0;

  const parameters = sharedDoubles(from.length);
  parameters.set(from);
  const tensors: { layer: number; tensor: 'weights' | 'biases'; format: Format; grids: Grid[]; group: number; start: number; end: number }[] = [];
  let next = 0;
  layerRanges(model.layers).forEach(({ weights, biases, end }, layer) => {
    const { fixed, inputs } = model.layers[layer];
    if (fixed === true) return;
    const format = formats[next++];
    if (format.kind === 'none') return;
    /** A grid for each `group` parameters. */
    const round = (tensor: 'weights' | 'biases', start: number, stop: number, group: number): void => {
      if (!moves.subarray(start, stop).includes(1)) return;
      const made: Grid[] = [];
      for (let at = start; at < stop; at += group) {
        const grid = gridOf(format, from.subarray(at, at + group), settings.scheme ?? 'symmetric', `${tensor} of layer ${layer} of ${model.source}`);
        made.push(grid);
        for (let i = at; i < at + group; i++) if (moves[i] === 1) parameters[i] = grid.nearest(from[i]);
      }
      tensors.push({ layer, tensor, format, grids: made, group, start, end: stop });
    };
    round('weights', weights, biases, settings.granularity === 'channel' ? inputs : biases - weights);
    if (quantizeBiases && fixed === undefined) round('biases', biases, end, end - biases);
  });

  const words = [...(prune === undefined ? [] : [`pruned ${prune}`]), ...(quantize === 'none' ? [] : [quantize])];
  return {
    copy: new Model({ ...model, source: `${model.source} (${words.join(', ')})`, parameters, storage: null }),
    box,
    about: (as) => {
      const { lower, upper } = as === 'copy' ? { lower: parameters, upper: parameters } : box();
      const said = tensors.map(({ layer, tensor, format, grids, start, end }): QuantizedTensor => {
        let largestError = 0;
        for (let i = start; i < end; i++) largestError = Math.max(largestError, Math.abs(from[i] - lower[i]), Math.abs(upper[i] - from[i]));
        return { layer, tensor, format: formatName(format), ...spans(grids), largestError };
      });
      return { as, tensors: said, ...(prune === undefined ? {} : { pruned: places.length }) };
    },
  };

  function box(): BoxSpec & { kind: 'bounds' } {
    const lower = from.slice(), upper = from.slice();
    for (const { grids, group, start, end } of tensors) {
      for (let i = start; i < end; i++) if (moves[i] === 1) [lower[i], upper[i]] = grids[Math.floor((i - start) / group)].around(from[i]);
    }
    return { kind: 'bounds', lower, upper };
  }
}

export function gridOf(format: Exclude<Format, { kind: 'none' }>, values: Float64Array, scheme: Scheme, where: string): Grid {
  switch (format.kind) {
    case 'float': return floatGrid(format.float, where);
    case 'fixed': return fixedGrid(format.integer, format.fraction);
    case 'integer': return integerGrid(values, format.bits, scheme, where);
  }
}

function spans(grids: readonly Grid[]): { scale?: [number, number]; zeroPoint?: [number, number] } {
  const span = (values: readonly (number | undefined)[]): [number, number] | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  };
  const scale = span(grids.map((grid) => grid.scale)), zeroPoint = span(grids.map((grid) => grid.zeroPoint));
  return { ...(scale === undefined ? {} : { scale }), ...(zeroPoint === undefined ? {} : { zeroPoint }) };
}

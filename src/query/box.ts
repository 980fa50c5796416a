import { ParaboundError, show } from '../errors.js';
import { fixedInEither, movable } from '../network/fixed.js';
import { layerRanges } from '../network/layout.js';
import type { Model, NetworkSpec } from '../network/model.js';
import { optionNamed, type OptionName } from '../options.js';
import type { Quantization } from '../quantize/quantize.js';
import type { BoxSpec } from '../search/native.js';
import { copyOf } from './against.js';
import { quantizedParameterBox, requireFormat } from './quantized.js';
import type { QueryOptions } from './settings.js';

export interface ParameterBox {
  readonly spec: BoxSpec;
  /** Whose parameters these are, by number and shape: the model, or the copy it is set against. */
  readonly of: Model;
  /** One point, the parameters of a second model: a witness then need not repeat them. */
  readonly isCopy: boolean;
  /** What became of the parameters, where a quantiser or a pruner made the box. */
  readonly quantization?: Quantization;
}

/**
 * The parameter box that the options name. It is the exact real box: `center +- radius` is never rounded here. What is fixed, in
 * the model or in the copy, has no width.
 */
export function parameterBox(model: Model, options: QueryOptions): ParameterBox {
  const { delta, deltaRelative, perturb, parameters, against } = options;
  if (delta !== undefined && deltaRelative !== undefined) throw excluded('delta', 'deltaRelative');
  requireFormat(options);
  if (parameters !== undefined) {
    for (const other of ['delta', 'deltaRelative', 'against', 'perturb', ...QUANTIZERS] as const) {
      if (options[other] !== undefined) throw excluded('parameters', other);
    }
    return { spec: boundsBox(model, parameters), of: model, isCopy: false };
  }
  requireBox(options);
  for (const name of QUANTIZERS) if (against !== undefined && options[name] !== undefined) throw excluded('against', name);
  if (QUANTIZERS.some((name) => options[name] !== undefined)) return quantizedParameterBox(model, options);
  const of = against === undefined ? model : copyOf(model, against, options.units);
  const center = of.parameters;
  const layers = against === undefined ? of.layers : fixedInEither(of.layers, model.layers);
  const mask = perturb === undefined ? movable(layers) : perturbMask({ layers, source: of.source }, perturb);
  if (deltaRelative !== undefined) return { spec: { kind: 'relative', center, ratio: deltaRelative, mask }, of, isCopy: false };
  return { spec: { kind: 'radius', center, radius: radiusOf(mask, delta ?? 0) }, of, isCopy: against !== undefined && delta === undefined };
}

/** `delta` where the mask is 1. A plain loop: `Float64Array.from` takes longer over a wide network than a query of its copy. */
export function radiusOf(mask: Uint8Array, delta: number): Float64Array {
  const radius = new Float64Array(mask.length);
  if (delta > 0) for (let i = 0; i < mask.length; i++) if (mask[i] === 1) radius[i] = delta;
  return radius;
}

const QUANTIZERS = ['quantize', 'prune', 'pruneBox'] as const;
const BOXES = ['delta', 'deltaRelative', 'parameters', 'against', ...QUANTIZERS, 'activations'] as const;

/** Nothing is perturbed unless the user says how far. */
export function requireBox(options: { [K in (typeof BOXES)[number] | 'arithmetic']?: unknown }): void {
  if (BOXES.every((name) => options[name] === undefined) && (options.arithmetic ?? 'real') === 'real') {
    throw new ParaboundError('BOX_REQUIRED', 'no parameter box', 'the query', `one of ${[...BOXES, 'arithmetic' as const].map((name) => optionNamed(name).flag).join(', ')}`);
  }
}

/** Named as they are typed: most who read it typed them. */
export function excluded(a: OptionName, b: OptionName, which = ''): ParaboundError {
  return new ParaboundError('OPTION_CONFLICT', `${optionNamed(a).flag}${which} and ${optionNamed(b).flag} exclude each other`, 'the parameter box', 'one of them');
}

/** Is p0 the only point of the box? A change of zero, or a copy without a difference. Both in one shape (against.ts). */
export function isNominalAlone({ parameters }: Pick<NetworkSpec, 'parameters'>, box: BoxSpec): boolean {
  switch (box.kind) {
    case 'radius':
      return parameters.every((p, i) => box.center[i] === p && box.radius[i] === 0);
    case 'relative':
      return parameters.every((p, i) => box.center[i] === p && (box.mask[i] === 0 || box.ratio === 0 || p === 0));
    case 'bounds':
      return parameters.every((p, i) => box.lower[i] === p && box.upper[i] === p);
  }
}

function boundsBox(model: Model, box: { lower: ArrayLike<number>; upper: ArrayLike<number> }): BoxSpec {
  const where = 'parameters';
  if (typeof box !== 'object' || box === null || Array.isArray(box)) throw new ParaboundError('BOX_INVALID', show(box), where, '{"lower":[...],"upper":[...]}');
  const side = (name: 'lower' | 'upper'): Float64Array => {
    const values: unknown = box[name];
    if (!Array.isArray(values) && !(values instanceof Float64Array)) {
      throw new ParaboundError('BOX_INVALID', values === undefined ? 'missing' : show(values), `${where}.${name}`, 'a flat list of numbers');
    }
    const count = model.parameters.length;
    if (values.length !== count) throw new ParaboundError('BOX_INVALID', `${values.length} numbers`, `${where}.${name}`, `${count}, the parameters of ${model.source}`);
    return Float64Array.from(values, (value: unknown, i) => {
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new ParaboundError('BOX_INVALID', show(value), `${where}.${name}[${i}]`, 'a finite number');
      return value;
    });
  };
  const [lower, upper] = [side('lower'), side('upper')];
  const inverted = lower.findIndex((value, i) => value > upper[i]);
  if (inverted >= 0) {
    throw new ParaboundError('BOX_INVALID', `inverted [${lower[inverted]}, ${upper[inverted]}]`, `${where}[${inverted}]`, 'lower <= upper');
  }
  const moves = movable(model.layers);
  const widened = lower.findIndex((value, i) => moves[i] === 0 && value !== upper[i]);
  if (widened >= 0) {
    throw new ParaboundError('BOX_INVALID', `[${lower[widened]}, ${upper[widened]}]`, `${where}[${widened}]`, `lower = upper: ${model.source} has this parameter fixed`);
  }
  return { kind: 'bounds', lower, upper };
}

/**
 * 1 where a parameter may move. Words joined by commas: kinds (`weights`, `biases`) and layers from 0 (`2`, `1-3`). Kinds add
 * up, layers add up, and a parameter moves if it is of one of the kinds and in one of the layers; no kind or no layer named
 * means all of them. What is fixed never moves; a layer that is named and has then nothing to move is a mistake.
 */
export function perturbMask(model: Pick<Model, 'layers' | 'source'>, perturb: string): Uint8Array {
  const ranges = layerRanges(model.layers);
  const invalid = (word: string) => new ParaboundError('OPTION_INVALID', show(word), '--perturb',
    `weights, biases, or layers from 0 to ${ranges.length - 1} as in 0,2 or 1-3`);
  const layers = new Set<number>();
  const kinds = new Set<string>();
  for (const word of perturb.split(',').map((each) => each.trim())) {
    const range = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(word);
    if (range !== null) {
      const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
      if (first > last || last >= ranges.length) throw invalid(word);
      for (let l = first; l <= last; l++) layers.add(l);
    } else if (word === 'weights' || word === 'biases') {
      kinds.add(word);
    } else {
      throw invalid(word);
    }
  }
  const mask = movable(model.layers);
  ranges.forEach(({ weights, biases, end }, l) => {
    const named = layers.size === 0 || layers.has(l);
    if (!named || (kinds.size > 0 && !kinds.has('weights'))) mask.fill(0, weights, biases);
    if (!named || (kinds.size > 0 && !kinds.has('biases'))) mask.fill(0, biases, end);
  });
  const places = layers.size === 0 ? [[0, mask.length]] : [...layers].map((l) => [ranges[l].weights, ranges[l].end]);
  const idle = places.findIndex(([from, end]) => !mask.subarray(from, end).includes(1));
  if (idle >= 0) {
    const where = layers.size === 0 ? '' : ` of layer ${[...layers][idle]}`;
    throw new ParaboundError('OPTION_INVALID', show(perturb), '--perturb', `parameters that may move; all that it names${where} is fixed in ${model.source}`);
  }
  return mask;
}

/**
 * A network's values at one input and one parameter vector, independent of the native engine: exact
 * dyadic numbers up to the first sigmoid or tanh, or quotient of a normalisation, from there on enclosures whose layers are rounded outward to
 * the precision asked for. More bits give a narrower enclosure, never a wrong one.
 */
import { activate, isExact } from './activations.js';
import { Dyadic } from './dyadic.js';
import { type ExactNormalisation, normalise } from './normalise.js';
import { add, type Enclosure, isPoint, point, rounded, scale, ZERO } from './real.js';

/** One dense layer; activation codes as in activations.ts. */
export interface ExactLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: number;
}

/** A network's shape, and what it does to its inputs. Parameters are flat: layer by layer, weights row-major, then biases. */
export interface ExactShape {
  readonly inputs: number;
  readonly normalisation?: ExactNormalisation;
  readonly layers: readonly ExactLayer[];
}

export type Numbers = ArrayLike<number>;

/** What the last layer reads, and its pre-activations. */
export interface Trace {
  readonly hidden: readonly Enclosure[];
  readonly logits: readonly Enclosure[];
  /** The precision at which sums over `hidden` are kept: Infinity where hidden is exact. */
  readonly bits: number;
}

/** The offset of layer `index` in the flat parameters. */
export function layerOffset(shape: ExactShape, index: number): number {
  return shape.layers.slice(0, index).reduce((sum, layer) => sum + layer.outputs * (layer.inputs + 1), 0);
}

/** The hidden values before the last layer and the last layer's pre-activations z. */
export function trace(shape: ExactShape, parameters: Numbers, x: Numbers, precision: number): Trace {
  if (x.length !== shape.inputs) throw new RangeError(`expected ${String(shape.inputs)} inputs, got ${String(x.length)}`);
  const { normalisation } = shape;
  let values = Array.from(x, (v, j) => normalisation === undefined ? point(Dyadic.fromDouble(v)) : normalise(normalisation, j, v, precision));
  let bits = values.every(isPoint) ? Infinity : precision;
  let offset = 0;
  for (const layer of shape.layers.slice(0, -1)) {
    const z = affine(layer, parameters, offset, values, bits);
    if (!isExact(layer.activation)) bits = precision;
    values = activate(layer.activation, z, precision);
    offset += layer.outputs * (layer.inputs + 1);
  }
  const last = lastLayer(shape);
  if (parameters.length !== offset + last.outputs * (last.inputs + 1)) throw new RangeError('wrong number of parameters');
  return { hidden: values, logits: affine(last, parameters, offset, values, bits), bits };
}

/** The outputs f of a trace: the last activation applied to its logits. */
export function outputsOf(shape: ExactShape, traced: Trace, precision: number): Enclosure[] {
  return activate(lastLayer(shape).activation, traced.logits, precision);
}

/** Encloses every output of the network; exact points where all activations are linear or relu. */
export function evaluate(shape: ExactShape, parameters: Numbers, x: Numbers, precision: number): Enclosure[] {
  return outputsOf(shape, trace(shape, parameters, x, precision), precision);
}

export function lastLayer(shape: ExactShape): ExactLayer {
  return shape.layers[shape.layers.length - 1];
}

function affine(layer: ExactLayer, parameters: Numbers, offset: number, h: readonly Enclosure[], bits: number): Enclosure[] {
  const biases = offset + layer.inputs * layer.outputs;
  return Array.from({ length: layer.outputs }, (_, row) => {
    const start = offset + row * layer.inputs;
    const weights = h.map((_h, j) => Dyadic.fromDouble(parameters[start + j]));
    return dot(weights, h, Dyadic.fromDouble(parameters[biases + row]), bits);
  });
}

/** Encloses bias + sum of weights[j] * h[j]; rounded once, at the end. */
export function dot(weights: readonly Dyadic[], h: readonly Enclosure[], bias: Dyadic, bits: number): Enclosure {
  let sum = point(bias);
  for (const [j, weight] of weights.entries()) {
    const term = scale(h[j], weight);
    if (term !== ZERO) sum = add(sum, term, bits);
  }
  return rounded(sum, bits);
}

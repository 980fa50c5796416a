/**
 * A network put together step by step, as files describe it: dense layers, and what stands between them. A step that no layer
 * of the model can take in - an activation behind another, a scaling - becomes a layer of its own, whose parameters are fixed.
 */
import { parameterCount } from '../network/layout.js';
import type { Fixed } from '../network/fixed.js';
import { sharedDoubles, type Activation, type LayerShape, type ModelFields } from '../network/model.js';
import type { Normalisation } from '../network/normalisation.js';

/** A fixed layer over n values has n * n weights: no more than these are made for all that the file does not have. */
const MOST_MADE = 1 << 24;

/** Why a step cannot be taken, for the message of the format's own error. */
export class ChainError extends Error {}

export class Chain {
  readonly inputs: number;
  readonly #layers: LayerShape[] = [];
  readonly #parts: Float64Array[] = [];
  #normalisation: Normalisation | null = null;
  #made = 0;

  constructor(inputs: number) {
    this.inputs = inputs;
  }

  /** How many values come out so far. */
  get width(): number {
    return this.#layers.at(-1)?.outputs ?? this.inputs;
  }

  get depth(): number {
    return this.#layers.length;
  }

  /** z = W h + b; `weights` row-major, a row for each of `bias`. */
  affine(weights: Float64Array, bias: Float64Array, fixed?: Fixed): void {
    if (this.#layers.at(-1)?.activation === 'softmax') throw new ChainError('a layer behind a softmax');
    this.#layers.push({ inputs: this.width, outputs: bias.length, activation: 'linear', ...(fixed === undefined ? {} : { fixed }) });
    this.#parts.push(weights, bias);
  }

  activate(activation: Activation): void {
    const last = this.#layers.at(-1);
    if (activation === 'linear' || (activation === 'relu' && last?.activation === 'relu')) return;
    if (activation === 'softmax' && this.width < 2) throw new ChainError('softmax over one value, which is always 1');
    if (last?.activation !== 'linear') this.diagonal(1, 0);
    this.#layers.push({ ...this.#layers.pop()!, activation });
  }

  /** h' = factor * h + offset, for every value. */
  scale(factor: number, offset: number): void {
    const normalisation = this.#layers.length === 0 && this.#normalisation === null ? asNormalisation(this.inputs, factor, offset) : null;
    if (normalisation === null) this.diagonal(factor, offset);
    else this.#normalisation = normalisation;
  }

  /** x' = (x - mean) / range, an entry an input, before anything else. False where something stands before it already. */
  normalise(mean: Float64Array, range: Float64Array): boolean {
    if (this.#layers.length > 0 || this.#normalisation !== null) return false;
    this.#normalisation = { mean, range, ...unlimited(this.inputs) };
    return true;
  }

  /** h' = factor * h + offset, with one factor and offset for all values or one for each, as a fixed layer. */
  diagonal(factor: number | Float64Array, offset: number | Float64Array): void {
    const n = this.width;
    this.#made += n * n;
    if (this.#made > MOST_MADE) throw new ChainError(`a step over ${n} values that needs a layer of ${n} x ${n} weights`);
    const weights = new Float64Array(n * n);
    for (let i = 0; i < n; i++) weights[i * (n + 1)] = typeof factor === 'number' ? factor : factor[i];
    this.affine(weights, typeof offset === 'number' ? new Float64Array(n).fill(offset) : offset, true);
  }

  /** One layer at least must be there. */
  fields(): Pick<ModelFields, 'layers' | 'parameters' | 'normalisation'> {
    const parameters = sharedDoubles(parameterCount(this.#layers));
    let at = 0;
    for (const part of this.#parts) {
      parameters.set(part, at);
      at += part.length;
    }
    return { layers: this.#layers, parameters, normalisation: this.#normalisation };
  }
}

function unlimited(inputs: number): Pick<Normalisation, 'lower' | 'upper'> {
  return { lower: new Float64Array(inputs).fill(-Infinity), upper: new Float64Array(inputs).fill(Infinity) };
}

/**
 * (x - mean) / range with doubles that make it the same over the reals. A factor has a reciprocal among the doubles only if it is a
 * power of two, and products with that are exact unless they leave the normal range, which is looked at.
 */
function asNormalisation(inputs: number, factor: number, offset: number): Normalisation | null {
  const mean = -offset / factor;
  if (!(factor >= 2 ** -1000 && factor <= 2 ** 1000) || 2 ** Math.round(Math.log2(factor)) !== factor || mean * factor !== -offset) return null;
  const all = (value: number): Float64Array => new Float64Array(inputs).fill(value);
  return { mean: all(mean), range: all(1 / factor), ...unlimited(inputs) };
}

/**
 * Rounding as a change of parameters. A sum of products computed in floating point, in any order, is the exact sum of the same
 * products with each factor moved a little (Higham, Accuracy and Stability of Numerical Algorithms, 2002, 3.1): fl(a op b) =
 * (a op b)(1 + d) + e with |d| <= u, and e = 0 but for underflow. So for whatever a device computes there is a vector of parameters in a
 * box round its own, with which the exact network has the device's last sums: docs/quantize.md has the proof.
 */
import { sigmoidBound, tanhBound } from '../exact/activations.js';
import { Dyadic } from '../exact/dyadic.js';
import { toDouble } from '../exact/rounding.js';
import { layerRanges } from '../network/layout.js';
import type { Activation, Model } from '../network/model.js';
import { conversionAt, overflow, up, type Conversion } from './conversion.js';
import { isRounded, mayFlush, underflow, unitRoundoff, type Device } from './device.js';
import { isFloat, type FloatFormat } from './float.js';

export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface Noise {
  /** Every parameter vector that stands for a run of the device with parameters of the box given, on inputs of the domain. */
  readonly box: Bounds & { readonly kind: 'bounds' };
  /** At the input and behind each hidden layer. */
  readonly conversions: readonly Conversion[];
}

/**
 * @param box the device's parameters, before it converts them to its format
 * @param domain lo0, hi0, lo1, hi1, ... of what the first layer is fed
 * @throws ParaboundError QUANTIZATION_INVALID where no sum, product or value is proved not to overflow
 */
export function noiseOf({ layers, source }: Pick<Model, 'layers' | 'source'>, box: Bounds, domain: Float64Array, device: Device): Noise {
  const lower = box.lower.slice(), upper = box.upper.slice();
  const conversions: Conversion[] = [];
  let low: Float64Array = domain.filter((_, i) => i % 2 === 0), high: Float64Array = domain.filter((_, i) => i % 2 === 1);
  layerRanges(layers).forEach(({ weights, biases, end }, l) => {
    const { inputs, outputs, activation } = layers[l];
    const place = l === 0 ? `inputs of ${source}` : `values behind layer ${l - 1} of ${source}`;
    const before = l === 0 ? 'linear' : layers[l - 1].activation;
    const read = conversionAt(device, l, before, low.reduce((a, b) => Math.min(a, b)), high.reduce((a, b) => Math.max(a, b)), place);
    conversions.push(read);
    // Of every parameter, those too that meet nothing but zeros: an infinity times 0 is no number.
    if (device.arithmetic !== null) {
      let most = 0;
      for (let i = weights; i < end; i++) most = Math.max(most, -lower[i], upper[i]);
      if (most > device.arithmetic.largest) throw overflow(most, device.arithmetic, `parameters of layer ${l} of ${source}`);
    }
    const sums = widenLayer(lower, upper, { weights, biases, end }, inputs, isRounded(before) ? null : low.map((value, j) => (value === 0 && high[j] === 0 ? 1 : 0)), read, device.arithmetic, low, high, `sums of layer ${l} of ${source}`);
    if (l === layers.length - 1) return;
    low = Float64Array.from({ length: outputs }, (_, i) => activated(activation, sums.low[i], 'down'));
    high = Float64Array.from({ length: outputs }, (_, i) => activated(activation, sums.high[i], 'up'));
  });
  return { box: { kind: 'bounds', lower, upper }, conversions };
}

/** Widens a layer's parameters in place; returns the ranges of its sums. `zeros`: 1 where what is read is always 0. */
function widenLayer(
  lower: Float64Array, upper: Float64Array, { weights, biases, end }: { weights: number; biases: number; end: number }, inputs: number, zeros: Float64Array | null,
  { relative, absolute }: Conversion, format: FloatFormat | null, low: Float64Array, high: Float64Array, where: string,
): { low: Float64Array; high: Float64Array } {
  const sums = { low: new Float64Array(end - biases), high: new Float64Array(end - biases) };
  const [u, least] = format === null ? [0, 0] : [unitRoundoff(format), underflow(format)];
  const growth = powers(u);
  const isZero = (i: number): boolean => lower[i] === 0 && upper[i] === 0;
  /** Is the parameter one of the format's numbers, so that converting it is exact? Those that may be flushed are not counted as such. */
  const isHeld = (i: number): boolean => format === null || (lower[i] === upper[i] && isFloat(lower[i], format) && (!mayFlush(format) || isZero(i) || Math.abs(lower[i]) >= least));
  for (let row = 0; row < sums.low.length; row++) {
    const start = weights + row * inputs, bias = biases + row;
    let products = 0;
    /** A product with 0 is 0, and adding that is exact; 0 is converted to 0. */
    const vanishes = (j: number): boolean => isZero(start + j) || zeros?.[j] === 1;
    for (let j = 0; j < inputs; j++) if (!vanishes(j)) products++;
    const terms = products + (isZero(bias) ? 0 : 1);
    // A term passes at most terms - 1 additions. Or these are of a format of two more bits at least, and the sum is converted at its end:
    // (1 + u/4)^(terms - 1) (1 + u) is at most (1 + u)^(terms - 1) from three terms on, and (1 + u)^2 for two.
    const passed = Math.max(terms - 1, Math.min(terms, 2));
    const most = growth(passed + 2);
    let carried = 0; // the sum of |w'| over the row: what the absolute errors of its inputs are multiplied by
    for (let j = 0; j < inputs; j++) {
      if (vanishes(j)) continue;
      const i = start + j;
      const held = isHeld(i);
      const factor = up(growth(passed + 1 + (held ? 0 : 1)) * (1 + relative));
      widen(i, format === null ? relative : up(factor - 1), held ? 0 : up(least * factor));
      carried = up(carried + Math.max(-lower[i], upper[i]));
    }
    // Products may underflow to a wider accumulator, by least / 4 each, and then their sum to the format: for one product that is more than `least`.
    const kept = products === 1 ? 1.25 : products;
    const underflows = (kept + (format !== null && mayFlush(format) ? 2 * terms + 2 : 0)) * least;
    const held = isHeld(bias);
    widen(bias, format === null || isZero(bias) ? 0 : up(growth(passed + (held ? 0 : 1)) - 1), up((held ? 0 : least * most) + underflows * most + carried * absolute));
    let size = 0, from = lower[bias], to = upper[bias];
    for (let j = 0; j < inputs; j++) {
      const [a, b] = [lower[start + j], upper[start + j]];
      const corners = [a * low[j], a * high[j], b * low[j], b * high[j]];
      from += Math.min(...corners);
      to += Math.max(...corners);
      size += Math.max(-a, b) * Math.max(-low[j], high[j]);
    }
    size = up((size + Math.max(-lower[bias], upper[bias])) * (1 + inputs * 2 ** -50));
    // Every partial sum, of any subset of the terms in any order, is within `size`.
    if (!(size <= (format?.largest ?? MOST))) throw overflow(size, format, where);
    const slack = size * (inputs + 4) * 2 ** -52;
    sums.low[row] = from - slack;
    sums.high[row] = to + slack;
  }
  return sums;

  function widen(i: number, by: number, and: number): void {
    if (by === 0 && and === 0) return;
    const [a, b] = [lower[i], upper[i]];
    lower[i] = below(a - up(Math.abs(a) * by + and), a);
    upper[i] = -below(-b - up(Math.abs(b) * by + and), b);
  }
}

/** Beyond it bounds in doubles would be infinities. */
const MOST = 2 ** 1000;

/** A difference that was rounded to nearest, moved down by more than that. */
function below(rounded: number, size: number): number {
  return rounded - (Math.abs(rounded) + Math.abs(size)) * 2 ** -52 - Number.MIN_VALUE;
}

/** (1 + u)^k for k = 0, 1, ..., rounded up. */
function powers(u: number): (k: number) => number {
  const known = [1];
  return (k) => {
    while (known.length <= k) known.push(u === 0 ? 1 : up(known[known.length - 1] * (1 + u)));
    return known[k];
  };
}

function activated(activation: Activation, z: number, direction: 'down' | 'up'): number {
  switch (activation) {
    case 'linear': return z;
    case 'relu': return Math.max(z, 0);
    case 'softmax': return direction === 'down' ? 0 : 1;
    case 'sigmoid':
    case 'tanh': {
      if (!Number.isFinite(z)) return direction === 'up' ? 1 : activation === 'tanh' ? -1 : 0;
      return toDouble((activation === 'sigmoid' ? sigmoidBound : tanhBound)(Dyadic.fromDouble(z), 60, direction), direction);
    }
  }
}

/**
 * A run of the device: each sum from its bias on, one product after another, every result rounded to nearest, ties to even, and
 * subnormals kept. It is one of the runs that docs/quantize.md allows, so that what comes out is attained.
 */
import { activate, sigmoidBound, tanhBound } from '../exact/activations.js';
import { Dyadic } from '../exact/dyadic.js';
import { add, isPoint, point, rounded, scale, type Enclosure } from '../exact/real.js';
import { toDouble } from '../exact/rounding.js';
import { ACTIVATIONS, type Activation, type LayerShape } from '../network/model.js';
import type { Device, Grids } from './device.js';
import { roundToFloat, type FloatFormat } from './float.js';
import type { Point } from './points.js';

/** sigmoid or tanh of a sum, before it is rounded to the device's format: within half a unit in the last place of it for a run to be legal. */
export type Smooth = (activation: 'sigmoid' | 'tanh', z: number) => number;

/** As near as doubles have it, but libm gives no word on that. */
export const plainly: Smooth = (activation, z) => (activation === 'tanh' ? Math.tanh(z) : 1 / (1 + Math.exp(-z)));

/** A double next to the exact value. */
export const provably: Smooth = (activation, z) => toDouble((activation === 'tanh' ? tanhBound : sigmoidBound)(Dyadic.fromDouble(z), 70, 'down'), 'nearest');

/** The last layer's sums, in doubles: exactly those of the device where its arithmetic is of a float format, near those of real arithmetic otherwise. */
export function runInDoubles(layers: readonly LayerShape[], parameters: ArrayLike<number>, x: ArrayLike<number>, { arithmetic, points }: Device, grids: Grids, smooth: Smooth): Float64Array {
  const round = arithmetic === null ? (value: number): number => value : rounding(arithmetic);
  let values = Float64Array.from(x);
  let at = 0;
  layers.forEach(({ inputs, outputs }, l) => {
    if (l > 0) values = values.map((z) => computed(layers[l - 1].activation, z, smooth, round));
    const here = points[l];
    const grid = grids[l];
    values = values.map((value) => round(here === null ? value : placed(value, here, grid)));
    const biases = at + inputs * outputs;
    const sums = new Float64Array(outputs);
    for (let row = 0; row < outputs; row++) {
      // Products of two numbers of at most 24 bits are doubles; a sum of two of them that is rounded to a double first rounds as it does at once.
      let sum = round(parameters[biases + row]);
      for (let j = 0; j < inputs; j++) sum = round(sum + round(round(parameters[at + row * inputs + j]) * values[j]));
      sums[row] = sum;
    }
    at = biases + outputs;
    values = sums;
  });
  return values;
}

function computed(activation: Activation, z: number, smooth: Smooth, round: (value: number) => number): number {
  if (activation === 'relu') return Math.max(z, 0);
  return activation === 'linear' || activation === 'softmax' ? z : round(smooth(activation, z));
}

function rounding(format: FloatFormat): (value: number) => number {
  return format.name === 'fp32' ? Math.fround : (value) => roundToFloat(value, format);
}

function placed(value: number, { format }: Point, grid: Grids[number]): number {
  return format.kind === 'float' ? roundToFloat(value, format.float) : grid!.nearest(value);
}

const BITS = 256;

/** The last layer's sums where the device's arithmetic is real; null where a rounding between layers is too near a tie to be told. */
export function runInReals(layers: readonly LayerShape[], parameters: ArrayLike<number>, x: ArrayLike<number>, { points }: Device, grids: Grids): Enclosure[] | null {
  let values: (Enclosure | null)[] = Array.from(x, (value) => point(Dyadic.fromDouble(value)));
  let at = 0;
  layers.forEach(({ inputs, outputs }, l) => {
    if (l > 0 && values.every((value) => value !== null)) values = activate(ACTIVATIONS.indexOf(layers[l - 1].activation), values, BITS);
    const here = points[l];
    if (here !== null) values = values.map((value) => value && placedExactly(value, here, grids[l]));
    const biases = at + inputs * outputs;
    const bits = values.every((value) => value !== null && isPoint(value)) ? Infinity : BITS;
    values = Array.from({ length: outputs }, (_, row) => {
      let sum = point(Dyadic.fromDouble(parameters[biases + row]));
      for (let j = 0; j < inputs; j++) {
        const value = values[j];
        if (value === null) return null;
        sum = add(sum, scale(value, Dyadic.fromDouble(parameters[at + row * inputs + j])), bits);
      }
      return rounded(sum, bits);
    });
    at = biases + outputs;
  });
  return values.every((value) => value !== null) ? values : null;
}

function placedExactly({ lo, hi }: Enclosure, { format }: Point, grid: Grids[number]): Enclosure | null {
  if (format.kind !== 'float') return point(Dyadic.fromDouble(grid!.nearest(toDouble(lo, 'nearest'))));
  const [from, to] = [roundToFloat(toDouble(lo, 'down'), format.float), roundToFloat(toDouble(hi, 'up'), format.float)];
  return from === to ? point(Dyadic.fromDouble(from)) : null;
}

/** The two networks of a claim: f0, and every f whose parameters lie in a box. */
import type { Activation } from './functions.js';
import { up } from './rounding.js';

export interface Shape {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

/**
 * A layer: of f0 the weights (a row an output) and biases, and those of f as nominal + shift + e, |e| <= radius. A null shift is all
 * zero, a null radius too.
 */
export interface BoxedLayer extends Shape {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly shift: Float64Array | null;
  readonly biasShift: Float64Array | null;
  readonly radius: Float64Array | null;
  readonly biasRadius: Float64Array | null;
}

/** The layers over the box [lower, upper] of the flat parameters (layer by layer, weights, then biases). */
export function boxedLayers(shapes: readonly Shape[], nominal: Float64Array, lower: Ends, upper: Ends): BoxedLayer[] {
  let at = 0;
  return shapes.map((shape) => {
    const [weights, biases, end] = [at, at + shape.inputs * shape.outputs, at + (shape.inputs + 1) * shape.outputs];
    at = end;
    const part = (from: number, to: number): { shift: Float64Array | null; radius: Float64Array | null } => {
      const shift = new Float64Array(to - from), radius = new Float64Array(to - from);
      for (let i = from; i < to; i++) {
        const [lo, hi] = [lower(i), upper(i)];
        const s = 0.5 * (lo[0] - nominal[i]) + 0.5 * (hi[0] - nominal[i]);
        shift[i - from] = s;
        radius[i - from] = Math.max(distance(hi, nominal[i], s), distance([-lo[0], -lo[1]], -nominal[i], -s), 0);
      }
      const none = (values: Float64Array): Float64Array | null => (values.every((value) => value === 0) ? null : values);
      return { shift: none(shift), radius: none(radius) };
    };
    const w = part(weights, biases), b = part(biases, end);
    return {
      ...shape, weights: nominal.slice(weights, biases), bias: nominal.slice(biases, end),
      shift: w.shift, radius: w.radius, biasShift: b.shift, biasRadius: b.radius,
    };
  });
}

/** An end of a parameter's range as the exact sum of two doubles: box ends such as p + delta are seldom doubles. */
export type Ends = (parameter: number) => readonly [number, number];

/** At least end - nominal - shift. */
function distance(end: readonly [number, number], nominal: number, shift: number): number {
  // end[0] - nominal is d + error exactly (Knuth's TwoSum).
  const d = end[0] - nominal, part = d - end[0];
  const error = end[0] - (d - part) - (nominal + part);
  return d === shift && error === 0 ? end[1] : up(up(up(d - shift) + error) + end[1]);
}

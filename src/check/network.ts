/** The two networks of a claim: f0, and every f whose parameters lie in a box. */
import { enclosure, exact, half, minus, plus } from './dyadic.js';
import type { CheckedModel } from './model.js';
import type { readBox } from './statement.js';

export type Shape = CheckedModel['layers'][number];
export type Box = ReturnType<typeof readBox>;
export type BoxedLayer = ReturnType<typeof boxedLayers>[number];

/** Where the weight of input j in row i stands among a layer's parameters: weights row by row, then biases, the weights of a last input that is 1. */
export const place = ({ inputs, outputs }: Shape, i: number, j: number): number => (j < inputs ? i * inputs + j : outputs * inputs + i);

/**
 * The layers over a box of the flat parameters, layer by layer: of f0 the weights, a row an output, each with its bias as the last; and those
 * of f as nominal + shift + e, |e| <= radius. A null shift is all zero, a null radius too.
 */
export function boxedLayers(shapes: readonly Shape[], nominal: Float64Array, { ends }: Box) {
  let first = 0;
  return shapes.map((shape) => {
    const columns = shape.inputs + 1, all = (): Float64Array => new Float64Array(shape.outputs * columns), weights = all(), shift = all(), radius = all();
    weights.forEach((_, k) => {
      const at = first + place(shape, Math.floor(k / columns), k % columns), own = exact(nominal[at]), [lower, upper] = ends(at);
      weights[k] = nominal[at];
      shift[k] = enclosure(minus(half(plus(lower, upper)), own))[0];
      const middle = plus(own, exact(shift[k]));
      radius[k] = Math.max(enclosure(minus(upper, middle))[1], enclosure(minus(middle, lower))[1]);
    });
    first += shape.outputs * columns;
    const none = (values: Float64Array): Float64Array | null => (values.every((value) => value === 0) ? null : values);
    return { ...shape, weights, shift: none(shift), radius: none(radius) };
  });
}

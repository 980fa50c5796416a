/**
 * Parameters that are constants of the program and not of the training: a scaling between layers, the zero that stands for a
 * bias the file does not have. A change of parameters - a delta, a quantiser - leaves them alone.
 */
import { layerRanges, parameterCount } from './layout.js';
import type { LayerShape } from './model.js';

/** Of a layer: all of it, or its biases alone. */
export const FIXED = [true, 'bias'] as const;
export type Fixed = (typeof FIXED)[number];

/** 1 where a parameter may move, flat. */
export function movable(layers: readonly LayerShape[]): Uint8Array {
  const mask = new Uint8Array(parameterCount(layers)).fill(1);
  layerRanges(layers).forEach(({ weights, biases, end }, l) => {
    const { fixed } = layers[l];
    if (fixed !== undefined) mask.fill(0, fixed === true ? weights : biases, end);
  });
  return mask;
}

/** The shape of `layers`, with what is fixed in either network fixed: both have as many layers. */
export function fixedInEither(layers: readonly LayerShape[], others: readonly LayerShape[]): readonly LayerShape[] {
  return layers.map((layer, l) => {
    const other = others[l].fixed;
    return other === undefined || layer.fixed === true ? layer : { ...layer, fixed: other };
  });
}

import type { LayerShape } from './model.js';

/** Where one layer's weights and biases stand in the flat parameters: [weights, biases) and [biases, end). */
export interface LayerRange {
  readonly weights: number;
  readonly biases: number;
  readonly end: number;
}

/** The flat order used everywhere: layer by layer, weights row-major (one row per output neuron), then biases. */
export function layerRanges(layers: readonly LayerShape[]): LayerRange[] {
  let start = 0;
  return layers.map(({ inputs, outputs }) => {
    const weights = start;
    const biases = weights + inputs * outputs;
    start = biases + outputs;
    return { weights, biases, end: start };
  });
}

export function parameterCount(layers: readonly LayerShape[]): number {
  return layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
}

export function sameShape(a: readonly LayerShape[], b: readonly LayerShape[]): boolean {
  return a.length === b.length && a.every((layer, i) =>
    layer.inputs === b[i].inputs && layer.outputs === b[i].outputs && layer.activation === b[i].activation);
}

/** `2-3-1`, as the field writes it. */
export function shapeText(layers: readonly LayerShape[]): string {
  return [layers[0].inputs, ...layers.map((layer) => layer.outputs)].join('-');
}

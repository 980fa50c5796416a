/** Copies of a model with other widths of hidden layers: units split in two, taken out, or put in. */
import type { ModelObject } from '../../src/network/parse.js';
import { heNetwork, modelFile, type ActivationName, type Random } from './random.js';

/** A model whose numbers can be written to. */
export interface Draft extends ModelObject {
  layers: { weights: number[][]; bias: number[]; activation: ActivationName }[];
}

export function randomDraft(r: Random, sizes: readonly number[], hidden: ActivationName, head: ActivationName): Draft {
  const network = heNetwork(r, sizes, hidden, head);
  return modelFile(network, Array.from({ length: 2 * sizes[0] }, (_, i) => (i % 2 === 0 ? -1 : 1))) as Draft;
}

/** Unit `unit` of hidden layer `layer` is in the copy twice, the second time at `at`, with `share` of its outgoing weights. */
export function split(model: Draft, layer: number, unit: number, at: number, share = 0.5): Draft {
  const copy = structuredClone(model);
  const { weights, bias } = copy.layers[layer];
  weights.splice(at, 0, [...weights[unit]]);
  bias.splice(at, 0, bias[unit]);
  for (const row of copy.layers[layer + 1].weights) {
    const part = row[unit] * share;
    row[unit] -= part;
    row.splice(at, 0, part);
  }
  return copy;
}

export function without(model: Draft, layer: number, unit: number): Draft {
  const copy = structuredClone(model);
  copy.layers[layer].weights.splice(unit, 1);
  copy.layers[layer].bias.splice(unit, 1);
  for (const row of copy.layers[layer + 1].weights) row.splice(unit, 1);
  return copy;
}

/** A new unit at `at`, whose outgoing weights are `outgoing` times random ones. */
export function withUnit(r: Random, model: Draft, layer: number, at: number, outgoing: number): Draft {
  const copy = structuredClone(model);
  copy.layers[layer].weights.splice(at, 0, copy.layers[layer].weights[0].map(() => r.normal()));
  copy.layers[layer].bias.splice(at, 0, r.normal());
  for (const row of copy.layers[layer + 1].weights) row.splice(at, 0, outgoing * r.normal());
  return copy;
}

/** Every parameter a little beside where it was, as training goes on or numbers are rounded. */
export function moved(r: Random, model: Draft, by: number): Draft {
  const beside = (value: number): number => value + by * r.between(-1, 1);
  return { ...model, layers: model.layers.map((layer) => ({ ...layer, weights: layer.weights.map((row) => row.map(beside)), bias: layer.bias.map(beside) })) };
}

/** Several of these at random; hidden layers keep one unit at least. */
export function randomCopy(r: Random, model: Draft, changes: number, by = 0): Draft {
  let copy = model;
  for (let n = 0; n < changes; n++) {
    const layer = r.below(copy.layers.length - 1);
    const width = copy.layers[layer].bias.length;
    const kind = r.pick(['split', 'without', 'withUnit'] as const);
    if (kind === 'split') copy = split(copy, layer, r.below(width), r.below(width + 1), r.pick([0.5, 0.5, 0.3, 1, -2, 0]));
    else if (kind === 'withUnit') copy = withUnit(r, copy, layer, r.below(width + 1), r.pick([0, 0.1, 1]));
    else if (width > 1) copy = without(copy, layer, r.below(width));
  }
  return by === 0 ? copy : moved(r, copy, by);
}

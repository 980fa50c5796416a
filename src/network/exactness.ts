import type { Model } from './model.js';

/** What can be expected of a query on this network, given time (docs/search.md). */
export type Exactness = 'exact' | 'converging' | 'bounded';

/**
 * `exact`: at most one hidden layer; the parameters are eliminated in closed form, and the enclosure closes to the gap asked for.
 * `converging`: the same with a softmax of three or more classes behind a hidden layer, whose confidences use each hidden
 * parameter in every logit; labels and logits are still exact. `bounded`: deeper; every answer is sound, and as tight as the
 * bound reaches.
 */
export function exactnessOf(model: Model): Exactness {
  if (model.layers.length > 2) return 'bounded';
  return model.layers.length === 2 && model.outputActivation === 'softmax' && model.outputCount > 2 ? 'converging' : 'exact';
}

export const EXACTNESS: Record<Exactness, string> = {
  exact: 'at most one hidden layer: answers are exact, to the gap asked for',
  converging: 'one hidden layer, softmax: labels and logits are exact, confidences converge',
  bounded: 'more than one hidden layer: answers are sound, and not always tight',
};

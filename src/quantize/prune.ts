/** Pruning by magnitude: which weights are the smallest. */
import { ParaboundError, show } from '../errors.js';
import { layerRanges } from '../network/layout.js';
import type { Model } from '../network/model.js';
import { halfEven } from './float.js';

const WORDS = /^magnitude:(\d+\.?\d*|\.\d+)%(\/layer)?$/;

/**
 * The places of the smallest `magnitude:P%` of the weights that may move, in the flat order: of all of them together, or with `/layer` of
 * each layer's own. They are round(P/100 * their number), ties to even, as torch.nn.utils.prune counts; of equal sizes those that
 * come first. Biases are never pruned.
 *
 * @throws ParaboundError OPTION_INVALID
 */
export function smallestWeights(model: Model, text: string, moves: Uint8Array, flag: string): Uint32Array {
  const words = WORDS.exec(text.trim());
  if (words === null || Number(words[1]) > 100) throw new ParaboundError('OPTION_INVALID', show(text), flag, 'magnitude:P% or magnitude:P%/layer, P from 0 to 100');
  const percent = Number(words[1]);
  const weights = layerRanges(model.layers).map((range) => {
    const places = Uint32Array.from({ length: range.biases - range.weights }, (_, i) => range.weights + i);
    return places.filter((place) => moves[place] === 1);
  });
  const groups = words[2] === undefined ? [concatenated(weights)] : weights;
  const size = (place: number): number => Math.abs(model.parameters[place]);
  return concatenated(groups.map((group) => group.sort((a, b) => size(a) - size(b) || a - b).subarray(0, halfEven(percent * group.length / 100)))).sort();
}

function concatenated(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  lists.reduce((at, list) => (all.set(list, at), at + list.length), 0);
  return all;
}

import { ParaboundError, show } from '../errors.js';
import { movable } from '../network/fixed.js';
import { layerRanges } from '../network/layout.js';
import type { Model } from '../network/model.js';
import { parseFormat, type Format } from '../quantize/format.js';
import { perturbMask } from '../query/box.js';
import type { QueryOptions } from '../query/settings.js';

/** Families of formats, by their bits: `intN`, or two's complement fixed point of N bits with as few before the point as the layer's parameters need. */
export type Family = 'int' | 'fixed';

/** A layer that is not fixed: what of it is rounded. */
export interface Width {
  readonly layer: number;
  /** Parameters that are rounded; 0: it stays as it is. */
  readonly parameters: number;
  /** The largest of their sizes. */
  readonly largest: number;
}

/** The layers that a list of formats names, in order. */
export function widthsOf(model: Model, { perturb, quantizeBiases = false }: Pick<QueryOptions, 'perturb' | 'quantizeBiases'>): Width[] {
  const moves = perturb === undefined ? movable(model.layers) : perturbMask(model, perturb);
  return layerRanges(model.layers).flatMap(({ weights, biases, end }, layer) => {
    if (model.layers[layer].fixed === true) return [];
    let [parameters, largest] = [0, 0];
    for (let i = weights; i < (quantizeBiases ? end : biases); i++) {
      if (moves[i] === 0) continue;
      parameters++;
      largest = Math.max(largest, Math.abs(model.parameters[i]));
    }
    return [{ layer, parameters, largest }];
  });
}

/** A format to try, by its size. */
export interface Candidate {
  readonly bits: number;
  /** As `--quantize` has it, for a layer. */
  readonly wordFor: (width: Width) => string;
}

export function ofFamily(family: Family, bits: number): Candidate {
  return { bits, wordFor: ({ largest }) => (family === 'int' ? `int${bits}` : fixedPoint(largest, bits)) };
}

/** A list of formats, the smallest first; of those of one size the one that is named first. Throws OPTION_INVALID. */
export function ofList(text: string): (Candidate & { readonly word: string })[] {
  const words = text.split(',').map((word) => word.trim());
  const twice = words.find((word, i) => words.indexOf(word) !== i);
  if (twice !== undefined) throw new ParaboundError('OPTION_INVALID', `${show(twice)} twice`, '--formats', 'each format once');
  return words.map((word) => ({ word, bits: sizeOf(parseFormat(word, '--formats')), wordFor: () => word })).sort((a, b) => a.bits - b.bits);
}

function sizeOf(format: Format): number {
  switch (format.kind) {
    case 'integer': return format.bits;
    case 'float': return format.float.bits;
    case 'fixed': return 1 + format.integer + format.fraction;
    case 'none': throw new ParaboundError('OPTION_INVALID', '"none"', '--formats', 'formats with a size: none leaves a layer as it is');
  }
}

/** The words of `--quantize`, one a layer. */
export function formatsOf(widths: readonly Width[], candidates: readonly Candidate[]): string {
  return widths.map((width, l) => (width.parameters === 0 ? 'none' : candidates[l].wordFor(width))).join();
}

/** Beside the sign, as many bits before the point as hold the largest parameter, the rest after it; it saturates where there are too few. */
function fixedPoint(largest: number, bits: number): string {
  let whole = 0;
  while (whole < bits - 1 && largest >= 2 ** whole) whole++;
  return `fixed:${whole}.${bits - 1 - whole}`;
}

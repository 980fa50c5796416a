/** The second model of `against`: what it may differ in, and the one shape in which the engine compares the two. */
import { ParaboundError } from '../errors.js';
import { fixedInEither, movable } from '../network/fixed.js';
import { layerRanges, sameShape, shapeText } from '../network/layout.js';
import type { Model, NetworkSpec } from '../network/model.js';
import { normalisationDifference } from '../network/normalisation.js';
import { amongPadding, paddingOf, type Padding } from '../network/padding.js';
import type { BoxSpec } from '../search/native.js';
import { checkModel } from './settings.js';
import { inUnits, type Units } from './units.js';

/** The copy, in the units of the query. It may differ from the model in its parameters and in the widths of hidden layers. */
export function copyOf(model: Model, against: Model, units?: Units): Model {
  checkModel(against, 'against');
  const copy = inUnits(against, units);
  const what = copy.layers.length !== model.layers.length ? 'another number of layers'
    : copy.inputCount !== model.inputCount ? 'another number of inputs'
    : copy.outputCount !== model.outputCount ? 'another number of outputs'
    : copy.layers.some(({ activation }, l) => activation !== model.layers[l].activation) ? 'other activations'
    : null;
  if (what !== null) {
    throw new ParaboundError('AGAINST_MISMATCH', `${what}: ${described(copy)}`, copy.source, `that of ${model.source}, ${described(model)}; only widths of hidden layers may differ`);
  }
  return copy;
}

/**
 * Both networks have to be fed the same: the engine searches over what the first layer reads. So headers may differ only in
 * limits that clamp no input of the domain (lo0, hi0, ...).
 */
export function checkHeaders(model: Model, copy: Model, domain: Float64Array): void {
  const found = normalisationDifference(model.normalisation, copy.normalisation, domain);
  if (found === null) return;
  const { input, field } = found;
  const value = ({ normalisation }: Model): string => (normalisation === null ? 'none' : String(normalisation[field][input]));
  const name = { mean: 'mean', range: 'range', lower: 'minimum', upper: 'maximum' }[field];
  throw new ParaboundError('AGAINST_MISMATCH', `another normalisation of inputs (${name} ${value(copy)} of ${model.inputName(input)}, not ${value(model)})`, copy.source,
    `the header of ${model.source}, but for limits outside the domain; or --units normalised`);
}

/** What the engine is given: the networks as they are, or both in one shape. */
export interface Engine {
  readonly network: NetworkSpec;
  readonly box: BoxSpec;
  /** Null where both have one shape already. */
  readonly padding: Padding | null;
}

/** `box` is of the copy's own parameters; those that are put beside them are fixed. */
export function engineFor(model: Model, copy: Model, box: BoxSpec): Engine {
  if (sameShape(model.layers, copy.layers)) return { network: model.spec, box, padding: null };
  const padding = paddingOf(model, copy, isPoint(box));
  const fixed = (values: Float64Array): Float64Array => amongPadding(padding, values, padding.copy);
  return { network: padding.network, box: padded(), padding };

  function padded(): BoxSpec {
    const count = padding.copy.length;
    switch (box.kind) {
      case 'radius': return { ...box, center: fixed(box.center), radius: amongPadding(padding, box.radius, new Float64Array(count)) };
      case 'relative': return { ...box, center: fixed(box.center), mask: amongPadding(padding, box.mask, new Uint8Array(count)) };
      case 'bounds': return { ...box, lower: fixed(box.lower), upper: fixed(box.upper) };
    }
  }
}

function isPoint(box: BoxSpec): boolean {
  switch (box.kind) {
    case 'radius': return box.radius.every((radius) => radius === 0);
    case 'relative': return box.ratio === 0 || box.mask.every((moves) => moves === 0);
    case 'bounds': return box.lower.every((value, i) => value === box.upper[i]);
  }
}

/** Worth saying of a copy: whose shape parameters are listed and numbered in, and that what no training should touch is another. */
export function copyNotes(model: Model, copy: Model): string[] {
  if (!sameShape(model.layers, copy.layers)) {
    return [`parameters are those of ${copy.source}, ${shapeText(copy.layers)}, not of ${model.source}, ${shapeText(model.layers)}`];
  }
  if (copy === model || !copy.layers.concat(model.layers).some(({ fixed }) => fixed !== undefined)) return [];
  const moves = movable(fixedInEither(copy.layers, model.layers));
  const other = moves.findIndex((may, i) => may === 0 && copy.parameters[i] !== model.parameters[i]);
  if (other < 0) return [];
  const layer = layerRanges(copy.layers).findIndex(({ end }) => other < end);
  return [`${copy.source} differs from ${model.source} in parameters that are fixed, such as number ${other}, of layer ${layer}`];
}

function described({ layers }: Model): string {
  return `${shapeText(layers)} (${layers.map(({ activation }) => activation).join(', ')})`;
}

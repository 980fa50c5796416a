/**
 * The two units of a model that normalises its inputs. A query in normalised units is one on the layers alone. One in
 * physical units is searched in normalised ones, over the doubles that contain the image of its domain, so that what is proved
 * there holds for it; witnesses are inputs of the query's own domain (native/network/scaling.hpp).
 */
import { ParaboundError } from '../errors.js';
import { Dyadic } from '../exact/dyadic.js';
import { normalise } from '../exact/normalise.js';
import { toDoubles } from '../exact/real.js';
import { toDouble } from '../exact/rounding.js';
import { Model } from '../network/model.js';
import { isUnscaled, type Normalisation } from '../network/normalisation.js';
import type { ScalingSpec } from '../search/native.js';
import type { SearchOutcome } from '../search/request.js';

export type Units = 'physical' | 'normalised';

const behindHeader = new WeakMap<Model, Model>();

/** The model that takes inputs in those units: itself, or its layers alone, whose domain is the image of its own. */
export function inUnits(model: Model, units: Units = 'physical'): Model {
  const { normalisation, domain } = model;
  if (units === 'physical' || normalisation === null) return model;
  let layers = behindHeader.get(model);
  if (layers === undefined) {
    layers = new Model({ ...model, normalisation: null, domain: domain === null ? null : imageOf(model, domain).domain });
    behindHeader.set(model, layers);
  }
  return layers;
}

/** What the search is given for a domain of the model: the domain of what the network is fed, and the way back for witnesses. */
export interface Image {
  readonly domain: Float64Array;
  readonly scaling: ScalingSpec | null;
}

/** Contains the image of `domain` (lo0, hi0, ...), and no more than one double beyond it at either end. */
export function imageOf(model: Model, domain: Float64Array): Image {
  const { normalisation } = model;
  if (normalisation === null) return { domain, scaling: null };
  const clamped = clamp(domain, normalisation);
  if (isUnscaled(normalisation)) return { domain: clamped, scaling: null };
  const { mean, range } = normalisation;
  const image = clamped.map((value, i) => {
    const { lower, upper } = toDoubles(normalise(normalisation, i >> 1, value, IMAGE_BITS));
    const end = i % 2 === 0 ? lower : upper;
    if (!Number.isFinite(end)) {
      throw new ParaboundError('DOMAIN_INVALID', `${model.inputName(i >> 1)} = ${value} is beyond the doubles when normalised`, model.source, 'inputs in proportion to means and ranges');
    }
    return end;
  });
  const ends = (side: 0 | 1): Float64Array => clamped.filter((_, i) => i % 2 === side);
  return { domain: image, scaling: { mean, range, lower: ends(0), upper: ends(1) } };
}

const IMAGE_BITS = 256;

/** Every end within the limits of its input; also for points, as rows of inputs. */
export function clamp(values: Float64Array, { lower, upper }: Normalisation, perInput = 2): Float64Array {
  return values.map((value, i) => {
    const j = Math.floor(i / perInput) % lower.length;
    return Math.min(Math.max(value, lower[j]), upper[j]);
  });
}

/** The outcome of a search over the image of `domain`, in the query's own inputs. */
export function preimageOf(model: Model, domain: Float64Array, image: Image, outcome: SearchOutcome): SearchOutcome {
  const { normalisation } = model;
  if (normalisation === null) return outcome;
  const { witness, undecided } = outcome;
  // Beyond a limit every input is fed the same: the one in the domain that is nearest to the limit will do.
  const input = witness?.input.map((value, j) => Math.min(Math.max(value, domain[2 * j]), domain[2 * j + 1]));
  const { mean, range } = normalisation;
  const back = (value: number, j: number, direction: 'down' | 'up'): number => {
    const [lo, hi] = [domain[2 * j], domain[2 * j + 1]];
    if (direction === 'down' ? value <= image.domain[2 * j] : value >= image.domain[2 * j + 1]) return direction === 'down' ? lo : hi;
    const x = Dyadic.fromDouble(range[j]).times(Dyadic.fromDouble(value)).plus(Dyadic.fromDouble(mean[j]));
    return Math.min(Math.max(toDouble(x, direction), lo), hi);
  };
  return {
    ...outcome,
    witness: witness === null ? null : { ...witness, input: input! },
    undecided: undecided.map(({ lower, upper }) => ({ lower: lower.map((value, j) => back(value, j, 'down')), upper: upper.map((value, j) => back(value, j, 'up')) })),
  };
}

import { ParaboundError } from '../errors.js';
import { layerRanges, sameShape, shapeText } from '../network/layout.js';
import type { Model } from '../network/model.js';
import { Budget, prepare, runSearch, type Query } from '../query/query.js';
import { provenance, statsOf, worstStatus, type Provenance, type Status } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import type { BoxSpec } from '../search/native.js';
import type { Progress, SearchOutcome } from '../search/request.js';
import { NO_CERTIFICATE, takeOptions } from './options.js';
import { holdsNominal, movingIn, restricted } from './parts.js';
import { savingOf, shareOf, type Range } from './share.js';

/** An epsilon query; `timeout` and `maxBoxes` are for all of its searches together, divided among those still to come. */
export interface SensitivityOptions extends Omit<QueryOptions, (typeof NO_CERTIFICATE)[number] | 'witness' | 'onProgress'> {
  onProgress?: (progress: Progress & { part: Part }) => void;
}

/** What is being enclosed: everything, or a layer or tensor alone, or all but it. */
export interface Part {
  layer: number | null;
  kind: Kind | null;
  which: 'all' | 'alone' | 'without';
}

export type Kind = 'layer' | 'weights' | 'biases';

/** An enclosure of epsilon, and how its search ended. */
export interface Enclosure extends Range {
  status: Status;
}

export interface Share {
  /** From 0. */
  layer: number;
  kind: Kind;
  /** Of which `moving` may change. */
  parameters: number;
  moving: number;
  /** Epsilon where this alone changes. */
  alone: Enclosure;
  /** Epsilon where everything else does. */
  without: Enclosure;
  /** alone / total: shares need not add up to 1. Null where the total is 0. */
  share: Range | null;
  /** 1 - without / total: how much smaller epsilon is with this left as it is; below 0 where changes cancel each other. */
  saving: Range | null;
}

export interface SensitivityResult extends Provenance {
  schema: 'parabound/sensitivity@1';
  query: 'epsilon';
  total: Enclosure;
  layers: Share[];
  tensors: Share[];
  /** The worst of all searches. */
  status: Status;
}

/**
 * What each layer, and each tensor of weights or biases, has in epsilon (Eqs. 11, 12) of a box of parameters: epsilon with it
 * alone, with all but it, and with everything, each enclosed by a search of its own.
 */
export async function sensitivity(model: Model, options: SensitivityOptions): Promise<SensitivityResult> {
  const { rest } = takeOptions(options, [], [...NO_CERTIFICATE, 'witness'], 'options of sensitivity');
  const { onProgress, ...asked } = rest as SensitivityOptions;
  const query = prepare(model, asked, []);
  const { of, spec } = query.box;
  if (!sameShape(query.model.layers, of.layers)) {
    throw new ParaboundError('AGAINST_MISMATCH', `another shape: ${shapeText(of.layers)}`, of.source, `${shapeText(query.model.layers)}, that of ${model.source}: tensors are compared one by one`);
  }
  const tensors = tensorsOf(query.model, spec);
  const all = tensors.filter(({ moving }) => moving > 0);
  const places = placesOf(tensors);
  const among = (place: Place): Tensor[] => all.filter((tensor) => place.tensors.includes(tensor));
  const others = (place: Place): Tensor[] => all.filter((tensor) => !place.tensors.includes(tensor));
  // One tensor of a layer, or one layer of a network, may be all that moves: what is enclosed is then enclosed once.
  const sets = new Set([all, ...places.flatMap((place) => [among(place), others(place)])].map(keyOf).filter((key) => key !== ''));
  const budget = new Budget(query.limits);
  const outcomes: SearchOutcome[] = [];
  const known = new Map<string, Enclosure>([['', { lower: 0, upper: 0, status: 'complete' }]]);

  const total = await enclose(all, { layer: null, kind: null, which: 'all' });
  const parts: Share[] = [];
  for (const place of places) {
    const { layer, kind } = place;
    const alone = await enclose(among(place), { layer, kind, which: 'alone' });
    const without = await enclose(others(place), { layer, kind, which: 'without' });
    const sum = (field: 'parameters' | 'moving'): number => place.tensors.reduce((count, tensor) => count + tensor[field], 0);
    parts.push({ layer, kind, parameters: sum('parameters'), moving: sum('moving'), alone, without, share: null, saving: null });
  }
  const nested = holdsNominal(spec, query.model.parameters);
  if (nested) tighten(total, parts);
  for (const [i, part] of parts.entries()) {
    // What is one and the same epsilon has no gap to itself: the quotient is 1, whatever is known of the two.
    const same = (tensors: readonly Tensor[]): boolean => total.lower > 0 && keyOf(tensors) === keyOf(all);
    part.share = same(among(places[i])) ? { lower: 1, upper: 1 } : shareOf(part.alone, total, nested);
    part.saving = same(others(places[i])) ? { lower: 0, upper: 0 } : savingOf(part.without, total, nested);
  }
  return {
    schema: 'parabound/sensitivity@1',
    query: 'epsilon',
    total,
    layers: parts.filter(({ kind }) => kind === 'layer'),
    tensors: parts.filter(({ kind }) => kind !== 'layer'),
    status: worstStatus([total, ...parts.flatMap(({ alone, without }) => [alone, without])].map((each) => each.status)),
    ...provenance(model, statsOf(outcomes, budget.startedAt, query.limits.threads), query),
  };

  /** Epsilon where these tensors move as they may, and the others are those of the nominal network. */
  async function enclose(moving: readonly Tensor[], part: Part): Promise<Enclosure> {
    const key = keyOf(moving);
    const before = known.get(key);
    if (before !== undefined) return { ...before };
    if (query.options.signal?.aborted === true && part.which !== 'all') return { lower: 0, upper: Infinity, status: 'interrupted' };
    const inside = new Uint8Array(query.model.parameters.length);
    for (const { from, end } of moving) inside.fill(1, from, end);
    const { onProgress: _, ...quiet } = query.options;
    const listening: QueryOptions = onProgress === undefined ? quiet : { ...quiet, onProgress: (progress) => onProgress({ ...progress, part }) };
    const within: Query = { ...query, options: listening, engine: { ...query.engine, box: restricted(spec, query.model.parameters, inside) } };
    const outcome = await runSearch(within, { query: 'epsilon', outputs: query.outputs, measure: query.measure }, budget.share(sets.size - (known.size - 1)));
    budget.spend(outcome.boxes);
    outcomes.push(outcome);
    const { lower, upper, status } = outcome;
    known.set(key, { lower, upper, status });
    return { lower, upper, status };
  }
}

interface Tensor {
  readonly layer: number;
  readonly kind: 'weights' | 'biases';
  readonly from: number;
  readonly end: number;
  readonly parameters: number;
  readonly moving: number;
}

interface Place {
  readonly layer: number;
  readonly kind: Kind;
  readonly tensors: readonly Tensor[];
}

function tensorsOf({ layers, parameters }: Model, spec: BoxSpec): Tensor[] {
  const tensor = (layer: number, kind: Tensor['kind'], from: number, end: number): Tensor => ({ layer, kind, from, end, parameters: end - from, moving: movingIn(spec, parameters, from, end) });
  return layerRanges(layers).flatMap(({ weights, biases, end }, layer) => [tensor(layer, 'weights', weights, biases), tensor(layer, 'biases', biases, end)]);
}

function placesOf(tensors: readonly Tensor[]): Place[] {
  const layers = [...new Set(tensors.map(({ layer }) => layer))];
  return [
    ...layers.map((layer): Place => ({ layer, kind: 'layer', tensors: tensors.filter((each) => each.layer === layer) })),
    ...tensors.map((tensor): Place => ({ layer: tensor.layer, kind: tensor.kind, tensors: [tensor] })),
  ];
}

function keyOf(tensors: readonly Tensor[]): string {
  return tensors.map(({ layer, kind }) => `${layer} ${kind}`).join();
}

/** Boxes of parts lie in the whole box: what is attained in a part is attained in it, and what is proved of it holds in each part. */
function tighten(total: Enclosure, parts: readonly Share[]): void {
  for (const { alone, without } of parts) total.lower = Math.max(total.lower, alone.lower, without.lower);
  for (const { alone, without } of parts) for (const each of [alone, without]) each.upper = Math.min(each.upper, total.upper);
}

import { dirname } from 'node:path';
import type { Asked, CertificateInfo } from '../certificate/certify.js';
import { ParaboundError } from '../errors.js';
import type { Decision, Model } from '../network/model.js';
import { withoutPadding } from '../network/padding.js';
import { makeFolders } from '../output.js';
import { checkHeaders, engineFor, copyNotes, type Engine } from './against.js';
import { parameterBox, type ParameterBox } from './box.js';
import { deviceRuns, namesDevice, type DeviceRuns } from './device.js';
import { regionOf, type Region } from './domain.js';
import type { Measure, Objective } from '../search/native.js';
import type { SearchOutcome, SearchRequest } from '../search/request.js';
import { settlingOf } from './smt.js';
import { checkModel, checkOptions, limitsOf, type Limits, type QueryOptions } from './settings.js';
import { imageOf, inUnits, preimageOf, type Units } from './units.js';
import type { Rule } from './witness.js';

/** A question with everything checked and every default in place. */
export interface Query {
  /** As it was loaded. */
  readonly given: Model;
  /** In the units of the query. */
  readonly model: Model;
  /** Null: the model has but one. */
  readonly units: Units | null;
  readonly box: ParameterBox;
  /** Null: real arithmetic. Else what is searched is the box of all runs of a device, not `box` itself. */
  readonly runs: DeviceRuns | null;
  readonly engine: Engine;
  readonly region: Region;
  readonly rule: Rule;
  readonly measure: Measure;
  readonly outputs: number[];
  readonly limits: Limits;
  readonly options: QueryOptions;
  readonly notes: string[];
}

/** @param semantics `real` where the question is not asked of devices: naming one is then refused */
export function prepare(given: Model, options: QueryOptions, properties: ('epsilon' | 'sigma')[], semantics: 'real' | 'any' = 'real'): Query {
  checkModel(given, 'model');
  checkOptions(options, properties);
  if (semantics === 'real' && namesDevice(options)) {
    throw new ParaboundError('OPTION_CONFLICT', 'arithmetic and activations have no part in this question', 'the query', 'estimate or verify, for what a device computes');
  }
  const model = inUnits(given, options.units);
  const box = parameterBox(model, options);
  const region = regionOf(model, options);
  checkHeaders(model, box.of, region.domain);
  const onDevice = deviceRuns(model, box, region.domain, options);
  const many = model.outputCount > 1;
  const notes = [...(options.notes ?? []), ...region.notes, ...copyNotes(model, box.of)];
  if (many && options.level !== undefined) notes.push(`level has no effect: the model has ${model.outputCount} outputs`);
  if (!many && options.decision !== undefined) notes.push('decision has no effect: the model has one output');
  if (given.normalisation === null && options.units === 'normalised') notes.push(UNITS_WITHOUT_EFFECT);
  return {
    given, model, box, region, options, notes,
    runs: onDevice?.runs ?? null,
    engine: engineFor(model, box.of, onDevice?.box ?? box.spec),
    units: unitsOf(given, options),
    rule: ruleOf(model, options),
    measure: options.output ?? 'confidence',
    outputs: outputsOf(model, options.outputs),
    limits: limitsOf(options),
  };
}

export const UNITS_WITHOUT_EFFECT = 'units has no effect: the model does not normalise its inputs';

export function unitsOf(model: Model, options: { units?: Units }): Units | null {
  return model.normalisation === null ? null : options.units ?? 'physical';
}

export function ruleOf(model: Model, options: { level?: number; decision?: Decision }): Rule {
  return { level: options.level ?? model.level, decision: options.decision ?? model.decision };
}

function outputsOf(model: Model, chosen: readonly number[] | undefined): number[] {
  const all = Array.from({ length: model.outputCount }, (_, i) => i);
  for (const output of chosen ?? []) {
    if (output >= all.length) throw new ParaboundError('OPTION_INVALID', String(output), '--outputs', `outputs of ${model.source}, 0 to ${all.length - 1}`);
  }
  return chosen === undefined ? all : all.filter((output) => chosen.includes(output));
}

/** A margin on the logit needs a level that is some logit's image, and labels that the logits name. */
export function checkMargin({ model, measure, rule }: Pick<Query, 'model' | 'measure' | 'rule'>): void {
  if (measure === 'logit' && model.outputCount > 1 && model.outputActivation === 'relu') {
    throw new ParaboundError('OPTION_INVALID', 'several relu outputs', '--output logit', 'confidences, whose ties at zero decide the label');
  }
  if (measure !== 'logit' || model.outputCount > 1) return;
  const least = { sigmoid: 0, tanh: -1 }[model.outputActivation as string];
  if (least !== undefined && !(rule.level > least && rule.level < 1)) {
    throw new ParaboundError('OPTION_INVALID', `level ${rule.level}`, '--output logit', `a level strictly between ${least} and 1`);
  }
}

/** The certificate of what was found, where one was asked for. */
export async function certified(query: Query, asked: Asked): Promise<{ certificate?: CertificateInfo }> {
  const { certificate: path } = query.options;
  if (path === undefined) return {};
  await makeFolders(dirname(path)).catch(() => undefined); // then the file cannot be written, which is said beside the result
  const { certificateOf } = await import('../certificate/certify.js');
  return certificateOf(query, asked);
}

/** What remains of a query's budget when it takes several searches, one after the other. */
export class Budget {
  readonly startedAt = performance.now();
  #boxes = 0;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  spend(boxes: number): void {
    this.#boxes += boxes;
  }

  /** An equal part for each of `shares` searches still to come, never nothing: a search then still looks at one box. */
  share(shares: number): { timeoutMs?: number; maxBoxes?: number } {
    const { timeoutMs, maxBoxes } = this.#limits;
    const spent = performance.now() - this.startedAt;
    return {
      ...(timeoutMs === undefined ? {} : { timeoutMs: Math.max(timeoutMs - spent, 0) / shares }),
      ...(maxBoxes === undefined ? {} : { maxBoxes: Math.max(Math.floor((maxBoxes - this.#boxes) / shares), 1) }),
    };
  }
}

/** Runs one search of the query, on what its budget gives it. */
export async function runSearch(
  query: Query, objective: Objective, part: { timeoutMs?: number; maxBoxes?: number },
  extra: { target?: number; label?: number } = {},
): Promise<SearchOutcome> {
  const { model, limits, options, box: { of }, engine: { network, box, padding } } = query;
  const { label, ...overrides } = extra;
  const image = imageOf(model, query.region.domain);
  const request: SearchRequest = {
    network,
    box,
    objective,
    domain: image.domain,
    gap: limits.gap,
    relativeGap: limits.relativeGap,
    threads: limits.threads,
    seed: limits.seed,
    ...part,
    ...overrides,
  };
  if (image.scaling !== null) request.scaling = image.scaling;
  if (padding !== null) request.unpadded = { nominal: model.spec, perturbed: of.spec, parameters: (padded) => withoutPadding(padding, padded) };
  if (options.signal !== undefined) request.signal = options.signal;
  if (options.pool !== undefined) request.pool = options.pool;
  const { onProgress } = options;
  const { runs } = query;
  // What the search finds on the way is a point of the box, and no run of the device.
  if (onProgress !== undefined) request.onProgress = (progress) => onProgress({ ...progress, ...(label === undefined ? {} : { label }), ...(runs === null ? {} : { lower: 0 }) });
  const { search } = await import('../search/search.js');
  const settling = settlingOf(request, limits, query.notes);
  const outcome = preimageOf(model, query.region.domain, image, await settling.settle(await search(settling.request)));
  const { witness } = outcome;
  const found = padding === null || witness === null ? outcome : { ...outcome, witness: { ...witness, parameters: withoutPadding(padding, witness.parameters) } };
  if (runs === null || objective.query === 'reach') return found;
  const { attainedOnDevice } = await import('./attained.js');
  return attainedOnDevice(query, runs, objective, found, extra.target);
}

/** A class that an abort kept from being searched: nothing is known of it but what is always true. */
export function notSearched(query: Query): SearchOutcome {
  return {
    lower: 0, upper: alwaysUpper(query), status: 'interrupted', nothing: false, witness: null, boxes: 0, seconds: 0, threads: 1,
    remaining: { boxes: 1, volumeFraction: 1 }, undecided: [],
  };
}

/** A class that needs no search, for nothing can flip. */
export function nothingSearched(query: Query): SearchOutcome {
  return { ...notSearched(query), upper: 0, status: 'complete', nothing: true, remaining: { boxes: 0, volumeFraction: 0 } };
}

/** What no confidence margin exceeds: sigmoid and softmax outputs lie in [0, 1], and so does a level that matters. */
function alwaysUpper({ model, measure, rule }: Query): number {
  const unit = model.outputActivation === 'softmax' || (model.outputActivation === 'sigmoid' && (model.outputCount > 1 || (rule.level >= 0 && rule.level <= 1)));
  return measure === 'confidence' && unit ? 1 : Infinity;
}

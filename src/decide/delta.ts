import type { Model } from '../network/model.js';
import { optionNamed } from '../options.js';
import { isNominalAlone } from '../query/box.js';
import { prepare, type Query } from '../query/query.js';
import { provenance, statsOf, worstStatus, type Provenance, type Stats, type Status, type Verdict, type VerifyResult, type Witness } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { Bracket } from './bracket.js';
import { NO_DELTA, takeOptions } from './options.js';
import { decide, propertyOf, type Property, type PropertyOptions } from './property.js';
import { shrink } from './shrink.js';

/** A property, and a query without a box. `timeout` is for all candidates together, `maxBoxes` for each. */
export interface DeltaOptions extends Omit<QueryOptions, (typeof NO_DELTA)[number] | 'onProgress'>, PropertyOptions {
  /** The box is |p - p0| <= delta * |p0|. */
  relative?: boolean;
  /** Relative: stop when upper - lower <= deltaGap * upper. */
  deltaGap?: number;
  /** Before each candidate, and at the end. */
  onProgress?: (progress: DeltaProgress) => void;
}

export interface DeltaProgress {
  lower: number | null;
  upper: number;
  /** What is tried next; null at the end. */
  delta: number | null;
  seconds: number;
}

export interface DeltaStep {
  delta: number;
  verdict: Verdict;
  status: Status;
  /** Where the witness's violation begins, when it is followed back: the property is violated from there on. Null unless violated. */
  refuted: number | null;
  seconds: number;
}

/** `capped`: no violation was found up to the largest delta that is tried. */
export type DeltaStatus = Status | 'capped';

export interface DeltaResult extends Provenance {
  schema: 'parabound/search@1';
  query: 'search-delta';
  property: Property;
  /** Is delta relative to each parameter? */
  relative: boolean;
  /** The property is proved at this delta, and so at every smaller one. Null: not even at 0, round a copy. */
  lower: number | null;
  /** The property is violated at this delta, by the witness, and so at every larger one. Infinity: nothing was found; null in JSON. */
  upper: number;
  status: DeltaStatus;
  /** At `upper`. Absent with `witness: 'none'`. */
  witness?: Witness | null;
  steps: DeltaStep[];
}

/** Of the largest parameter (relative: of 1): the first candidate, the largest, and the least above a threshold of 0. */
const FIRST = 1e-3;
const CAP = 1e6;
const FLOOR = 1e-9;
/** Of the time that is left, what one candidate may take; as much again each time that all have been tried. */
const PART = 0.25;
/** Seconds for a candidate at first, and in terms of the middle one of those that were decided. */
const PATIENCE = 1;
const PATIENCE_OF_MIDDLE = 10;
/** How many times as much it gets when all others have been tried. */
const PATIENCE_GROWTH = 4;

/**
 * The largest delta with which the property holds for every parameter vector of p0 +- delta, enclosed: at `lower` it is proved,
 * at `upper` it is violated.
 */
export async function searchDelta(model: Model, options: DeltaOptions): Promise<DeltaResult> {
  const startedAt = performance.now();
  const { own, rest } = takeOptions(options, ['epsilon', 'sigma', 'label', 'relative', 'deltaGap'], NO_DELTA, 'options of searchDelta');
  const property = propertyOf(own as PropertyOptions);
  const relative = own.relative === true;
  const gap = (own.deltaGap ?? optionNamed('deltaGap').default) as number;
  const { onProgress, timeout, ...query } = rest as DeltaOptions;
  const boxed = (delta: number): QueryOptions => ({ ...query, witness: 'full', ...(relative ? { deltaRelative: delta } : { delta }) });
  const prepared = prepare(model, { ...boxed(0), timeout, onProgress } as QueryOptions, []); // checks the rest of the options too
  // Of a copy not even the centre of the box is known to have the property.
  const holdsAtZero = isNominalAlone(prepared.engine.network, prepared.engine.box);
  const bracket = new Bracket(holdsAtZero ? 0 : null, scaled(prepared, relative, gap));
  const steps: DeltaStep[] = [];
  const found: Found = { witness: null, stats: [], notes: [...prepared.notes] };
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const left = (): number => (timeout === undefined ? Infinity : timeout - seconds());
  // A search right at the threshold may take any time, and its neighbours next to none: it is set aside, and tried again with more time.
  let rounds = 1;
  let impatient: number[] = [];
  let delta: number | null = holdsAtZero ? bracket.next() : 0;
  while (delta !== null && !stopped()) {
    onProgress?.({ lower: bracket.lower, upper: bracket.upper, delta, seconds: seconds() });
    await step(delta);
    delta = bracket.next();
    const again = impatient.filter((each) => bracket.undecided.includes(each));
    if (delta !== null || bracket.complete || again.length === 0) continue;
    bracket.forget(again);
    impatient = [];
    rounds++;
    delta = bracket.next();
  }
  onProgress?.({ lower: bracket.lower, upper: bracket.upper, delta: null, seconds: seconds() });
  const { stats, notes, witness } = found;
  return {
    schema: 'parabound/search@1',
    query: 'search-delta',
    property, relative,
    lower: bracket.lower,
    upper: bracket.upper,
    status: status(delta),
    ...(query.witness === 'none' ? {} : { witness }),
    steps,
    ...provenance(model, statsOf(stats, startedAt, prepared.limits.threads), { ...prepared, notes }),
  };

  function stopped(): boolean {
    return query.signal?.aborted === true || left() <= 0;
  }

  async function step(at: number): Promise<void> {
    const from = seconds();
    const usual = middle(steps.filter(({ verdict }) => verdict !== 'unknown').map((each) => each.seconds));
    const limit = Math.min(Math.max(left() * Math.min(1, PART * rounds), Math.min(left(), 0.05)), PATIENCE_GROWTH ** (rounds - 1) * Math.max(PATIENCE, PATIENCE_OF_MIDDLE * usual));
    const result = await decide(model, property, { ...boxed(at), timeout: limit });
    gather(found, result);
    let refuted: number | null = null;
    if (result.verdict === 'robust') bracket.proved(at, growth(property, result));
    else if (result.verdict === 'unknown') {
      bracket.unknown(at);
      if (result.status === 'timeout') impatient.push(at);
    } else {
      const violation = shrink(prepared, property, result.witness!, relative, gap);
      refuted = violation.delta;
      found.witness = violation.witness; // of a candidate below `upper`, and so the least
      bracket.violated(at, refuted);
    }
    steps.push({ delta: at, verdict: result.verdict, status: result.status, refuted, seconds: seconds() - from });
  }

  function status(next: number | null): DeltaStatus {
    if (bracket.complete) return 'complete';
    if (query.signal?.aborted === true) return 'interrupted';
    if (next !== null) return 'timeout';
    const undecided = steps.filter(({ delta: tried, verdict }) => verdict === 'unknown' && bracket.undecided.includes(tried));
    if (undecided.length === 0) return bracket.upper === Infinity ? 'capped' : 'stalled';
    const worst = worstStatus(undecided.map((each) => each.status));
    return worst === 'complete' ? 'stalled' : worst;
  }
}

interface Found {
  witness: Witness | null;
  stats: Stats[];
  notes: string[];
}

function gather(found: Found, { stats, notes }: VerifyResult): void {
  found.stats.push(stats);
  found.notes.push(...notes.filter((note) => !found.notes.includes(note)));
}

function scaled({ box: { of } }: Query, relative: boolean, gap: number): ConstructorParameters<typeof Bracket>[1] {
  const largest = relative ? 1 : of.parameters.reduce((most, p) => Math.max(most, Math.abs(p)), 0) || 1;
  return { gap, first: FIRST * largest, cap: Math.min(CAP * largest, Number.MAX_VALUE), floor: FLOOR * largest };
}

/** The middle one, or the lower of two; 0 of none. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

/** What is measured grows about as fast as delta does; a little more, so that a violation is found. */
function growth({ threshold }: Property, { bound }: VerifyResult): number {
  if (threshold === null || bound === null || !(bound.lower > 0)) return 4;
  return Math.min(64, Math.max(1.25, 1.1 * (threshold / bound.lower)));
}

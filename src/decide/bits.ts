import { ParaboundError } from '../errors.js';
import type { Model } from '../network/model.js';
import { optionNamed, type OptionName } from '../options.js';
import { prepare } from '../query/query.js';
import { provenance, statsOf, worstStatus, type Provenance, type Stats, type Status, type Verdict } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { inUnits } from '../query/units.js';
import { NO_BITS, takeOptions } from './options.js';
import { decide, propertyOf, type Property, type PropertyOptions } from './property.js';
import { refine, totalOf, type Sizes } from './refine.js';
import { formatsOf, ofFamily, ofList, widthsOf, type Candidate as FormatCandidate, type Family } from './widths.js';

/** A property, and a query without a box. `timeout` is for all candidates together, `maxBoxes` for each. */
export interface BitsOptions extends Omit<QueryOptions, (typeof NO_BITS)[number] | 'onProgress'>, PropertyOptions {
  /** What has the bits: integers with a scale (default), or fixed point. */
  format?: Family;
  minBits?: number;
  maxBits?: number;
  /** Formats to try, of any kind, with commas: `int4,int8,bf16,fp16`. Instead of `format`, `minBits` and `maxBits`. */
  formats?: string;
  /** Before each candidate, and at the end. */
  onProgress?: (progress: BitsProgress) => void;
}

export interface BitsProgress {
  /** What is tried next, as `quantize` takes it; null at the end. */
  candidate: string | null;
  best: Assignment | null;
  /** Candidates decided, or left undecided, so far. */
  tried: number;
  seconds: number;
}

/** Bits for each layer that is not fixed. */
export interface Assignment {
  bits: number[];
  /** The same as `quantize` takes it. */
  quantize: string;
  /** Bits times parameters, over all that is rounded. Scales and zero points are not counted. */
  totalBits: number;
}

export interface Candidate extends Assignment {
  /** `none`: there is no such copy, for the `reason`. */
  verdict: Verdict | 'none';
  reason?: string;
  status: Status;
  /** Of epsilon or sigma; null for label. */
  bound: { lower: number; upper: number } | null;
  seconds: number;
}

export interface BitsResult extends Provenance {
  schema: 'parabound/search@1';
  query: 'search-bits';
  property: Property;
  /** Null where `formats` were named. */
  format: Family | null;
  /** Of the formats that are tried. */
  minBits: number;
  maxBits: number;
  /** As they were named, the smallest first. */
  formats?: string[];
  /** Of each layer: which it is, and how many of its parameters are rounded. */
  layers: { layer: number; parameters: number }[];
  /** The fewest bits, the same for all layers, with which the copy has the property, proved. Null: none. */
  uniform: Assignment | null;
  /** The least total that was proved. */
  best: Assignment | null;
  /** Every copy that was looked at, in this order. */
  candidates: Candidate[];
  /** Those with a smaller total than `best` that are neither proved nor violated. */
  undecided: Assignment[];
  /** `complete`: no smaller candidate was left undecided. It does not say that no assignment is smaller: not all are candidates. */
  status: Status;
}

/** Of the time, what widths for all layers may take; and of what is then left, what one candidate may. */
const UNIFORM_PART = 0.5;
const PART = 0.1;

/**
 * The fewest bits with which the quantised copy still has the property: for all layers alike, every format being tried, and then
 * layer by layer. Each candidate is the concrete copy that the format makes, and counts only where the property is proved of it.
 */
export async function searchBits(model: Model, options: BitsOptions): Promise<BitsResult> {
  const startedAt = performance.now();
  const { own, rest } = takeOptions(options, ['epsilon', 'sigma', 'label', 'format', 'minBits', 'maxBits', 'formats'], NO_BITS, 'options of searchBits');
  const property = propertyOf(own as PropertyOptions);
  const { formats, format, ladder } = formatsToTry(own);
  const { onProgress, timeout, ...query } = rest as BitsOptions;
  // Checks the rest of the options, with a format that changes nothing in place of the ones to come.
  const copy = (quantize: string): QueryOptions => ({ ...query, quantize, as: 'copy', witness: 'none' });
  const prepared = prepare(model, { ...copy('none'), timeout, onProgress } as QueryOptions, []);
  const widths = widthsOf(inUnits(model, query.units), query);
  const everywhere = (place: number): number[] => widths.map(() => place);
  const sizes: Sizes = { counts: widths.map(({ parameters }) => parameters), bits: ladder.map(({ bits }) => bits) };
  const candidates: Candidate[] = [];
  const stats: Stats[] = [];
  const notes = [...prepared.notes];
  let uniform: Assignment | null = null;
  let best: Assignment | null = null;
  let stopped: Status | null = null;

  let start: number | null = null;
  for (let place = ladder.length - 1; place >= 0 && stopped === null; place--) {
    const fair = Math.max(0, (timeout ?? Infinity) * UNIFORM_PART - seconds()) / (place + 1);
    if (await proved(everywhere(place), fair) !== true) continue;
    best = uniform = assignment(everywhere(place));
    start = place;
  }
  if (start !== null) {
    await refine(everywhere(start), sizes, (places) => proved(places, left() * PART), (places) => { best = assignment(places); });
  }
  onProgress?.({ candidate: null, best, tried: candidates.length, seconds: seconds() });
  const most = best === null ? Infinity : (best).totalBits;
  const open = candidates.filter(({ verdict, totalBits }) => verdict === 'unknown' && totalBits < most);
  return {
    schema: 'parabound/search@1',
    query: 'search-bits',
    property, format, minBits: ladder[0].bits, maxBits: ladder[ladder.length - 1].bits,
    ...(formats === undefined ? {} : { formats }),
    layers: widths.map(({ layer, parameters }) => ({ layer, parameters })),
    uniform, best, candidates,
    undecided: open.map(({ bits, quantize, totalBits }) => ({ bits, quantize, totalBits })),
    status: stopped ?? (open.length === 0 ? 'complete' : worstStatus(['stalled', ...open.map(({ status }) => status)])),
    ...provenance(model, statsOf(stats, startedAt, prepared.limits.threads), { notes, units: prepared.units }),
  };

  function seconds(): number {
    return (performance.now() - startedAt) / 1000;
  }

  function left(): number {
    return (timeout ?? Infinity) - seconds();
  }

  function assignment(places: readonly number[]): Assignment {
    const chosen = places.map((place) => ladder[place]);
    return { bits: chosen.map(({ bits }) => bits), quantize: formatsOf(widths, chosen), totalBits: totalOf(places, sizes) };
  }

  /** Undefined once the search is to end. */
  async function proved(places: readonly number[], part: number): Promise<boolean | undefined> {
    const candidate = assignment(places);
    const before = candidates.find(({ quantize }) => quantize === candidate.quantize);
    if (before !== undefined) return before.verdict === 'robust';
    stopped = query.signal?.aborted === true ? 'interrupted' : left() <= 0 ? 'timeout' : null;
    if (stopped !== null) return undefined;
    onProgress?.({ candidate: candidate.quantize, best, tried: candidates.length, seconds: seconds() });
    const from = seconds();
    const limit = timeout === undefined ? {} : { timeout: Math.min(left(), Math.max(part, 0.05)) };
    const result = await decide(model, property, { ...copy(candidate.quantize), ...limit }).catch(impossible);
    if (typeof result === 'string') {
      candidates.push({ ...candidate, verdict: 'none', reason: result, status: 'complete', bound: null, seconds: seconds() - from });
      return false;
    }
    stats.push(result.stats);
    notes.push(...result.notes.filter((note) => !notes.includes(note)));
    candidates.push({ ...candidate, verdict: result.verdict, status: result.status, bound: result.bound, seconds: seconds() - from });
    return result.verdict === 'robust';
  }
}

/** Why there is no copy in a format that does not hold the parameters. */
function impossible(error: unknown): string {
  if (error instanceof ParaboundError && error.code === 'QUANTIZATION_INVALID') return error.message;
  throw error;
}

/** From the smallest to the largest. */
function formatsToTry(own: Partial<Record<OptionName, unknown>>): { formats: string[] | undefined; format: Family | null; ladder: readonly FormatCandidate[] } {
  if (own.formats !== undefined) {
    const other = (['format', 'minBits', 'maxBits'] as const).find((name) => own[name] !== undefined);
    if (other !== undefined) throw new ParaboundError('OPTION_CONFLICT', `${optionNamed(other).flag} and --formats exclude each other`, 'the formats to try', 'one of them');
    const ladder = ofList(own.formats as string);
    return { formats: ladder.map(({ word }) => word), format: null, ladder };
  }
  const setting = <T>(name: 'format' | 'minBits' | 'maxBits'): T => (own[name] ?? optionNamed(name).default) as T;
  const [format, minBits, maxBits] = [setting<Family>('format'), setting<number>('minBits'), setting<number>('maxBits')];
  if (minBits > maxBits) throw new ParaboundError('OPTION_INVALID', `from ${minBits} to ${maxBits}`, '--min-bits, --max-bits', 'a least that is at most the largest');
  return { formats: undefined, format, ladder: Array.from({ length: maxBits - minBits + 1 }, (_, i) => ofFamily(format, minBits + i)) };
}

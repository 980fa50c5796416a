/**
 * Which inputs of the domain can flip: branch and bound over boxes of inputs, the largest first. A box is safe (no parameters of the
 * box change the label of any input in it), flippable (for every input of it some do), or it is halved.
 */
import type { Model } from '../network/model.js';
import { isNominalAlone } from '../query/box.js';
import { domainMissing } from '../query/domain.js';
import type { Query } from '../query/query.js';
import { provenance, statsOf, type Status } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { clamp } from '../query/units.js';
import { checkOption, optionNamed } from '../options.js';
import { FLIPPABLE, OPEN, SAFE, type JudgedBoxes, type NativeJudge } from '../search/judge.js';
import { checkLabelOptions, judgeOf, ownParameters, prepareLabels, type LabelOptions } from '../verdicts/question.js';
import { RegionFrontier, type OpenBox } from './frontier.js';
import { pictureOf } from './picture.js';
import { NO_BOUNDS, REGION_SCHEMA, type AreaName, type Part, type RegionBox, type RegionResult } from './result.js';
import { restAbove, restBelow, Volume } from './volume.js';

export interface RegionProgress extends Record<AreaName, Part> {
  boxes: number;
  seconds: number;
}

export type RegionOptions = LabelOptions & Pick<QueryOptions, 'domain' | 'maxBoxes' | 'notes'> & {
  /** Stop when at most this part of the domain is undecided. */
  resolution?: number;
  /** Boxes that the result lists. */
  boxes?: number;
  onProgress?: (progress: RegionProgress) => void;
};

/** Of boxes to examine; a picture needs far fewer. */
const MOST_BOXES = 1_000_000;
/** Open boxes may take this much memory. */
const FRONTIER_BYTES = 1 << 30;
const CHUNK = 256;
const CALL_MS = 30;
const PROGRESS_MS = 100;

/** The flip region of the domain: how much of it is proved safe, how much is proved to flip. Resolves on abort too, with what was proved by then. */
export async function flipRegion(model: Model, options: RegionOptions): Promise<RegionResult> {
  checkLabelOptions(options, ['domain', 'notes', 'maxBoxes', 'resolution', 'boxes', 'onProgress', 'pool'], 'options of a region');
  const { resolution, boxes, onProgress, ...rest } = options;
  for (const [name, value] of Object.entries({ resolution, boxes })) if (value !== undefined) checkOption(optionNamed(name as 'resolution'), value, name);
  if (model?.domain === null && rest.domain === undefined) throw domainMissing(model, NO_BOUNDS);
  const query = prepareLabels(model, rest);
  const search = new RegionSearch(query, await judgeOf(query), {
    resolution: resolution ?? (optionNamed('resolution').default as number), listed: boxes ?? (optionNamed('boxes').default as number), ...(onProgress === undefined ? {} : { onProgress }),
  });
  return search.run();
}

interface Settings {
  readonly resolution: number;
  readonly listed: number;
  readonly onProgress?: (progress: RegionProgress) => void;
}

interface Decided extends OpenBox {
  verdict: AreaName;
  nominal: number;
  by: { nominalLabel: number; copy: number }[];
}

class RegionSearch {
  readonly #query: Query;
  readonly #native: NativeJudge;
  readonly #settings: Settings;
  readonly #volume: Volume;
  readonly #frontier = new RegionFrontier();
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #startedAt = performance.now();
  readonly #sums = { safe: 0, flippable: 0 };
  readonly #counts: Record<AreaName, number> = { safe: 0, flippable: 0, undecided: 0 };
  readonly #decided: Decided[] = [];
  /** Boxes that cannot be split. */
  readonly #stuck: OpenBox[] = [];
  readonly #keepsAll: boolean;
  readonly #mostOpen: number;
  #boxes = 0;
  /** Boxes that the addon has, and that are on no list. */
  #away = 0;
  #reportedAt = 0;

  constructor(query: Query, native: NativeJudge, settings: Settings) {
    this.#query = query;
    this.#native = native;
    this.#settings = settings;
    this.#volume = new Volume(query.region.domain);
    this.#keepsAll = this.#volume.free.length === 2;
    this.#mostOpen = Math.floor(FRONTIER_BYTES / (8 * query.region.domain.length + 200));
  }

  async run(): Promise<RegionResult> {
    const { region: { domain }, engine, limits: { threads, timeoutMs }, options: { signal } } = this.#query;
    const halt = (): void => void Atomics.store(this.#stop, 0, 1);
    signal?.addEventListener('abort', halt);
    const timer = timeoutMs === undefined ? undefined : setTimeout(halt, Math.min(timeoutMs, 2 ** 31 - 1));
    const root = { ends: domain, part: 1 };
    // f_p = f_p0 for the only p there is.
    if (isNominalAlone(engine.network, engine.box)) this.#decide(root, 'safe', -1, []);
    else this.#frontier.push(root);
    const running = new Set<Promise<void>>();
    try {
      for (;;) {
        while (running.size < threads && this.#frontier.size > 0 && !this.#ended()) {
          const work: Promise<void> = this.#examine(this.#frontier.take(CHUNK)).finally(() => running.delete(work));
          running.add(work);
        }
        if (running.size === 0) break;
        await Promise.race(running);
        this.#report();
      }
    } finally {
      halt();
      clearTimeout(timer);
      signal?.removeEventListener('abort', halt);
      await Promise.allSettled(running);
    }
    return this.#result();
  }

  async #examine(chunk: OpenBox[]): Promise<void> {
    const { model } = this.#query;
    const size = this.#query.region.domain.length;
    const ends = new Float64Array(chunk.length * size);
    chunk.forEach((box, i) => { ends.set(box.ends, i * size); });
    this.#away += chunk.length;
    const judged = await this.#native.boxes(model.normalisation === null ? ends : clamp(ends, model.normalisation), CALL_MS, this.#stop);
    this.#away -= chunk.length;
    const by = changesOf(judged);
    chunk.forEach((box, i) => {
      if (i >= judged.verdict.length) return this.#frontier.push(box);
      this.#boxes++;
      if (judged.verdict[i] === SAFE) return this.#decide(box, 'safe', judged.nominal[i], []);
      if (judged.verdict[i] === FLIPPABLE) return this.#decide(box, 'flippable', judged.nominal[i], by.get(i)!);
      this.#split(box, judged.branch[i]);
    });
  }

  #decide(box: OpenBox, verdict: 'safe' | 'flippable', nominal: number, by: Decided['by']): void {
    this.#sums[verdict] += box.part;
    this.#counts[verdict]++;
    if (this.#keepsAll || this.#decided.length < this.#settings.listed) this.#decided.push({ ...box, verdict, nominal, by });
  }

  /** In the middle; first where the network is fed 0, which |x| has its kink at. */
  #split(box: OpenBox, branch: number): void {
    const [lo, hi] = branch < 0 ? [0, 0] : [box.ends[2 * branch], box.ends[2 * branch + 1]];
    const kink = this.#query.model.normalisation?.mean[branch] ?? 0;
    const middle = lo < kink && kink < hi ? kink : lo / 2 + hi / 2;
    if (!(lo < middle && middle < hi)) return void this.#stuck.push(box);
    for (const end of [1, 0]) {
      const ends = box.ends.slice();
      ends[2 * branch + end] = middle;
      this.#frontier.push({ ends, part: this.#volume.of(ends) });
    }
  }

  #ended(): boolean {
    const { limits: { timeoutMs = Infinity, maxBoxes = MOST_BOXES }, options: { signal } } = this.#query;
    return this.#parts().undecided.upper <= this.#settings.resolution || signal?.aborted === true || performance.now() - this.#startedAt >= timeoutMs
      || this.#boxes >= maxBoxes || this.#frontier.size > this.#mostOpen;
  }

  #parts(): Record<AreaName, Part> {
    const [safe, flippable] = (['safe', 'flippable'] as const).map((name) => this.#volume.enclose(this.#sums[name], this.#counts[name]));
    if (this.#frontier.size + this.#stuck.length + this.#away === 0) {
      // Nothing is left, so where there is but one kind it is everything.
      if (this.#counts.flippable === 0 && this.#counts.safe > 0) return { safe: { lower: 1, upper: 1 }, flippable: { lower: 0, upper: 0 }, undecided: { lower: 0, upper: 0 } };
      if (this.#counts.safe === 0 && this.#counts.flippable > 0) return { safe: { lower: 0, upper: 0 }, flippable: { lower: 1, upper: 1 }, undecided: { lower: 0, upper: 0 } };
    }
    return {
      safe: { lower: safe.lower, upper: restAbove(flippable.lower) },
      flippable: { lower: flippable.lower, upper: restAbove(safe.lower) },
      undecided: { lower: restBelow(safe.upper, flippable.upper), upper: restAbove(safe.lower, flippable.lower) },
    };
  }

  #report(): void {
    const now = performance.now();
    if (this.#settings.onProgress === undefined || now - this.#reportedAt < PROGRESS_MS) return;
    this.#reportedAt = now;
    this.#settings.onProgress({ ...this.#parts(), boxes: this.#boxes, seconds: (now - this.#startedAt) / 1000 });
  }

  #status(undecided: Part): Status {
    const { limits: { timeoutMs = Infinity }, options: { signal } } = this.#query;
    if (undecided.upper <= this.#settings.resolution) return 'complete';
    if (this.#frontier.size === 0) return 'stalled';
    if (signal?.aborted === true) return 'interrupted';
    return performance.now() - this.#startedAt >= timeoutMs ? 'timeout' : 'limit';
  }

  #result(): RegionResult {
    const query = this.#query;
    const parts = this.#parts();
    const { limits: { threads }, options, region: { domain }, box: { isCopy } } = query;
    const open = [...this.#stuck, ...this.#frontier.all()].map((box): Decided => ({ ...box, verdict: 'undecided', nominal: -1, by: [] }));
    const listed = [...this.#decided, ...open].sort((a, b) => b.part - a.part).slice(0, this.#settings.listed);
    const numbers = [...new Set(listed.flatMap(({ by }) => by.map(({ copy }) => copy)))];
    const place = new Map(numbers.map((copy, i) => [copy, i]));
    const copies = numbers.map((copy) => (isCopy ? null : Array.from(ownParameters(query, this.#native.copy(copy)))));
    return {
      schema: REGION_SCHEMA,
      query: 'region',
      ...parts,
      status: this.#status(parts.undecided),
      domain: Array.from({ length: domain.length / 2 }, (_, j): [number, number] => [domain[2 * j], domain[2 * j + 1]]),
      counts: { ...this.#counts, undecided: open.length },
      boxes: listed.map(({ ends, verdict, nominal, by }): RegionBox => ({
        verdict, lower: side(ends, 0), upper: side(ends, 1), nominalLabel: nominal < 0 ? null : nominal,
        ...(verdict !== 'flippable' || options.witness === 'none' ? {} : { by: by.map(({ nominalLabel, copy }) => ({ nominalLabel, copy: place.get(copy)! })) }),
      })),
      ...(options.witness === 'none' ? {} : { copies }),
      picture: this.#keepsAll ? pictureOf(query, this.#volume.free as [number, number], this.#decided) : null,
      ...provenance(query.model, statsOf([{ boxes: this.#boxes, threads }], this.#startedAt, threads), query),
    };
  }
}

function changesOf({ verdict, by }: JudgedBoxes): Map<number, Decided['by']> {
  const found = new Map<number, Decided['by']>();
  verdict.forEach((each, i) => { if (each !== OPEN) found.set(i, []); });
  for (let n = 0; n < by.length; n += 3) found.get(by[n])!.push({ nominalLabel: by[n + 1], copy: by[n + 2] });
  return found;
}

function side(ends: Float64Array, end: 0 | 1): number[] {
  return Array.from({ length: ends.length / 2 }, (_, j) => ends[2 * j + end]);
}

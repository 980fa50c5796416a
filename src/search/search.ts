/**
 * The coordinator of one search: it owns the frontier and the incumbent, hands chunks of boxes to slices of native branch and
 * bound, and takes back what is left of them. Every box is at any moment in exactly one place: the frontier, a running slice
 * (which has a copy here until it returns), or the stalled ones. So a worker that dies loses nothing.
 */
import { addon } from '../native.js';
import type { NativeWitness } from './native.js';
import type { Leaf, Left, SearchOutcome, SearchRequest } from './request.js';
import { SHARE, UPPER, ENDS, type NativeFrontier, type NativeProblem, type ProblemSpec, type Records, type Slice, type SliceLimits } from './native.js';
import { Pace } from './pace.js';
import { defaultPool, WorkerPool } from './pool.js';
import { flipsExactly } from './exact.js';
import { sharedArray, sharedSpec } from './shared.js';

/** Long enough that most queries end in it, short enough to be worth waiting before threads are started. */
const FIRST_SLICE_MS = 60;
const SLICE_MS = 30;
/** While there are few boxes to share out, slices are short, so that idle threads get some soon; and young searches have short ones, of so
 * many parts of their time: a slice knows no other boxes than its own, which are soon not the loosest any more. */
const SHORT_SLICE_MS = 4;
const YOUNG = 16;
/** Boxes handed out at once, at most and at least: every one of them is copied there and back. */
const CHUNK = 512;
const LEAST_CHUNK = 16;
/** The frontier may take this much memory; beyond it the search goes depth first and the frontier stops growing. */
const FRONTIER_BYTES = 1 << 30;
const PROGRESS_MS = 100;
/** After this many dead workers a query goes on without a pool. */
const MOST_DEATHS = 5;
const MOST_UNDECIDED = 8;
const MOST_DOUBLINGS = 64;
/** Exact arithmetic runs on this thread, so a query gets only so much of it. */
const MOST_CANDIDATES = 32;

let problems = 0;

/** Maximises the objective over the domain and the parameter box. Resolves on abort too, with what was proved by then. */
export function search(request: SearchRequest): Promise<SearchOutcome> {
  return new Search(request).run();
}

class Search {
  readonly #request: SearchRequest;
  readonly #startedAt = performance.now();
  readonly #key = ++problems;
  readonly #spec: ProblemSpec;
  readonly #problem: NativeProblem;
  readonly #frontier: NativeFrontier;
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  /** The incumbent, for the slices to read. Written here alone, once its witness is here too. */
  readonly #shared = new Float64Array(new SharedArrayBuffer(8)).fill(-Infinity);
  readonly #mostOpen: number;
  readonly #pace = new Pace();
  readonly #running = new Set<{ open: Records; upper: number; share: number }>();
  #witness: NativeWitness | null = null;
  #incumbent = -Infinity;
  #closed = -Infinity;
  #boxes = 0;
  #stalled: { upper: number; share: number; row: Float64Array }[] = [];
  #chunk = CHUNK;
  #deaths = 0;
  #reportedAt = 0;
  #candidates = MOST_CANDIDATES;
  #threadsUsed = 1;

  constructor(request: SearchRequest) {
    this.#request = request;
    this.#spec = sharedSpec(request);
    this.#problem = new (addon().Problem)(this.#spec);
    this.#frontier = new (addon().Frontier)(this.#problem.recordSize);
    this.#mostOpen = request.mostOpen ?? Math.floor(FRONTIER_BYTES / (this.#problem.recordSize * 8 + 64));
  }

  async run(): Promise<SearchOutcome> {
    const { signal, domain, seed } = this.#request;
    const halt = (): void => void Atomics.store(this.#stop, 0, 1);
    signal?.addEventListener('abort', halt);
    try {
      this.#absorb(await this.#problem.start(domain, seed, this.#limits(FIRST_SLICE_MS), this.#stop));
      if (this.#problem.anchor.length > 0) this.#spec.anchor = sharedArray(this.#problem.anchor);
      const pool = this.#pool();
      this.#threadsUsed = this.#frontier.size === 0 ? 1 : this.#threads(pool);
      await this.#farm(pool);
    } finally {
      signal?.removeEventListener('abort', halt);
    }
    return this.#outcome();
  }

  /** Keeps as many slices running as there are threads, until the search has ended and the last has come back. */
  #farm(pool: WorkerPool | null): Promise<void> {
    return new Promise((resolve, reject) => {
      let failed = false;
      const turn = (): void => {
        if (failed) return;
        const open = !this.#ended();
        while (open && this.#running.size < this.#threads(pool) && this.#frontier.size > 0) launch();
        if (this.#running.size === 0) resolve();
      };
      const launch = (): void => {
        const chunk = this.#take();
        this.#running.add(chunk);
        this.#slice(pool, chunk.open).then(
          (slice) => {
            this.#running.delete(chunk);
            this.#suit(slice);
            this.#absorb(slice);
            this.#report();
            turn();
          },
          (error: unknown) => {
            this.#running.delete(chunk);
            this.#frontier.push(chunk.open);
            if (pool === null) {
              failed = true;
              reject(error instanceof Error ? error : new Error(String(error)));
              return;
            }
            this.#deaths++;
            turn();
          },
        );
      };
      turn();
    });
  }

  #slice(pool: WorkerPool | null, open: Records): Promise<Slice> {
    const few = this.#frontier.size < 64 * this.#threadsUsed && this.#threadsUsed > 1;
    const limits = this.#limits(few ? SHORT_SLICE_MS : Math.min(SLICE_MS, Math.max(SHORT_SLICE_MS, this.#elapsed() / YOUNG)));
    const { domain } = this.#request;
    if (pool === null || this.#deaths > MOST_DEATHS) {
      return this.#problem.slice(open, domain, this.#incumbent, this.#shared, this.#stop, limits);
    }
    return pool.run({ key: this.#key, spec: this.#spec, open, domain, incumbent: this.#incumbent, shared: this.#shared, stop: this.#stop, limits });
  }

  /** One thread needs no pool; libuv's threads do. */
  #pool(): WorkerPool | null {
    const { pool, threads } = this.#request;
    if (pool instanceof WorkerPool) return pool;
    return threads > 1 ? defaultPool() : null;
  }

  #threads(pool: WorkerPool | null): number {
    return Math.min(this.#request.threads, pool?.threads ?? 1);
  }

  /** A fair part of the frontier; above its limit, boxes that can be closed soonest. */
  #take(): { open: Records; upper: number; share: number } {
    const size = this.#frontier.size;
    const open = this.#frontier.take(Math.max(1, Math.min(this.#chunk, Math.ceil(size / this.#threadsUsed))), this.#tooMany());
    let upper = -Infinity;
    let share = 0;
    for (const row of rows(open, this.#problem.recordSize)) {
      upper = Math.max(upper, row[UPPER]);
      share += row[SHARE];
    }
    return { open, upper, share };
  }

  /** Half as many boxes as a slice bounds are what it splits, at most: enough that it does not run out, and no other slice lacks them. */
  #suit({ boxes, open }: Slice): void {
    this.#chunk = Math.max(LEAST_CHUNK, Math.min(CHUNK, open.length === 0 ? 2 * this.#chunk : Math.ceil(boxes / 2)));
  }

  #tooMany(): boolean {
    const { mostOpen = Infinity } = this.#request;
    return this.#frontier.bytes > FRONTIER_BYTES || this.#frontier.size > mostOpen;
  }

  #limits(milliseconds: number): SliceLimits {
    const { timeoutMs, maxBoxes } = this.#request;
    return {
      ...this.#goal(),
      milliseconds: timeoutMs === undefined ? milliseconds : Math.max(0, Math.min(milliseconds, timeoutMs - this.#elapsed())),
      ...(timeoutMs === undefined ? {} : { giveUp: Math.max(0, timeoutMs - this.#elapsed()) }),
      ...(maxBoxes === undefined ? {} : { boxes: Math.max(1, Math.ceil((maxBoxes - this.#boxes) / this.#threadsUsed)) }),
      bounded: Math.max(1, this.#boxes / this.#threadsUsed),
      doublings: this.#doublings(),
      depthFirst: this.#tooMany(),
      mostOpen: this.#mostOpen,
    };
  }

  #goal(): Pick<SliceLimits, 'gap' | 'relativeGap' | 'target'> {
    const { gap, relativeGap } = this.#request;
    const target = this.#target();
    return { gap, relativeGap, ...(target === undefined ? {} : { target }) };
  }

  /** How often the boxes bounded so far are still to double, before what the search may use is used up or its bound is where it may end. */
  #doublings(): number {
    const { timeoutMs = Infinity, maxBoxes = Infinity } = this.#request;
    const spent = Math.max(Math.max(1, this.#boxes) / maxBoxes, this.#elapsed() / timeoutMs);
    // A bound for so many boxes uses all of them. A claim may be proved long before, and a time is a precaution: there it takes a pace to tell.
    const used = maxBoxes < Infinity && this.#target() === undefined;
    const toGoal = this.#pace.doublings(this.#upper(), this.#threshold()) ?? (used ? MOST_DOUBLINGS : 0);
    return Math.max(0, Math.min(MOST_DOUBLINGS, toGoal, -Math.log2(spent)));
  }

  /** A margin of exactly sigma already violates, so for sigma the target is the double below. */
  #target(): number | undefined {
    const { target, objective } = this.#request;
    if (objective.query === 'reach') return 0;
    if (target === undefined || objective.query !== 'sigma') return target;
    return below(target);
  }

  #absorb(slice: Slice): void {
    this.#frontier.push(slice.open);
    this.#boxes += slice.boxes;
    this.#closed = Math.max(this.#closed, slice.closed);
    if (slice.witness !== null) this.#raise(slice.witness);
    for (const candidate of slice.candidates) {
      if (candidate.value > this.#incumbent && this.#candidates-- > 0 && flipsExactly(this.#request, candidate)) this.#raise(candidate);
    }
    if (slice.stalled.length > 0 && this.#stalled.length === 0) this.#request.onStalled?.();
    for (const row of rows(slice.stalled, this.#problem.recordSize)) {
      this.#stalled.push({ upper: row[UPPER], share: row[SHARE], row: row.slice(ENDS) });
    }
    const threshold = this.#threshold();
    this.#closed = Math.max(this.#closed, this.#frontier.close(threshold));
    this.#stalled = this.#stalled.filter(({ upper }) => {
      if (upper > threshold) return true;
      this.#closed = Math.max(this.#closed, upper);
      return false;
    });
    this.#pace.note(this.#boxes, this.#upper());
  }

  #raise(witness: NativeWitness): void {
    if (!(witness.value > this.#incumbent)) return;
    this.#witness = witness;
    this.#incumbent = witness.value;
    this.#shared[0] = this.#incumbent;
  }

  #threshold(): number {
    return addon().closingThreshold({ ...this.#goal(), milliseconds: 0, depthFirst: false, mostOpen: 0 }, this.#incumbent);
  }

  #elapsed(): number {
    return performance.now() - this.#startedAt;
  }

  #reached(): boolean {
    const target = this.#target();
    return target !== undefined && this.#incumbent > target;
  }

  /** No more slices are to be started. */
  #ended(): boolean {
    const { timeoutMs = Infinity, maxBoxes = Infinity, signal } = this.#request;
    if (this.#reached()) Atomics.store(this.#stop, 0, 1);
    return this.#reached() || signal?.aborted === true || this.#elapsed() >= timeoutMs || this.#boxes >= maxBoxes;
  }

  #status(): SearchOutcome['status'] {
    const { timeoutMs = Infinity, signal } = this.#request;
    if (this.#reached()) return 'complete';
    if (this.#frontier.size === 0) return this.#stalled.length === 0 ? 'complete' : 'stalled';
    if (signal?.aborted === true) return 'interrupted';
    return this.#elapsed() >= timeoutMs ? 'timeout' : 'limit';
  }

  #upper(): number {
    const running = [...this.#running].map((chunk) => chunk.upper);
    return Math.max(this.#lower(), this.#closed, this.#frontier.largest, ...running, this.#stalled.reduce((most, box) => Math.max(most, box.upper), -Infinity));
  }

  #lower(): number {
    return Math.max(0, this.#incumbent);
  }

  #share(): number {
    let share = this.#frontier.share;
    for (const chunk of this.#running) share += chunk.share;
    for (const box of this.#stalled) share += box.share;
    return Math.min(1, Math.max(0, share));
  }

  #report(): void {
    const { onProgress } = this.#request;
    const now = performance.now();
    if (onProgress === undefined || now - this.#reportedAt < PROGRESS_MS) return;
    this.#reportedAt = now;
    onProgress({ lower: this.#lower(), upper: this.#upper(), boxes: this.#boxes, open: this.#frontier.size, seconds: this.#elapsed() / 1000 });
  }

  /** One end of each input of a box; softmax confidences have hidden units as further variables. */
  #inputsOf(ends: Float64Array, offset: 0 | 1): number[] {
    return Array.from({ length: this.#request.network.inputs }, (_, j) => ends[2 * j + offset]);
  }

  /** Where only boxes are left that were asked for; the open ones leave the frontier, so this comes last. */
  #left(): Left | undefined {
    const { keep } = this.#request;
    const open = this.#frontier.size;
    if (keep === undefined || open + this.#stalled.length === 0 || (keep === 'stalled' && open > 0)) return undefined;
    const leaves: Leaf[] = this.#stalled.map(({ upper, share, row }) => ({ upper, share, ends: row.slice(0, 2 * this.#request.network.inputs) }));
    for (const row of rows(this.#frontier.take(open, false), this.#problem.recordSize)) {
      leaves.push({ upper: row[UPPER], share: row[SHARE], ends: row.slice(ENDS, ENDS + 2 * this.#request.network.inputs) });
    }
    return { leaves, closed: this.#closed };
  }

  #outcome(): SearchOutcome {
    const status = this.#status();
    const done = status === 'complete';
    const outcome: SearchOutcome = {
      lower: this.#lower(),
      upper: this.#upper(),
      status,
      // No value is below 0, so boxes that were all closed below it were empty.
      nothing: done && this.#witness === null && this.#closed < 0,
      witness: this.#witness,
      boxes: this.#boxes,
      seconds: this.#elapsed() / 1000,
      threads: this.#threadsUsed,
      remaining: done ? { boxes: 0, volumeFraction: 0 } : { boxes: this.#frontier.size + this.#stalled.length, volumeFraction: this.#share() },
      undecided: this.#stalled.slice(0, MOST_UNDECIDED).map(({ row }) => ({ lower: this.#inputsOf(row, 0), upper: this.#inputsOf(row, 1) })),
    };
    const left = done ? undefined : this.#left();
    return left === undefined ? outcome : { ...outcome, left };
  }
}

function* rows(records: Records, size: number): Generator<Float64Array> {
  for (let at = 0; at + size <= records.length; at += size) yield records.subarray(at, at + size);
}

/** The largest double below x, for x >= 0. */
function below(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([x]).buffer);
  bits[0] -= 1n;
  return new Float64Array(bits.buffer)[0];
}

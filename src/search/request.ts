import type { NetworkSpec } from '../network/model.js';
import type { BoxSpec, NativeWitness, Objective, ScalingSpec } from './native.js';
import type { WorkerPool } from './pool.js';

export interface Progress {
  lower: number;
  upper: number;
  boxes: number;
  open: number;
  seconds: number;
  /** The search is over, and its certificate is being made: boxes are those of its tree, `upper` is what it proves by now. */
  phase?: 'certificate';
}

export interface SearchRequest {
  network: NetworkSpec;
  box: BoxSpec;
  objective: Objective;
  /** lo0, hi0, lo1, hi1, ...; lo = hi for a local query. */
  domain: Float64Array;
  /** The domain is that of the inputs after scaling; witnesses have them before. */
  scaling?: ScalingSpec;
  /** Where network and box hold units that do not count (network/padding.ts): the two networks as they are. */
  unpadded?: { nominal: NetworkSpec; perturbed: NetworkSpec; parameters: (padded: Float64Array) => Float64Array };
  gap: number;
  relativeGap: number;
  /** verify: stop once lower > target or upper <= target (sigma: lower >= target violates). */
  target?: number;
  timeoutMs?: number;
  maxBoxes?: number;
  threads: number;
  seed: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  pool?: WorkerPool;
  /** Open boxes beyond which the search goes depth first, so that they grow no more; by default what fits in 1 GiB. */
  mostOpen?: number;
  /** Boxes that the outcome is to hold: those that stalled, or the open ones too. */
  keep?: 'stalled' | 'all';
  /** Called once, when the first box stalls. */
  onStalled?: () => void;
}

/** A box of inputs that was not settled: no value in it is above `upper`. */
export interface Leaf {
  upper: number;
  /** Its part of the domain. */
  share: number;
  /** lo0, hi0, ... */
  ends: Float64Array;
}

/** What a search left. The value anywhere else is at most `closed`. */
export interface Left {
  leaves: Leaf[];
  closed: number;
}

export interface SearchOutcome {
  lower: number;
  upper: number;
  status: 'complete' | 'timeout' | 'limit' | 'interrupted' | 'stalled';
  /** Proved: no input and parameters of the boxes count at all (sigma: nothing flips). */
  nothing: boolean;
  witness: NativeWitness | null;
  boxes: number;
  seconds: number;
  threads: number;
  remaining: { boxes: number; volumeFraction: number };
  undecided: { lower: number[]; upper: number[] }[];
  /** With `keep`, where boxes of that kind are left, and no others. */
  left?: Left;
  smt?: SmtStats;
}

/** Leaves that went to Z3; it closed some, some it refuted with a witness that was then proved, and gave up on the rest. */
export interface SmtStats {
  asked: number;
  closed: number;
  refuted: number;
  gaveUp: number;
  seconds: number;
}

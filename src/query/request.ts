import type { Decision, NetworkSpec } from '../network/model.js';
import type { WorkerPool } from '../search/pool.js';

/** The exact real box of the parameters; every array flat, in the order of the model, of exact doubles. */
export type BoxSpec =
  /** |p - center| <= radius; a radius of 0 freezes the parameter. */
  | { kind: 'radius'; center: Float64Array; radius: Float64Array }
  /** |p - center| <= ratio * |center|, the real product, where mask is 1; fixed elsewhere. */
  | { kind: 'relative'; center: Float64Array; ratio: number; mask: Uint8Array }
  | { kind: 'bounds'; lower: Float64Array; upper: Float64Array };

export type Measure = 'confidence' | 'logit';

export type Objective =
  /** max |f_p0 - f_p| over those outputs (Eqs. 11, 12). */
  | { query: 'epsilon'; outputs: number[]; measure: Measure }
  /** The largest margin of an input of nominal class `label` whose label some p changes (Eq. 13). */
  | { query: 'sigma'; label: number; measure: Measure; level: number; decision: Decision }
  /** Has some input of the domain this nominal label? */
  | { query: 'reach'; label: number; level: number; decision: Decision };

export interface Progress {
  lower: number;
  upper: number;
  boxes: number;
  open: number;
  seconds: number;
}

export interface SearchRequest {
  network: NetworkSpec;
  box: BoxSpec;
  objective: Objective;
  /** lo0, hi0, lo1, hi1, ...; lo = hi for a local query. */
  domain: Float64Array;
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
}

export interface NativeWitness {
  input: Float64Array;
  parameters: Float64Array;
  value: number;
  output: number;
  nominalLabel: number;
  label: number;
}

export interface SearchOutcome {
  lower: number;
  upper: number;
  status: 'complete' | 'timeout' | 'limit' | 'interrupted' | 'stalled';
  witness: NativeWitness | null;
  boxes: number;
  seconds: number;
  threads: number;
  remaining: { boxes: number; volumeFraction: number };
  undecided: { lower: number[]; upper: number[] }[];
}

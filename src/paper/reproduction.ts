/** What a reproduction holds: the object that results.json is, and that table, findings, figures and page are made from. */

import type { Status, Witness } from '../query/result.js';
import type { PaperNetwork } from './paper.js';

/** A proved enclosure: `lower` is attained by the witness, `upper` is proved; Infinity where nothing is. */
export interface Bound {
  lower: number;
  upper: number;
  status: Status;
  /** Null where nothing flips. */
  witness: Witness | null;
}

/** Eq. 8 at one input: red, green, or (an exact tie, or a run cut short) not decided. */
export type Flip = 'flippable' | 'safe' | 'undecided';

export interface PointResults {
  /** Eq. 11 at each input. */
  epsilon: { lower: number[]; upper: number[] };
  flip: Flip[];
}

export interface DeltaResults {
  delta: number;
  /** Eq. 12. */
  epsilon: Bound;
  /** Eq. 13 for the nominal classes of labels 0 and 1. */
  sigma: [Bound, Bound];
  /** In the order of NetworkResults.points; null if the run was cut short before. */
  points: PointResults | null;
}

export interface NetworkResults {
  network: PaperNetwork;
  model: { hash: string; inputs: string[]; domain: number[]; labels: string[]; level: number };
  /** The random inputs of the figures, the same for both deltas. */
  points: number[][];
  deltas: DeltaResults[];
}

export interface Reproduction {
  schema: 'parabound/reproduction@1';
  version: string;
  semantics: string;
  /** 'interrupted': some of the numbers are missing or less tight than they would have been. */
  status: 'complete' | 'interrupted';
  seconds: number;
  gap: number;
  seed: number;
  networks: NetworkResults[];
}

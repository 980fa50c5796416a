import type { Decision, NetworkSpec } from '../network/model.js';

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

export interface NativeWitness {
  input: Float64Array;
  parameters: Float64Array;
  value: number;
  output: number;
  nominalLabel: number;
  label: number;
  /** Of a run of a device (query/attained.ts): the last layer's sums, that have `label`. */
  sums?: number[];
}

/** Boxes are of (x - mean) / range, witnesses of x in [lower, upper] (native/network/scaling.hpp). One entry an input. */
export interface ScalingSpec {
  mean: Float64Array;
  range: Float64Array;
  lower: Float64Array;
  upper: Float64Array;
}

/** A query as the addon takes it (native/napi/search.cpp). */
export interface ProblemSpec {
  network: NetworkSpec;
  box: BoxSpec;
  objective: Objective;
  /** How many inputs the domain leaves free; 0 unless said. */
  freeInputs?: number;
  scaling?: ScalingSpec;
  /** NativeProblem.anchor of the same problem. */
  anchor?: Float64Array;
}

/** What ends a slice, and what a box must exceed to matter (native/search/branch_and_bound.hpp). */
export interface SliceLimits {
  gap: number;
  relativeGap: number;
  /** Boxes with a bound of at most this are done, and a witness above it ends the search. */
  target?: number;
  milliseconds: number;
  /** Until the whole search has to end: a box of a large network is interrupted then. */
  giveUp?: number;
  boxes?: number;
  /** How many boxes the search has bounded, for each thread, and how often they are expected to double before it ends. */
  bounded?: number;
  doublings?: number;
  /** The boxes nearest to being closed first: the frontier stops growing. */
  depthFirst: boolean;
  /** Beyond this many open boxes a slice goes depth first by itself. */
  mostOpen: number;
}

/** Rows of `recordSize` doubles: bound, share of the volume, subproblem, what to split, then lo, hi of each variable, then what else the box stands for. */
export type Records = Float64Array;

export interface Slice {
  open: Records;
  /** Boxes whose bound no split can lower. */
  stalled: Records;
  /** The largest bound among the boxes that were closed; -Infinity if none. */
  closed: number;
  boxes: number;
  /** The best found, where it beats the incumbent given. */
  witness: NativeWitness | null;
  /** Inputs and parameters where intervals cannot tell whether the label flips: a tie, to rounding. */
  candidates: NativeWitness[];
}

export interface NativeProblem {
  readonly variables: number;
  /** What `start` found that holds for all boxes, for other threads' ProblemSpec; may be empty. */
  readonly anchor: Float64Array;
  /** Doubles a record. */
  readonly recordSize: number;
  /** The bound at a point is the value there: no parameter is lost (no or one hidden layer). */
  readonly exact: boolean;
  /** Bounds the root, looks for a first incumbent, then works as a slice does. */
  start(domain: Float64Array, seed: number, limits: SliceLimits, stop: Int32Array): Promise<Slice>;
  /** A slice on libuv's thread pool. `shared[0]` is everybody's incumbent; a nonzero `stop[0]` ends it. */
  slice(open: Records, domain: Float64Array, incumbent: number, shared: Float64Array, stop: Int32Array, limits: SliceLimits): Promise<Slice>;
  /** The same on the calling thread: for workers. */
  sliceHere(open: Records, domain: Float64Array, incumbent: number, shared: Float64Array, stop: Int32Array, limits: SliceLimits): Slice;
  /** Bounds at each row of `inputs`, before scaling; fewer rows come back than went in if it was stopped. */
  localEpsilon(inputs: Float64Array, stop: Int32Array): Promise<{ lower: Float64Array; upper: Float64Array; done: number }>;
}

/** The open boxes, ordered by their bound (native/search/frontier.hpp). */
export interface NativeFrontier {
  readonly size: number;
  /** The largest bound; -Infinity if empty. */
  readonly largest: number;
  /** The open boxes' share of the root's volume. */
  readonly share: number;
  /** What they take of memory, about. */
  readonly bytes: number;
  push(records: Records): void;
  /** Moves up to `count` boxes out: those of the largest bounds, or of the smallest. */
  take(count: number, smallest: boolean): Records;
  /** Drops the boxes with a bound of at most `threshold`; returns the largest bound dropped, -Infinity if none. */
  close(threshold: number): number;
}

export interface NativeSearch {
  Problem: new (spec: ProblemSpec) => NativeProblem;
  /** Of records of that size. */
  Frontier: new (recordSize: number) => NativeFrontier;
  closingThreshold(limits: SliceLimits, incumbent: number): number;
}

/** One slice of one problem, as a worker gets it. */
export interface Task {
  /** Names the problem, so that a worker builds it once. */
  key: number;
  spec: ProblemSpec;
  open: Records;
  domain: Float64Array;
  incumbent: number;
  shared: Float64Array;
  stop: Int32Array;
  limits: SliceLimits;
  /** Where the worker writes its thread's id when it starts, 0 before. */
  started: Int32Array;
}

export const UPPER = 0;
export const SHARE = 1;
export const ENDS = 4;

/** Whether labels can change, at inputs and all over boxes of inputs: native/search/judge.hpp, as the addon has it. */
import type { Decision, NetworkSpec } from '../network/model.js';
import type { BoxSpec, ScalingSpec } from './native.js';

export interface JudgeSpec {
  network: NetworkSpec;
  box: BoxSpec;
  level: number;
  decision: Decision;
  /** Its limits have no part: what is judged lies within them. */
  scaling?: ScalingSpec;
}

export const OPEN = 0;
export const SAFE = 1;
export const FLIPPABLE = 2;

/** An entry for each row that was judged, in order; fewer than were given where the time was over. */
export interface JudgedPoints {
  verdict: Int32Array;
  /** Proved labels; -1 where intervals cannot tell. */
  nominal: Int32Array;
  label: Int32Array;
  /** An entry for each parameter vector: whose it is, and the nominal label that it changes, or (open) may change. */
  row: Int32Array;
  from: Int32Array;
  parameters: Float64Array;
}

export interface JudgedBoxes {
  verdict: Int32Array;
  /** Of every input of the box; -1 where it may hold several. */
  nominal: Int32Array;
  /** The input to split; -1 if none can be. */
  branch: Int32Array;
  /** Flippable: triples of the box, a nominal label that it may hold, and the copy that changes it everywhere. */
  by: Int32Array;
}

export interface NativeJudge {
  /** Of the copies that boxes were proved by. */
  readonly copies: number;
  copy(number: number): Float64Array;
  /** Rows of inputs, on libuv's thread pool; at least one unless `stop[0]` is not 0. */
  points(rows: Float64Array, milliseconds: number, witnesses: boolean, stop: Int32Array): Promise<JudgedPoints>;
  /** Boxes lo0, hi0, lo1, ..., likewise. */
  boxes(ends: Float64Array, milliseconds: number, stop: Int32Array): Promise<JudgedBoxes>;
}

export interface NativeJudging {
  Judge: new (spec: JudgeSpec) => NativeJudge;
}

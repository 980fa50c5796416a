import { setImmediate } from 'node:timers/promises';
import type { Model } from '../network/model.js';
import { estimateEpsilonBatch } from '../query/batch.js';
import { estimateEpsilon } from '../query/epsilon.js';
import { estimateSigma, verifyLabel } from '../query/sigma.js';
import type { Bound, DeltaResults, Flip, PointResults } from './reproduction.js';

/** What every query of a reproduction shares. */
export interface Run {
  gap: number;
  threads?: number;
  signal?: AbortSignal;
}

/** Eqs. 12 and 13 over the model's domain. An abort leaves what was proved by then. */
export async function globalResults(model: Model, delta: number, run: Run): Promise<DeltaResults> {
  const epsilon = await estimateEpsilon(model, { ...run, delta });
  const { classes } = await estimateSigma(model, { ...run, delta });
  const bound = ({ lower, upper, status, witness }: { [K in keyof Bound]?: Bound[K] }): Bound => ({ lower: lower!, upper: upper!, status: status!, witness: witness ?? null });
  return { delta, epsilon: bound(epsilon), sigma: [bound(classes[0]), bound(classes[1])], points: null };
}

/** Points between two looks at the event loop, so that an abort is heard. */
const SLICE = 50;

/** Eqs. 11 and 8 at every input; null after an abort. */
export async function pointResults(model: Model, inputs: number[][], delta: number, run: Run, onPoint: () => void): Promise<PointResults | null> {
  const { lower, upper } = await estimateEpsilonBatch(model, inputs, { ...run, delta });
  const flip: Flip[] = [];
  for (const [i, at] of inputs.entries()) {
    if (i % SLICE === 0) await setImmediate();
    if (run.signal?.aborted === true) return null;
    const { verdict } = await verifyLabel(model, { delta, at, threads: 1, witness: 'none' });
    flip.push(FLIPS[verdict]);
    onPoint();
  }
  return { epsilon: { lower: Array.from(lower), upper: Array.from(upper) }, flip };
}

const FLIPS: Record<'robust' | 'violated' | 'unknown', Flip> = { robust: 'safe', violated: 'flippable', unknown: 'undecided' };

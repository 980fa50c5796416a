/** Local epsilon (Eq. 11) at rows of inputs: bounds by the addon, many at once, and searches where these are wider than the gap. */
import type { NativeProblem } from '../search/native.js';
import { estimateEpsilon } from './epsilon.js';
import type { Query } from './query.js';
import type { Stats, Status } from './result.js';
import type { QueryOptions } from './settings.js';
import { clamp } from './units.js';

/** Rows that go to the addon in one call: some milliseconds each, and enough calls to keep every thread busy. */
const ROWS = 512;

export interface Columns {
  lower: Float64Array;
  upper: Float64Array;
  /** 1 where a row was looked at; the others are [0, Infinity]. */
  looked: Uint8Array;
  threads: number;
}

/** With at most one hidden layer the problem is `exact`: no search could narrow what it gives. A `stop` that is not zero ends `bound`. */
export async function localBounds(query: Query): Promise<{ problem: NativeProblem; bound: (rows: Float64Array, stop: Int32Array) => Promise<Columns> }> {
  const [{ addon }, { sharedSpec }] = await Promise.all([import('../native.js'), import('../search/shared.js')]);
  const { model, limits, engine: { network, box } } = query;
  const { normalisation } = model;
  const problem = new (addon().Problem)(sharedSpec({
    ...(normalisation === null ? {} : { scaling: { ...normalisation } }), // each row is its own box
    network, box, objective: { query: 'epsilon', outputs: query.outputs, measure: query.measure },
  }));

  async function bound(rows: Float64Array, stop: Int32Array): Promise<Columns> {
    const width = model.inputCount;
    const count = rows.length / width;
    const threads = Math.max(1, Math.min(limits.threads, Math.ceil(count / ROWS)));
    const columns = { lower: new Float64Array(count), upper: new Float64Array(count).fill(Infinity), looked: new Uint8Array(count), threads };
    let next = 0;
    async function lane(): Promise<void> {
      while (next < count && stop[0] === 0) {
        const first = next;
        next += ROWS;
        const inputs = rows.subarray(first * width, next * width);
        const part = await problem.localEpsilon(normalisation === null ? inputs : clamp(inputs, normalisation, 1), stop);
        columns.lower.set(part.lower, first);
        columns.upper.set(part.upper, first);
        columns.looked.fill(1, first, first + part.done);
      }
    }
    await Promise.all(Array.from({ length: threads }, lane));
    return columns;
  }
  return { problem, bound };
}

/** What one row may take, when `left` of them are still to come. */
export type Share = (left: number) => { timeoutMs?: number; maxBoxes?: number };

/** Searches the rows that are wider than the gap, one after the other, and gives the status of each of them. */
export async function narrow(query: Query, rows: Float64Array, { lower, upper }: Columns, share: Share, searched: (stats: Stats) => void): Promise<Map<number, Status>> {
  const { given, model, options } = query;
  const width = model.inputCount;
  const wide = [...lower.keys()].filter((i) => !isNarrow(query, lower[i], upper[i]));
  const statuses = new Map<number, Status>();
  for (const [n, i] of wide.entries()) {
    const { timeoutMs, maxBoxes } = share(wide.length - n);
    if (options.signal?.aborted === true || timeoutMs === 0) {
      for (const left of wide.slice(n)) statuses.set(left, stopped(options));
      break;
    }
    const result = await estimateEpsilon(given, {
      ...options, at: rows.slice(i * width, (i + 1) * width), witness: 'none',
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs / 1000 }), ...(maxBoxes === undefined ? {} : { maxBoxes }),
    });
    searched(result.stats);
    lower[i] = Math.max(lower[i], result.lower);
    upper[i] = Math.min(upper[i], result.upper);
    statuses.set(i, result.status);
  }
  return statuses;
}

export function isNarrow({ limits: { gap, relativeGap } }: Query, lower: number, upper: number): boolean {
  return upper - lower <= Math.max(gap, relativeGap * upper);
}

export function stopped({ signal }: Pick<QueryOptions, 'signal'>): Status {
  return signal?.aborted === true ? 'interrupted' : 'timeout';
}

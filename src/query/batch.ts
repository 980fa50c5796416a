import { ParaboundError, show } from '../errors.js';
import type { Model } from '../network/model.js';
import type { NativeProblem } from '../search/native.js';
import { checkHeaders } from './against.js';
import { checkInput } from './domain.js';
import { estimateEpsilon } from './epsilon.js';
import { Budget, prepare, type Query } from './query.js';
import { provenance, statsOf, worstStatus, type Provenance, type Status, type Witness } from './result.js';
import type { QueryOptions } from './settings.js';
import { clamp } from './units.js';

/** Options of many local queries: the inputs stand apart, and time is for all of them together. */
export type BatchOptions = Omit<QueryOptions, 'at' | 'domain' | 'witness' | 'certificate' | 'certificateTimeout' | 'onProgress'>;

/** Local epsilon at each input, in columns: entry i of `lower` and `upper` encloses it at input i. */
export interface EpsilonBatch extends Provenance {
  schema: 'parabound/batch@1';
  query: 'epsilon';
  lower: Float64Array;
  upper: Float64Array;
  /** Of the worst entry. An entry that an abort or a timeout kept from being looked at is [0, Infinity]. */
  status: Status;
  /** The point that attains an entry's lower end: its query is asked again, with a witness. */
  witness(index: number): Promise<Witness | null>;
}

export interface LocalEpsilon {
  input: Float64Array;
  lower: number;
  upper: number;
}

/** Rows that go to the addon in one call: some milliseconds each, and enough calls to keep every thread busy. */
const ROWS = 512;
/** Rows that a stream gathers before it asks. */
const STREAM_ROWS = 2048;

/**
 * Eq. 11 at many inputs. With at most one hidden layer no query needs a search, and no object is made per input; deeper
 * networks are searched where the bound at the input is wider than the gap. `inputs` is a list of inputs, or all of them flat.
 */
export async function estimateEpsilonBatch(model: Model, inputs: Float64Array | readonly ArrayLike<number>[], options: BatchOptions): Promise<EpsilonBatch> {
  const query = prepareBatch(model, options);
  const rows = flat(model, inputs);
  const count = rows.length / model.inputCount;
  const budget = new Budget(query.limits);
  const { problem, bound } = await localBounds(query);
  const batch = await bound(rows);
  const statuses: Status[] = [batch.done < count ? stopped(options) : 'complete'];
  if (!problem.exact) statuses.push(...(await narrow(query, budget, rows, batch)));
  const rowAt = (index: number): Float64Array => {
    if (!Number.isInteger(index) || index < 0 || index >= count) throw new ParaboundError('INPUT_INVALID', show(index), 'witness', `an index from 0 to ${count - 1}`);
    return rows.slice(index * model.inputCount, (index + 1) * model.inputCount);
  };
  return {
    schema: 'parabound/batch@1',
    query: 'epsilon',
    lower: batch.lower,
    upper: batch.upper,
    status: worstStatus(statuses),
    witness: async (index) => (await estimateEpsilon(model, { ...options, at: rowAt(index) })).witness ?? null,
    ...provenance(model, statsOf([{ boxes: batch.done, threads: batch.threads }], budget.startedAt, 1), query),
  };
}

/** The same for inputs that come one by one, such as rows of a file. Results come in the order of the inputs. */
export async function* streamEpsilon(
  model: Model, inputs: AsyncIterable<ArrayLike<number>> | Iterable<ArrayLike<number>>, options: BatchOptions,
): AsyncGenerator<LocalEpsilon, void, undefined> {
  prepareBatch(model, options); // what is wrong with the question is said before an input is read
  const startedAt = performance.now();
  let waiting: ArrayLike<number>[] = [];
  async function* answered(): AsyncGenerator<LocalEpsilon, void, undefined> {
    const rows = flat(model, waiting);
    waiting = [];
    const left = options.timeout === undefined ? {} : { timeout: Math.max(0, options.timeout - (performance.now() - startedAt) / 1000) };
    const { lower, upper } = await estimateEpsilonBatch(model, rows, { ...options, ...left });
    for (let i = 0; i < lower.length; i++) yield { input: rows.subarray(i * model.inputCount, (i + 1) * model.inputCount), lower: lower[i], upper: upper[i] };
  }
  for await (const input of inputs) {
    waiting.push(input);
    if (waiting.length >= STREAM_ROWS) yield* answered();
  }
  if (waiting.length > 0) yield* answered();
}

function prepareBatch(model: Model, options: BatchOptions): Query {
  for (const name of ['at', 'domain', 'witness', 'certificate', 'certificateTimeout', 'onProgress']) {
    if (name in options) throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(name)}`, 'options of a batch', 'the options of docs/library.md');
  }
  // Any input will do for the checks: the model's domain has no part in a batch.
  const query = prepare(model, { ...options, at: new Float64Array(model.inputCount) }, []);
  const everywhere = Float64Array.from({ length: 2 * model.inputCount }, (_, i) => (i % 2 === 0 ? -Infinity : Infinity));
  checkHeaders(query.model, query.box.of, everywhere);
  return query;
}

function flat(model: Model, inputs: Float64Array | readonly ArrayLike<number>[]): Float64Array {
  const width = model.inputCount;
  if (inputs instanceof Float64Array) {
    if (inputs.length % width !== 0) throw new ParaboundError('INPUT_INVALID', `${inputs.length} numbers`, 'inputs', `a multiple of ${width}, the inputs of ${model.source}`);
    const bad = inputs.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new ParaboundError('INPUT_INVALID', show(inputs[bad]), `inputs[${bad}]`, 'a finite number');
    return inputs;
  }
  if (!Array.isArray(inputs)) throw new ParaboundError('INPUT_INVALID', show(inputs), 'inputs', 'a list of inputs, or a Float64Array of all of them');
  const rows = new Float64Array(inputs.length * width);
  inputs.forEach((input: unknown, i) => { rows.set(checkInput(model, input, `inputs[${i}]`), i * width); });
  return rows;
}

interface Columns {
  lower: Float64Array;
  upper: Float64Array;
  /** Rows that were looked at; the others are [0, Infinity]. */
  done: number;
  threads: number;
}

async function localBounds(query: Query): Promise<{ problem: NativeProblem; bound: (rows: Float64Array) => Promise<Columns> }> {
  const [{ addon }, { sharedSpec }] = await Promise.all([import('../native.js'), import('../search/shared.js')]);
  const { model, limits, engine: { network, box }, options: { signal } } = query;
  const { normalisation } = model;
  const problem = new (addon().Problem)(sharedSpec({
    ...(normalisation === null ? {} : { scaling: { ...normalisation } }), // each row is its own box
    network, box, objective: { query: 'epsilon', outputs: query.outputs, measure: query.measure },
  }));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const halt = (): void => void Atomics.store(stop, 0, 1);

  async function bound(rows: Float64Array): Promise<Columns> {
    const width = model.inputCount;
    const count = rows.length / width;
    const threads = Math.max(1, Math.min(limits.threads, Math.ceil(count / ROWS)));
    const columns = { lower: new Float64Array(count), upper: new Float64Array(count).fill(Infinity), done: 0, threads };
    let next = 0;
    async function lane(): Promise<void> {
      while (next < count && stop[0] === 0) {
        const first = next;
        next += ROWS;
        const inputs = rows.subarray(first * width, next * width);
        const part = await problem.localEpsilon(normalisation === null ? inputs : clamp(inputs, normalisation, 1), stop);
        columns.lower.set(part.lower, first);
        columns.upper.set(part.upper, first);
        columns.done += part.done;
      }
    }
    if (signal?.aborted === true) halt();
    const timer = limits.timeoutMs === undefined ? undefined : setTimeout(halt, limits.timeoutMs);
    signal?.addEventListener('abort', halt);
    try {
      await Promise.all(Array.from({ length: threads }, lane));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', halt);
    }
    return columns;
  }
  return { problem, bound };
}

/** Searches the entries that are wider than the gap, one after the other, each on an equal part of the time that is left. */
async function narrow(query: Query, budget: Budget, rows: Float64Array, columns: Columns): Promise<Status[]> {
  const { model, options, limits: { gap, relativeGap } } = query;
  const { lower, upper } = columns;
  const width = model.inputCount;
  const wide = [...lower.keys()].filter((i) => !(upper[i] - lower[i] <= Math.max(gap, relativeGap * upper[i])));
  const statuses: Status[] = [];
  for (const [n, i] of wide.entries()) {
    const { timeoutMs, maxBoxes } = budget.share(wide.length - n);
    if (options.signal?.aborted === true || timeoutMs === 0) return [...statuses, stopped(options)];
    const result = await estimateEpsilon(model, {
      ...options, at: rows.slice(i * width, (i + 1) * width), witness: 'none',
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs / 1000 }), ...(maxBoxes === undefined ? {} : { maxBoxes }),
    });
    budget.spend(result.stats.boxes);
    lower[i] = Math.max(lower[i], result.lower);
    upper[i] = Math.min(upper[i], result.upper);
    statuses.push(result.status);
  }
  return statuses;
}

function stopped({ signal }: BatchOptions): Status {
  return signal?.aborted === true ? 'interrupted' : 'timeout';
}

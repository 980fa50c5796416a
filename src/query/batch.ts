import { ParaboundError, show } from '../errors.js';
import type { Model } from '../network/model.js';
import { Halting } from '../stream/halting.js';
import { checkHeaders } from './against.js';
import { checkInput } from './domain.js';
import { estimateEpsilon } from './epsilon.js';
import { localBounds, narrow, stopped } from './local.js';
import { Budget, prepare, type Query } from './query.js';
import { provenance, statsOf, worstStatus, type Provenance, type Status, type Witness } from './result.js';
import type { QueryOptions } from './settings.js';

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
  const halting = new Halting(options.signal, query.limits.timeoutMs);
  const batch = await bound(rows, halting.stop).finally(() => { halting.close(); });
  const done = batch.looked.reduce((sum, each) => sum + each, 0);
  const statuses: Status[] = [done < count ? stopped(options) : 'complete'];
  if (!problem.exact) {
    const searched = await narrow(query, rows, batch, (left) => budget.share(left), ({ boxes }) => { budget.spend(boxes); });
    statuses.push(...new Set(searched.values()));
  }
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
    ...provenance(model, statsOf([{ boxes: done, threads: batch.threads }], budget.startedAt, 1), query),
  };
}

/** Everything of a batch is checked but its inputs, and `options` has no field that has no part in it. */
export function prepareBatch(model: Model, options: BatchOptions): Query {
  for (const name of ['at', 'domain', 'witness', 'certificate', 'certificateTimeout', 'onProgress']) {
    if (name in options) throw new ParaboundError('OPTION_UNKNOWN', `no option ${show(name)}`, 'options of a batch', 'the options of docs/library.md');
  }
  // Any input will do for the checks: the model's domain has no part in a batch.
  const query = prepare(model, { ...options, at: new Float64Array(model.inputCount) }, []);
  const everywhere = Float64Array.from({ length: 2 * model.inputCount }, (_, i) => (i % 2 === 0 ? -Infinity : Infinity));
  checkHeaders(query.model, query.box.of, everywhere);
  return { ...query, notes: query.notes.filter((note) => !query.region.notes.includes(note)) };
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

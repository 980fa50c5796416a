import type { Model } from '../network/model.js';
import { prepareBatch, type BatchOptions } from '../query/batch.js';
import { isOutside, outsideCount } from '../query/domain.js';
import { isNarrow, localBounds, narrow } from '../query/local.js';
import type { Query } from '../query/query.js';
import { provenance, statsOf, worstStatus, type Provenance, type Stats, type Status } from '../query/result.js';
import { Halting, type Ended } from './halting.js';
import { checkIterable, flatInputs, inputBatches, type Inputs } from './inputs.js';

export const EPSILONS_SCHEMA = 'parabound/epsilons@1';

/** Local epsilon at one of the inputs. */
export interface LocalEpsilon {
  /** From 1. */
  row: number;
  input: Float64Array;
  lower: number;
  /** Infinity where nothing is proved; null in JSON. */
  upper: number;
  /** `complete`: the gap asked for is reached. */
  status: Status;
}

/** What a stream of local epsilons ends with. */
export interface EpsilonsSummary extends Provenance {
  schema: typeof EPSILONS_SCHEMA;
  query: 'epsilon';
  /** `timeout`, `interrupted`: not every input was looked at. Else the worst of theirs. `error`, which the command says: those before a row that is no input were. */
  status: Status | 'error';
  /** Those that were looked at. */
  inputs: number;
  /** Of these, those with the status `complete`. */
  complete: number;
  /** Of these, those outside the model's own domain. */
  outside: number;
  /** Encloses the largest epsilon of theirs; `row` attains its lower end. Null where there is none. */
  largest: { row: number; lower: number; upper: number } | null;
}

const BATCH = { rows: 2048, doubles: 1 << 20 };

/**
 * Eq. 11 at inputs that come one by one, such as rows of a file: an enclosure for each, in their order; memory does not grow with their number.
 * The generator returns the summary. After an abort, or at the end of the time, it ends early: inputs that were not looked at are left out.
 * `timeout` is for all inputs together, `maxBoxes` for each.
 *
 * @param inputs arrays of finite numbers, as many as the model has inputs
 * @throws ParaboundError INPUT_INVALID where an input is none; those before it have been given by then
 */
export async function* streamEpsilon(model: Model, inputs: Inputs, options: BatchOptions): AsyncGenerator<LocalEpsilon, EpsilonsSummary, undefined> {
  const query = prepareBatch(model, options); // what is wrong with the question is said before an input is read
  checkIterable(inputs);
  const startedAt = performance.now();
  const { limits: { timeoutMs } } = query;
  const { problem, bound } = await localBounds(query);
  const halting = new Halting(options.signal, timeoutMs);
  const totals = new Totals(query);
  let first = 1;
  try {
    for await (const batch of inputBatches(model, inputs, BATCH, halting.signal)) {
      const rows = flatInputs(model, batch);
      const columns = await bound(rows, halting.stop);
      const searched = problem.exact ? undefined : await narrow(query, rows, columns, share, (stats) => { totals.searched(stats); });
      for (const [i, input] of batch.entries()) {
        const [lower, upper] = [columns.lower[i], columns.upper[i]];
        // A row that the end came upon in the middle may have no bound yet.
        if (columns.looked[i] === 0 || (halting.why !== 'complete' && upper === Infinity)) continue;
        const row = { row: first + i, input, lower, upper, status: searched?.get(i) ?? statusOf(query, lower, upper, halting.why) };
        totals.add(row);
        yield row;
      }
      first += batch.length;
    }
  } finally {
    halting.close();
  }
  return totals.summary(halting.why, startedAt);

  function share(left: number): { timeoutMs?: number; maxBoxes?: number } {
    const { maxBoxes } = query.limits;
    return {
      ...(timeoutMs === undefined ? {} : { timeoutMs: halting.why === 'complete' ? Math.max(0, timeoutMs - (performance.now() - startedAt)) / left : 0 }),
      ...(maxBoxes === undefined ? {} : { maxBoxes }),
    };
  }
}

/** Of a row that no search was needed for, or could narrow: there a gap that is not reached is what rounding leaves, if it is not the end that came. */
function statusOf(query: Query, lower: number, upper: number, ended: Ended): Status {
  if (isNarrow(query, lower, upper)) return 'complete';
  return ended === 'complete' ? 'stalled' : ended;
}

class Totals {
  readonly #query: Query;
  /** Of rows, and of the searches that some took. */
  #stats: Pick<Stats, 'boxes' | 'threads' | 'smt'>;
  #inputs = 0;
  #complete = 0;
  #outside = 0;
  #worst: Status = 'complete';
  #largest: EpsilonsSummary['largest'] = null;

  constructor(query: Query) {
    this.#query = query;
    this.#stats = { boxes: 0, threads: query.limits.threads };
  }

  searched(stats: Stats): void {
    this.#stats = statsOf([this.#stats, stats], 0, 1);
  }

  add({ row, input, lower, upper, status }: LocalEpsilon): void {
    this.#inputs++;
    if (status === 'complete') this.#complete++;
    else this.#worst = worstStatus([this.#worst, status]);
    if (isOutside(this.#query.model, input)) this.#outside++;
    this.#largest ??= { row, lower, upper };
    if (lower > this.#largest.lower) Object.assign(this.#largest, { row, lower });
    if (upper > this.#largest.upper) this.#largest.upper = upper;
  }

  summary(ended: Ended, startedAt: number): EpsilonsSummary {
    const query = this.#query;
    return {
      schema: EPSILONS_SCHEMA, query: 'epsilon', status: ended === 'complete' ? this.#worst : ended,
      inputs: this.#inputs, complete: this.#complete, outside: this.#outside, largest: this.#largest,
      ...provenance(query.given, statsOf([this.#stats, { boxes: this.#inputs, threads: 1 }], startedAt, 1), { ...query, notes: [...query.notes, ...outsideCount(this.#outside)] }),
    };
  }
}

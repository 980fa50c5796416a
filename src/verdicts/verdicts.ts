/** Def. 3 at many inputs: which labels stay for every parameter vector of the box, which do not, and how. */
import { ParaboundError, show } from '../errors.js';
import type { Model } from '../network/model.js';
import { checkHeaders } from '../query/against.js';
import { checkInput } from '../query/domain.js';
import type { Query } from '../query/query.js';
import { provenance, statsOf } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { batched, inOrder } from './pipeline.js';
import { checkLabelOptions, judgeOf, prepareLabels, type LabelOptions } from './question.js';
import { VERDICTS_SCHEMA, type InputVerdict, type VerdictsSummary } from './result.js';
import { Rows } from './rows.js';

/** Z3 is asked about what is left open only where `smt` says so. */
export type VerdictOptions = LabelOptions & Pick<QueryOptions, 'smt' | 'smtTimeout'>;

/** Rows of a batch, and doubles: some milliseconds each. */
const ROWS = 512;
const DOUBLES = 1 << 18;

/**
 * A verdict for each input, in their order, as they come; memory does not grow with their number. The generator returns the summary.
 * After an abort, or at the end of the time, it ends early, and the summary says so.
 *
 * @param inputs arrays of finite numbers, as many as the model has inputs
 * @throws ParaboundError INPUT_INVALID where an input is none; verdicts on those before it have been given by then
 */
export async function* streamVerdicts(
  model: Model, inputs: AsyncIterable<ArrayLike<number>> | Iterable<ArrayLike<number>>, options: VerdictOptions,
): AsyncGenerator<InputVerdict, VerdictsSummary, undefined> {
  const query = prepareVerdicts(model, options);
  if (typeof inputs !== 'object' || inputs === null || !(Symbol.asyncIterator in inputs || Symbol.iterator in inputs)) {
    throw new ParaboundError('INPUT_INVALID', show(inputs), 'inputs', 'an iterable of inputs, or an async one');
  }
  const startedAt = performance.now();
  const { limits: { threads, timeoutMs }, options: { signal } } = query;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const rows = new Rows(query, await judgeOf(query), stop);
  const counts = new Counting(query.model);
  let status: VerdictsSummary['status'] = 'complete';
  const halting = new AbortController();
  const halt = (why: 'timeout' | 'interrupted'): void => {
    if (status === 'complete') status = why;
    Atomics.store(stop, 0, 1);
    halting.abort();
  };
  const abort = (): void => { halt('interrupted'); };
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => { halt('timeout'); }, Math.min(timeoutMs, 2 ** 31 - 1));
  try {
    const size = Math.max(1, Math.min(ROWS, Math.floor(DOUBLES / model.inputCount)));
    for await (const verdicts of inOrder(batched(checked(model, inputs), size, halting.signal), threads, (batch) => rows.judge(batch))) {
      for (const { verdict, input } of verdicts) {
        counts.add(verdict, input);
        let wanted = false;
        try {
          yield verdict;
          wanted = true;
        } finally {
          if (!wanted) Atomics.store(stop, 0, 1); // a reader that has seen enough
        }
      }
    }
  } finally {
    Atomics.store(stop, 0, 1);
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
  const stats = statsOf([{ boxes: rows.boxes, threads }], startedAt, threads);
  return { schema: VERDICTS_SCHEMA, status, ...counts.result(), ...provenance(query.model, stats, { ...query, notes: [...query.notes, ...counts.notes()] }) };
}

async function* checked(model: Model, inputs: AsyncIterable<ArrayLike<number>> | Iterable<ArrayLike<number>>): AsyncGenerator<Float64Array, void, undefined> {
  let row = 0;
  for await (const input of inputs) yield checkInput(model, input, `row ${++row} of the inputs`);
}

function prepareVerdicts(model: Model, options: VerdictOptions): Query {
  checkLabelOptions(options, ['smt', 'smtTimeout', 'pool'], 'options of verdicts');
  // Any input will do for the checks: the model's domain has no part in this.
  const query = prepareLabels(model, { ...options, at: new Float64Array(model.inputCount) });
  const everywhere = Float64Array.from({ length: 2 * model.inputCount }, (_, i) => (i % 2 === 0 ? -Infinity : Infinity));
  checkHeaders(query.model, query.box.of, everywhere);
  return { ...query, notes: query.notes.filter((note) => !query.region.notes.includes(note)) };
}

class Counting {
  readonly #model: Model;
  readonly #labels: VerdictsSummary['labels'];
  readonly #all = { safe: 0, flips: 0, undecided: 0 };
  #outside = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#labels = Array.from({ length: model.classCount }, (_, label) => ({ label, safe: 0, flips: 0, undecided: 0 }));
  }

  add({ verdict, nominalLabel }: InputVerdict, input: Float64Array): void {
    this.#all[verdict]++;
    if (nominalLabel !== null) this.#labels[nominalLabel][verdict]++;
    const { domain } = this.#model;
    if (domain !== null && input.some((value, j) => value < domain[2 * j] || value > domain[2 * j + 1])) this.#outside++;
  }

  result(): Pick<VerdictsSummary, 'inputs' | 'safe' | 'flips' | 'undecided' | 'outside' | 'labels'> {
    const { safe, flips, undecided } = this.#all;
    return { inputs: safe + flips + undecided, ...this.#all, outside: this.#outside, labels: this.#labels };
  }

  notes(): string[] {
    return this.#outside === 0 ? [] : [`${this.#outside} of the inputs are outside the model's domain`];
  }
}

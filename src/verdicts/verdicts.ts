/** Def. 3 at many inputs: which labels stay for every parameter vector of the box, which do not, and how. */
import type { Model } from '../network/model.js';
import { checkHeaders } from '../query/against.js';
import { isOutside, outsideCount } from '../query/domain.js';
import type { Query } from '../query/query.js';
import { provenance, statsOf } from '../query/result.js';
import type { QueryOptions } from '../query/settings.js';
import { Halting } from '../stream/halting.js';
import { inOrder } from '../stream/pipeline.js';
import { checkIterable, inputBatches, type Inputs } from '../stream/inputs.js';
import { checkLabelOptions, judgeOf, prepareLabels, type LabelOptions } from './question.js';
import { VERDICTS_SCHEMA, type InputVerdict, type VerdictsSummary } from './result.js';
import { Rows } from './rows.js';

/** Z3 is asked about what is left open only where `smt` says so. */
export type VerdictOptions = LabelOptions & Pick<QueryOptions, 'smt' | 'smtTimeout'>;

const BATCH = { rows: 512, doubles: 1 << 18 };

/**
 * A verdict for each input, in their order, as they come; memory does not grow with their number. The generator returns the summary.
 * After an abort, or at the end of the time, it ends early, and the summary says so.
 *
 * @param inputs arrays of finite numbers, as many as the model has inputs
 * @throws ParaboundError INPUT_INVALID where an input is none; verdicts on those before it have been given by then
 */
export async function* streamVerdicts(
  model: Model, inputs: Inputs, options: VerdictOptions,
): AsyncGenerator<InputVerdict, VerdictsSummary, undefined> {
  const query = prepareVerdicts(model, options);
  checkIterable(inputs);
  const startedAt = performance.now();
  const { limits: { threads, timeoutMs }, options: { signal } } = query;
  const native = await judgeOf(query);
  const halting = new Halting(signal, timeoutMs);
  const rows = new Rows(query, native, halting.stop);
  const counts = new Counting(query.model);
  try {
    for await (const verdicts of inOrder(inputBatches(model, inputs, BATCH, halting.signal), threads, (batch) => rows.judge(batch))) {
      for (const { verdict, input } of verdicts) {
        counts.add(verdict, input);
        let wanted = false;
        try {
          yield verdict;
          wanted = true;
        } finally {
          if (!wanted) halting.close(); // a reader that has seen enough
        }
      }
    }
  } finally {
    halting.close();
  }
  const stats = statsOf([{ boxes: rows.boxes, threads }], startedAt, threads);
  return { schema: VERDICTS_SCHEMA, status: halting.why, ...counts.result(), ...provenance(query.model, stats, { ...query, notes: [...query.notes, ...counts.notes()] }) };
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
    if (isOutside(this.#model, input)) this.#outside++;
  }

  result(): Pick<VerdictsSummary, 'inputs' | 'safe' | 'flips' | 'undecided' | 'outside' | 'labels'> {
    const { safe, flips, undecided } = this.#all;
    return { inputs: safe + flips + undecided, ...this.#all, outside: this.#outside, labels: this.#labels };
  }

  notes(): string[] {
    return outsideCount(this.#outside);
  }
}

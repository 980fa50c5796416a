import { ParaboundError, show } from '../errors.js';
import type { Model } from '../network/model.js';
import { checkInput } from '../query/domain.js';
import { batched } from './pipeline.js';

export type Inputs = AsyncIterable<ArrayLike<number>> | Iterable<ArrayLike<number>>;

/** Inputs of a batch, and doubles: some milliseconds each. */
export interface BatchSize {
  readonly rows: number;
  readonly doubles: number;
}

/**
 * The inputs in batches, each checked as it is read; what comes before one that is none is given first. An abort of `halt` ends them.
 *
 * @throws ParaboundError INPUT_INVALID, at once for what is no iterable
 */
export function inputBatches(model: Model, inputs: Inputs, { rows, doubles }: BatchSize, halt: AbortSignal): AsyncIterable<Float64Array[]> | Iterable<Float64Array[]> {
  checkIterable(inputs);
  const size = Math.max(1, Math.min(rows, Math.floor(doubles / model.inputCount)));
  return Symbol.iterator in inputs ? atOnce(model, inputs, size, halt) : batched(checked(model, inputs), size, halt);
}

export function checkIterable(inputs: unknown): void {
  if (typeof inputs !== 'object' || inputs === null || !(Symbol.asyncIterator in inputs || Symbol.iterator in inputs)) {
    throw new ParaboundError('INPUT_INVALID', show(inputs), 'inputs', 'an iterable of inputs, or an async one');
  }
}

async function* checked(model: Model, inputs: AsyncIterable<ArrayLike<number>>): AsyncGenerator<Float64Array, void, undefined> {
  let row = 0;
  for await (const input of inputs) yield checkInput(model, input, whereOf(++row));
}

/** Of a source that never makes one wait. */
function* atOnce(model: Model, inputs: Iterable<ArrayLike<number>>, size: number, halt: AbortSignal): Generator<Float64Array[], void, undefined> {
  let row = 0;
  let batch: Float64Array[] = [];
  let failure: { error: unknown } | undefined;
  try {
    if (halt.aborted) return;
    for (const input of inputs) {
      batch.push(checkInput(model, input, whereOf(++row)));
      if (batch.length < size) continue;
      yield batch;
      batch = [];
      if (halt.aborted) return;
    }
  } catch (error) {
    failure = { error };
  }
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure.error;
}

function whereOf(row: number): string {
  return `row ${row} of the inputs`;
}

/** Their numbers one after the other. */
export function flatInputs(model: Model, batch: readonly Float64Array[]): Float64Array {
  const rows = new Float64Array(batch.length * model.inputCount);
  batch.forEach((input, i) => { rows.set(input, i * model.inputCount); });
  return rows;
}

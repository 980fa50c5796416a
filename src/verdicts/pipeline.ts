/** Work on a stream, in batches, several at once, with results in the order of the stream and never more than a few batches in memory. */

/** A batch that waits for more is given out after this. */
const IDLE_MS = 50;

/**
 * Gathers up to `size` items; fewer where the source makes one wait. A source that fails has what it gave before given out first.
 * `halted` ends it, even while the source is waited for.
 */
export async function* batched<T>(source: AsyncIterable<T> | Iterable<T>, size: number, halted: Promise<void>): AsyncGenerator<T[], void, undefined> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const stop = halted.then(() => 'halted' as const);
  let batch: T[] = [];
  let ended = false;
  try {
    while (!ended) {
      const next = Promise.resolve(iterator.next());
      next.catch(() => undefined); // it is awaited below, perhaps after what was gathered has been given out
      const first = batch.length === 0 ? undefined : idle();
      const event = await Promise.race([next.then(() => 'item' as const, () => 'item' as const), stop, ...(first === undefined ? [] : [first.over])]);
      first?.clear();
      if (event === 'halted') return;
      if (event === 'idle') {
        yield batch;
        batch = [];
      }
      const item = await Promise.race([next.catch((error: unknown) => ({ error })), stop]);
      if (item === 'halted') return;
      if ('error' in item) {
        if (batch.length > 0) yield batch;
        throw item.error;
      }
      ended = item.done === true;
      if (item.done !== true) batch.push(item.value);
      if (batch.length >= size) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  } finally {
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined); // a source that is waited for may never answer
  }
}

function idle(): { over: Promise<'idle'>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'idle'>((resolve) => { timer = setTimeout(() => resolve('idle'), IDLE_MS); });
  return { over, clear: () => clearTimeout(timer) };
}

/** `work` on up to `width` items at once, results in the items' order. Items are only taken as results are. */
export async function* inOrder<T, R>(source: AsyncIterable<T>, width: number, work: (item: T) => Promise<R>): AsyncGenerator<R, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const running: Promise<R>[] = [];
  let failure: { error: unknown } | undefined;
  const read = (): Promise<IteratorResult<T>> => iterator.next().catch((error: unknown) => {
    failure = { error };
    return { done: true, value: undefined };
  });
  let reading: Promise<IteratorResult<T>> | undefined = read();
  try {
    while (reading !== undefined || running.length > 0) {
      if (reading === undefined || running.length >= width) {
        yield await running.shift()!;
        continue;
      }
      const event: IteratorResult<T> | 'result' = await Promise.race([reading, ...(running.length === 0 ? [] : [running[0].then(() => 'result' as const)])]);
      if (event === 'result') {
        yield await running.shift()!;
      } else if (event.done === true) {
        reading = undefined;
      } else {
        const result = work(event.value);
        result.catch(() => undefined); // it is awaited in its turn
        running.push(result);
        reading = read();
      }
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    void iterator.return?.(undefined).catch(() => undefined);
    await Promise.allSettled(running);
  }
}

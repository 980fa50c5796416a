/** Work on a stream, in batches, several at once, with results in the order of the stream and never more than a few batches in memory. */

/** A batch that waits for more is given out after this. */
const IDLE_MS = 50;

type Event<T> = { item: IteratorResult<T> } | { error: unknown } | 'idle' | 'halted';

/**
 * Gathers up to `size` items; fewer where the source makes one wait. Of a source that fails, what it gave before is given out first.
 * An abort of `halt` ends it, even while the source is waited for.
 */
export async function* batched<T>(source: AsyncIterable<T>, size: number, halt: AbortSignal): AsyncGenerator<T[], void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  // One place for whoever waits: a race with a promise that lives as long as the stream would keep something of every item.
  let wake = (_: Event<T>): void => undefined;
  const stop = (): void => { wake('halted'); };
  halt.addEventListener('abort', stop);
  let timer: NodeJS.Timeout | undefined;
  let batch: T[] = [];
  const gathered = (): T[] => {
    clearTimeout(timer);
    timer = undefined;
    const full = batch;
    batch = [];
    return full;
  };
  let ended = false;
  try {
    while (!ended && !halt.aborted) {
      const next = iterator.next().then((item): Event<T> => ({ item }), (error: unknown): Event<T> => ({ error }));
      if (batch.length > 0) timer ??= setTimeout(() => { wake('idle'); }, IDLE_MS);
      const event = (): Promise<Event<T>> => new Promise((resolve) => {
        wake = resolve;
        void next.then(resolve);
      });
      let found = await event();
      if (found === 'idle') {
        yield gathered();
        found = halt.aborted ? 'halted' : await event();
      }
      if (found === 'halted' || found === 'idle') return;
      if ('error' in found) {
        ended = true;
        if (batch.length > 0) yield gathered();
        throw found.error;
      }
      ended = found.item.done === true;
      if (found.item.done !== true) batch.push(found.item.value);
      if (batch.length >= size) yield gathered();
    }
    if (batch.length > 0) yield gathered();
  } finally {
    clearTimeout(timer);
    halt.removeEventListener('abort', stop);
    if (!ended) void iterator.return?.(undefined).catch(() => undefined); // a source that is waited for may never answer
  }
}

async function* iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* source;
}

/** `work` on up to `width` items at once, results in the items' order. Items are only taken as results are. */
export async function* inOrder<T, R>(source: AsyncIterable<T> | Iterable<T>, width: number, work: (item: T) => Promise<R>): AsyncGenerator<R, void, undefined> {
  const iterator = iteratorOf(source);
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

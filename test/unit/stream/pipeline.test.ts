import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batched, inOrder } from '../../../src/stream/pipeline.js';
import { random } from '../../support/random.js';

const never = new AbortController().signal;

async function* from<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  for (const item of items) yield await Promise.resolve(item);
}
async function gather<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe('batches', () => {
  it.each([[0, []], [1, [1]], [4, [4]], [5, [4, 1]], [9, [4, 4, 1]]])('%d items in fours', async (count, sizes) => {
    const items = Array.from({ length: count }, (_, i) => i);
    const batches = await gather(batched(from(items), 4, never));
    expect(batches.flat()).toEqual(items);
    expect(batches.map((batch) => batch.length)).toEqual(sizes);
  });
  it('are not kept back for more, and nothing is lost by that', async () => {
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      await wait(120);
      yield 3;
    }
    expect(await gather(batched(slow(), 4, never))).toEqual([[1, 2], [3]]);
  });
  it('of a source that fails are what it gave before, and then the failure', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error('no more');
    }
    const stream = batched(failing(), 4, never);
    expect((await stream.next()).value).toEqual([1]);
    await expect(stream.next()).rejects.toThrow('no more');
  });
  it('end with an abort, while an item is waited for', async () => {
    const controller = new AbortController();
    async function* stuck(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const stream = batched(stuck(), 4, controller.signal);
    expect((await stream.next()).value).toEqual([1]);
    const next = stream.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe('work in order', () => {
  it('gives results in the order of the items, several at once and no more than allowed', async () => {
    const r = random(8);
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 60 }, (_, i) => i);
    const results = await gather(inOrder(from(items), 3, async (item) => {
      most = Math.max(most, ++running);
      await wait(4 * r.uniform());
      running--;
      return 10 * item;
    }));
    expect(results).toEqual(items.map((item) => 10 * item));
    expect(most).toBe(3);
  });
  it('a result does not wait for the next item', async () => {
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    expect((await inOrder(slow(), 2, (item) => Promise.resolve(item)).next()).value).toBe(1);
  });
  it('a source that fails has what it gave before worked on first', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error('no more');
    }
    const stream = inOrder(failing(), 2, async (item) => wait(20, item));
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toThrow('no more');
  });
  it('work that fails fails in its turn', async () => {
    const stream = inOrder(from([1, 2, 3]), 3, async (item) => (item === 2 ? Promise.reject(new Error('two')) : wait(10, item)));
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toThrow('two');
  });
});

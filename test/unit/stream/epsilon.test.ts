/** Local epsilons of inputs that come one by one, through the built addon. */
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import type { ModelObject } from '../../../src/network/parse.js';
import { estimateEpsilonBatch } from '../../../src/query/batch.js';
import { estimateEpsilon } from '../../../src/query/epsilon.js';
import { streamEpsilon, type EpsilonsSummary, type LocalEpsilon } from '../../../src/stream/epsilon.js';
import { cats } from '../../support/models.js';
import { heNetwork, modelFile, random } from '../../support/random.js';

const model = await loadModel(cats());
const delta = { delta: 0.01 };

function inputs(count: number): Float64Array[] {
  const r = random(7);
  return Array.from({ length: count }, () => Float64Array.of(r.between(6.3, 20.5), r.between(2, 3.9)));
}

async function all(stream: AsyncGenerator<LocalEpsilon, EpsilonsSummary, undefined>): Promise<{ rows: LocalEpsilon[]; summary: EpsilonsSummary }> {
  const rows: LocalEpsilon[] = [];
  for (;;) {
    const step = await stream.next();
    if (step.done === true) return { rows, summary: step.value };
    rows.push(step.value);
  }
}

describe('a stream of local queries', () => {
  it('answers in order as a batch does, from iterables of either kind, and sums up', async () => {
    const list = inputs(5000); // several batches
    const batch = await estimateEpsilonBatch(model, list, delta);
    async function* source(): AsyncGenerator<Float64Array> {
      for (const [i, input] of list.entries()) {
        if (i % 1000 === 0) await Promise.resolve();
        yield input;
      }
    }
    for (const given of [list, source()]) {
      const { rows, summary } = await all(streamEpsilon(model, given, delta));
      expect(rows.map(({ row, input, status }) => [row, [...input], status])).toEqual(list.map((input, i) => [i + 1, [...input], 'complete']));
      expect(Float64Array.from(rows, ({ lower }) => lower)).toEqual(batch.lower);
      expect(Float64Array.from(rows, ({ upper }) => upper)).toEqual(batch.upper);
      const most = Math.max(...batch.lower);
      expect(summary).toMatchObject({ schema: 'parabound/epsilons@1', query: 'epsilon', status: 'complete', inputs: 5000, complete: 5000, outside: 0, notes: [], stats: { boxes: 5000 } });
      expect(summary.largest).toEqual({ row: batch.lower.indexOf(most) + 1, lower: most, upper: Math.max(...batch.upper) });
    }
  });

  it('counts inputs outside the domain, and rows that rounding keeps from their gap', async () => {
    const { rows, summary } = await all(streamEpsilon(model, [[10, 3], [30, 3]], { ...delta, gap: 0 }));
    expect(rows.map(({ status }) => status)).toEqual(['stalled', 'stalled']);
    expect(summary).toMatchObject({ status: 'stalled', complete: 0, outside: 1, notes: ['1 of the inputs are outside the model\'s domain'], largest: { row: 2 } });
    expect((await estimateEpsilonBatch(model, [[10, 3]], delta)).notes).toEqual([]); // of no input that nobody gave
    expect((await all(streamEpsilon(model, [], delta))).summary).toMatchObject({ status: 'complete', inputs: 0, largest: null });
  });

  it('searches deeper networks, each row with the boxes that are allowed', async () => {
    const deep = await loadModel(modelFile(heNetwork(random(3), [2, 6, 6, 1], 'relu', 'linear'), [-1, 1, -1, 1]) as ModelObject);
    const r = random(4);
    const list = Array.from({ length: 20 }, () => [r.between(-1, 1), r.between(-1, 1)]);
    const given = { delta: 0.3, smt: 'off', threads: 1 } as const;
    const { rows, summary } = await all(streamEpsilon(deep, list, given));
    for (const { row, lower, upper, status } of rows) {
      const one = await estimateEpsilon(deep, { ...given, at: list[row - 1] });
      expect([row, Math.max(lower, one.lower) <= Math.min(upper, one.upper)]).toEqual([row, true]);
      // How a search ends may depend on what it has seen before: the gap is reached, or nothing is left to split.
      expect(['complete', 'stalled']).toEqual(expect.arrayContaining([status, one.status]));
    }
    expect(summary.stats.boxes).toBeGreaterThan(20);
    const few = await all(streamEpsilon(deep, list, { ...given, maxBoxes: 1 }));
    expect(few.rows.filter(({ status }) => status === 'limit').length).toBeGreaterThan(0);
    expect(few.summary.status).toBe('limit');
    expect(few.rows.map(({ upper }, i) => upper >= rows[i].lower)).toEqual(list.map(() => true));
  });

  it('stopped, keeps what was proved, and reads no more', async () => {
    let read = 0;
    const endless = function* (): Generator<number[]> { for (;;) yield [6.3 + (read++ % 100) / 10, 3]; };
    const { rows, summary } = await all(streamEpsilon(model, endless(), { ...delta, timeout: 0.2 }));
    expect(summary).toMatchObject({ status: 'timeout', inputs: rows.length });
    expect(rows.filter(({ upper, status }) => !(status === 'timeout' ? upper <= 1 : status === 'complete' && upper < 0.1))).toEqual([]); // one may have been cut short
    expect(read).toBeGreaterThan(0);

    const controller = new AbortController();
    const stream = streamEpsilon(model, endless(), { ...delta, signal: controller.signal });
    expect((await stream.next()).value).toMatchObject({ row: 1, status: 'complete' });
    controller.abort();
    const before = read;
    const rest = await all(stream);
    expect(rest.summary).toMatchObject({ status: 'interrupted', inputs: rest.rows.length + 1 });
    expect(read).toBe(before);
    expect((await all(streamEpsilon(model, endless(), { ...delta, signal: AbortSignal.abort() }))).summary).toMatchObject({ status: 'interrupted', inputs: 0, largest: null });
  });

  it('gives what comes before an input that is none', async () => {
    const given: LocalEpsilon[] = [];
    const reading = (async () => { for await (const row of streamEpsilon(model, [[10, 3], [11, 3], [NaN, 3]], delta)) given.push(row); })();
    await expect(reading).rejects.toMatchObject({ code: 'INPUT_INVALID', message: expect.stringMatching(/row 3 of the inputs/) as unknown });
    expect(given.map(({ row }) => row)).toEqual([1, 2]);
    await expect(streamEpsilon(model, 'rows' as never, delta).next()).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('says what is wrong with the question before it reads an input', async () => {
    let read = 0;
    function* source() { read++; yield [1, 2]; }
    await expect(streamEpsilon(model, source(), { delta: -1 }).next()).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(read).toBe(0);
  });
});

import { expect, it, vi } from 'vitest';
import type { QueryOptions } from '../../../src/query/settings.js';
import { loadModel } from '../../../src/network/load.js';
import { cats } from '../../support/models.js';

const asked: { delta: number; timeout: number }[] = [];
const THRESHOLD = 0.02;
/** Seconds that a candidate near the threshold takes; none of them pass. */
let hard = 0;
/** What a candidate is left undecided by. */
let status = 'timeout';
/** Do undecided candidates really take their time? */
let spend = false;

vi.mock('../../../src/decide/property.js', async (original) => ({
  ...(await original<typeof import('../../../src/decide/property.js')>()),
  decide: async (_model: unknown, _property: unknown, { delta, timeout }: QueryOptions) => {
    asked.push({ delta: delta!, timeout: timeout! });
    const near = Math.abs(delta! / THRESHOLD - 1) < 0.2;
    const verdict = near && timeout! < hard ? 'unknown' : delta! <= THRESHOLD ? 'robust' : 'violated';
    if (verdict === 'unknown' && spend) await new Promise((resolve) => setTimeout(resolve, 1000 * timeout!));
    const witness = { input: [10, 3], parameters: null, value: 0.1, output: 0, nominalLabel: 1, label: 0 };
    return { verdict, status: verdict === 'unknown' ? status : 'complete', bound: null, witness, stats: { boxes: 1, leavesBySmt: 0, seconds: 0, threads: 1 }, notes: [] };
  },
}));
// Witnesses tell nothing more here.
vi.mock('../../../src/decide/shrink.js', () => ({ shrink: (_query: unknown, _property: unknown, witness: unknown) => ({ witness, delta: asked.at(-1)!.delta }) }));

const { searchDelta } = await import('../../../src/decide/delta.js');
const model = await loadModel(cats());

async function search(seconds: number, left: string, options: object = {}) {
  asked.length = 0;
  hard = seconds;
  status = left;
  return searchDelta(model, { label: true, ...options });
}

it('candidates that take long are tried again with more time, until the gap is closed', async () => {
  const result = await search(10, 'timeout');
  expect(result).toMatchObject({ status: 'complete' });
  expect(result.lower).toBeLessThanOrEqual(THRESHOLD);
  expect(result.upper).toBeGreaterThan(THRESHOLD);
  expect([...new Set(asked.map(({ timeout }) => timeout))]).toEqual([1, 4, 16]);
});
it('never beyond the whole time, of which one gets a quarter at first', async () => {
  spend = true;
  const result = await search(10, 'timeout', { timeout: 1 });
  spend = false;
  expect(asked[0].timeout).toBeLessThanOrEqual(0.25);
  expect(asked.length).toBeLessThan(60);
  expect(result.stats.seconds).toBeLessThan(1.5);
  expect(result.lower).toBeLessThan(THRESHOLD * 0.81);
  expect(result.upper).toBeGreaterThan(THRESHOLD * 1.19);
  expect(result.status).toBe('timeout');
});
it('what no time decides is not tried again', async () => {
  const result = await search(10, 'stalled');
  expect(result).toMatchObject({ status: 'stalled' });
  expect(new Set(asked.map(({ delta }) => delta)).size).toBe(asked.length);
});

/** Any network, any box, any query, tight or not: what the search says is true. */
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerPool } from '../../src/search/pool.js';
import { search } from '../../src/search/search.js';
import { type Case, type CaseOptions, randomCase } from '../support/cases.js';
import type { Spoiler } from '../support/random.js';
import { spoilers } from '../support/random.js';
import { faults } from '../support/verdict.js';

const pool = new WorkerPool({ threads: 1 });
afterAll(() => pool.close());

const gaps = { gap: 1e-4, relativeGap: 1e-3 };
async function found(given: Case, more: object = {}): Promise<string[]> {
  const { network, box, domain, objective } = given;
  const outcome = await search({ network, box, domain, objective, ...gaps, maxBoxes: 300, timeoutMs: 300, threads: 1, seed: 1, pool, ...more });
  return faults(given, outcome, gaps, 3);
}

async function foundIn(from: number, count: number, options: CaseOptions, more: object = {}): Promise<string[]> {
  const all: string[] = [];
  for (let seed = from; seed < from + count; seed++) all.push(...(await found(randomCase(seed, options), more)));
  return all;
}

describe('every answer is sound', () => {
  it.each([0, 1, 2, 3])('with %d hidden layers', async (depth) => {
    expect(await foundIn(10_000 + 1000 * depth, 30, { hiddenLayers: [depth] })).toEqual([]);
  });

  it.each(Object.keys(spoilers) as Spoiler[])('on networks spoiled by %s', async (spoiler) => {
    expect(await foundIn(20_000, 20, { spoilers: [spoiler], hiddenLayers: [0, 1, 2] })).toEqual([]);
  });

  it.each(['relu', 'tanh', 'sigmoid', 'linear'] as const)('with hidden %s', async (hidden) => {
    expect(await foundIn(30_000, 20, { hidden: [hidden], hiddenLayers: [1, 2] })).toEqual([]);
  });

  it('on several relu outputs, whose labels tie at zero', async () => {
    expect(await foundIn(1_000_000, 60, { heads: [['relu', 2], ['relu', 3]], queries: ['sigma', 'reach'] })).toEqual([]);
  });

  it('with changes so large that everything saturates or overflows', async () => {
    expect(await foundIn(40_000, 12, { deltas: [1e3, 1e30, 1e150, 1e300], boxes: ['delta'] })).toEqual([]);
  });

  it('with tiny changes, down to the subnormal', async () => {
    expect(await foundIn(50_000, 12, { deltas: [1e-12, 1e-17, 1e-300, Number.MIN_VALUE] })).toEqual([]);
  });

  it('with two threads, and the same answer as with one, to the gap', async () => {
    const two = new WorkerPool({ threads: 2 });
    try {
      for (let seed = 80_000; seed < 80_012; seed++) {
        const given = randomCase(seed, { hiddenLayers: [1], heads: [['sigmoid', 1]], local: false, inputs: [2, 3] });
        const { network, box, domain, objective } = given;
        const request = { network, box, domain, objective, ...gaps, maxBoxes: 5000, timeoutMs: 2000, seed: 1 };
        const one = await search({ ...request, threads: 1, pool });
        const both = await search({ ...request, threads: 2, pool: two });
        expect(faults(given, both, gaps, 2)).toEqual([]);
        expect(Math.max(one.lower, both.lower)).toBeLessThanOrEqual(Math.min(one.upper, both.upper));
      }
    } finally {
      await two.close();
    }
  });

  it('with a gap of zero, where a limit or stalling has to end it', async () => {
    expect(await foundIn(60_000, 12, { hiddenLayers: [0, 1] }, { gap: 0, relativeGap: 0 })).toEqual([]);
  });

  it('on a domain of one point in some or all inputs', async () => {
    expect(await foundIn(70_000, 20, { local: true })).toEqual([]);
  });
});

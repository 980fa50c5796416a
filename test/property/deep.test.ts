/** Deep networks of odd widths, any box, points and boxes: no attacked difference exceeds the bound, of one box or after a search. */
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerPool } from '../../src/search/pool.js';
import { search } from '../../src/search/search.js';
import { boxKinds } from '../support/boxes.js';
import type { Case, CaseOptions } from '../support/cases.js';
import { attacks, deepCase, deepFaults, REGIONS, type Region } from '../support/deep.js';
import { type Spoiler, spoilers } from '../support/random.js';

const pool = new WorkerPool({ threads: 1 });
afterAll(() => pool.close());

const run = ({ network, box, domain, objective }: Case, maxBoxes: number) =>
  search({ network, box, domain, objective, gap: 0, relativeGap: 0, maxBoxes, timeoutMs: 5000, threads: 1, seed: 1, pool });

/** Asked for more boxes, a search splits those of a known copy several times at once: other boxes, whose bound may be larger by so much. */
const OTHER_BOXES = 1.05;

/** The boxes' bounds are checked where they are on their own and where they are many; with more of them the bound only falls. */
async function found(given: Case, counts: readonly number[], room = OTHER_BOXES): Promise<string[]> {
  const tried = attacks(given);
  const all: string[] = [];
  let [last, first] = [Infinity, Infinity];
  for (const maxBoxes of counts) {
    const outcome = await run(given, maxBoxes);
    all.push(...deepFaults(given, outcome, tried));
    if (first === Infinity) first = outcome.upper;
    if (outcome.upper > Math.min(first, room * last)) all.push(`${given.name}: ${String(maxBoxes)} boxes raise upper from ${String(last)} to ${String(outcome.upper)}`);
    last = outcome.upper;
  }
  return all;
}

async function foundIn(from: number, count: number, region: Region, options: CaseOptions, counts: readonly number[] = [1, 25], room?: number): Promise<string[]> {
  const all: string[] = [];
  for (let seed = from; seed < from + count; seed++) all.push(...(await found(deepCase(seed, region, options), counts, room)));
  return all;
}

describe.each(REGIONS)('on a %s no attacked difference exceeds a deep bound', (region) => {
  const from = 200_000 + 10_000 * REGIONS.indexOf(region);

  it.each(boxKinds)('with a box of kind %s', async (kind) => {
    expect(await foundIn(from, 6, region, { boxes: [kind], spoilers: ['none'] })).toEqual([]);
  });

  it.each([2, 3, 4, 5])('with %d hidden layers', async (depth) => {
    expect(await foundIn(from + 1000, 8, region, { hiddenLayers: [depth], boxes: ['delta', 'against', 'againstDelta', 'asymmetric', 'perParameter'], spoilers: ['none'] })).toEqual([]);
  });

  it.each(Object.keys(spoilers) as Spoiler[])('on networks spoiled by %s', async (spoiler) => {
    expect(await foundIn(from + 2000, 4, region, { boxes: ['delta', 'against', 'againstDelta', 'asymmetric'], spoilers: [spoiler] })).toEqual([]);
  });
});

describe.each(['box', 'domain'] as const)('more boxes never raise the bound on a %s', (region) => {
  const cases = { hiddenLayers: [2, 3], inputs: [2, 3], spoilers: ['none'] } as const;
  const counts = [1, 2, 3, 5, 9, 17, 33, 65];
  it('where parameters are unknown', async () => {
    expect(await foundIn(240_000, 9, region, { ...cases, boxes: ['delta', 'againstDelta'] }, counts, 1)).toEqual([]);
  });
  it('by more than other boxes make of it, of a known copy', async () => {
    expect(await foundIn(245_000, 9, region, { ...cases, boxes: ['against'] }, counts)).toEqual([]);
  });
});

it('the attacks are strong enough to find a bound that is a fifth too small', async () => {
  let caught = 0;
  for (let seed = 250_000; seed < 250_020; seed++) {
    const given = deepCase(seed, 'point', { boxes: ['delta', 'againstDelta', 'asymmetric'], deltas: [1e-4, 1e-3], spoilers: ['none'] });
    const outcome = await run(given, 1);
    if (deepFaults(given, { ...outcome, lower: 0, witness: null, upper: outcome.upper * 0.8 }, attacks(given)).length > 0) caught += 1;
  }
  expect(caught).toBeGreaterThan(14);
});

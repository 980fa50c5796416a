/** What a region says on its way, with an addon whose answers come when the test wants them. */
import { expect, it, vi } from 'vitest';
import { loadModel } from '../../../src/network/load.js';
import { flipRegion, type RegionProgress } from '../../../src/region/region.js';
import { FLIPPABLE, OPEN, SAFE, type JudgedBoxes, type NativeJudge } from '../../../src/search/judge.js';

/** The root is open; its left half is safe at once; its right half flips, and takes longer. */
const judge: Pick<NativeJudge, 'boxes' | 'copy'> = {
  async boxes(ends) {
    const count = ends.length / 2;
    const verdict = Int32Array.from({ length: count }, (_, i) => (ends[2 * i] < 0 && ends[2 * i + 1] > 0 ? OPEN : ends[2 * i] < 0 ? SAFE : FLIPPABLE));
    if (verdict[0] !== OPEN) await new Promise((resolve) => setTimeout(resolve, verdict[0] === SAFE ? 150 : 400));
    return { verdict, nominal: new Int32Array(count), branch: new Int32Array(count), by: Int32Array.of(...verdict.includes(FLIPPABLE) ? [verdict.indexOf(FLIPPABLE), 0, 0] : []) } satisfies JudgedBoxes;
  },
  copy: () => Float64Array.of(1, 0),
};
vi.mock('../../../src/verdicts/question.js', async (original) => ({ ...await original<object>(), judgeOf: () => Promise.resolve(judge) }));

it('what is still being judged is undecided, not of the kind that is all there is by then', async () => {
  const model = await loadModel({ format: 'parabound-model@1', inputs: [{ lower: -1, upper: 3 }], layers: [{ weights: [[1]], bias: [0], activation: 'linear' }] });
  const seen: RegionProgress[] = [];
  const { safe, flippable } = await flipRegion(model, { delta: 0.1, threads: 2, onProgress: (each) => seen.push(each) });
  expect(safe.lower).toBeCloseTo(0.25, 10);
  expect(flippable.lower).toBeCloseTo(0.75, 10);
  const between = seen.filter(({ boxes }) => boxes === 2);
  expect(between.length).toBeGreaterThan(0);
  for (const each of between) {
    expect(each.safe).toMatchObject({ lower: safe.lower, upper: 1 });
    expect(each.undecided.lower).toBeCloseTo(0.75, 10);
  }
});

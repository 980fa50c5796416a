import { describe, expect, it } from 'vitest';
import { refine, totalOf, type Sizes } from '../../../src/decide/refine.js';
import { random } from '../../support/random.js';

async function refined(start: readonly number[], sizes: Sizes, holds: (bits: readonly number[]) => boolean | undefined): Promise<{ best: readonly number[]; asked: string[] }> {
  let best = start;
  const asked: string[] = [];
  await refine(start, sizes, (bits) => { asked.push(bits.join()); return Promise.resolve(holds(bits)); }, (bits) => {
    expect(totalOf(bits, sizes)).toBeLessThan(totalOf(best, sizes));
    expect(holds(bits)).toBe(true);
    best = bits;
  });
  return { best, asked };
}

/** Errors of layers add up; a bit halves a layer's. */
const additive = (weights: readonly number[], bound: number) => (bits: readonly number[]): boolean => bits.reduce((sum, b, l) => sum + weights[l] * 2 ** -b, 0) <= bound;

function* assignments(length: number, least: number, most: number): Generator<number[]> {
  if (length === 0) return void (yield []);
  for (const rest of assignments(length - 1, least, most)) for (let b = least; b <= most; b++) yield [...rest, b];
}

describe('assignments layer by layer', () => {
  it('never gets worse than the start, and nothing one step away is better', async () => {
    const draw = random(1);
    let found = 0, least = 0;
    for (let n = 0; n < 60; n++) {
      const length = 1 + draw.below(3);
      const counts = Array.from({ length }, () => 1 + draw.below(50));
      const sizes: Sizes = { counts, least: 2, most: 10 };
      const holds = additive(counts.map(() => 10 ** draw.between(-1, 1)), 10 ** draw.between(-2, -0.5));
      const start = Array.from({ length }, () => 10);
      if (!holds(start)) continue;
      const { best, asked } = await refined(start, sizes, holds);
      expect(new Set(asked).size).toBeGreaterThan(0);
      for (const l of best.keys()) expect(best[l] === 2 || !holds(best.map((b, i) => (i === l ? b - 1 : b)))).toBe(true);
      const all = [...assignments(length, 2, 10)].filter((bits) => holds(bits)).map((bits) => totalOf(bits, sizes));
      found += totalOf(best, sizes);
      least += Math.min(...all);
    }
    expect(found).toBeLessThan(1.03 * least); // brute force over every assignment
  });
  it('swaps: one layer takes a bit so that another gives up more', async () => {
    // Lowering layer 0 needs the bit in layer 1: taking alone ends at [8, 4].
    const holds = ([a, b]: readonly number[]): boolean => a >= 8 ? b >= 4 : a >= 6 && b >= 5;
    expect((await refined([8, 8], { counts: [10, 10], least: 2, most: 16 }, holds)).best).toEqual([6, 5]);
  });
  it('passes a width that is worse than the next one down', async () => {
    expect((await refined([8], { counts: [10], least: 2, most: 16 }, ([b]) => b === 8 || b === 6)).best).toEqual([6]);
  });
  it('leaves layers alone of which nothing is rounded, and respects the ends', async () => {
    const { best, asked } = await refined([4, 4], { counts: [0, 3], least: 3, most: 4 }, () => true);
    expect([best, asked]).toEqual([[4, 3], ['4,3']]);
  });
  it('stops where deciding does', async () => {
    const { best, asked } = await refined([16, 16], { counts: [1, 1], least: 2, most: 16 }, () => undefined);
    expect([best, asked.length]).toEqual([[16, 16], 1]);
  });
});
